"""What a database has to offer for our transactions; each does it in its way."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# Hears a note that was written with a change, by whichever process; "" tells only that something
# changed, `ANYTHING` that notes may have been missed.
Hear = Callable[[str], None]

ANYTHING = "*"


class Backend(Protocol):
    """A database that is open and has the schema of this code."""

    @property
    def shared(self) -> bool:
        """Whether other processes may work on it beside this one."""
        ...

    @property
    def engine(self) -> AsyncEngine:
        """For whatever reads or writes by itself."""
        ...

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that reads one consistent state, beside whoever writes."""
        ...

    def writing(self, *, ordered: bool) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that writes. Of `ordered` ones there is one at a time, in all processes
        together: what it has read stays true until its end."""
        ...

    async def now(self, db: AsyncConnection) -> datetime:
        """The moment, by the one clock that counts."""
        ...

    async def publish(self, db: AsyncConnection, notes: Sequence[str]) -> None:
        """Let other processes hear of this transaction, if it is committed."""
        ...

    def listen(self, hear: Hear) -> None:
        """Hear from now on what others publish."""
        ...

    def last(self) -> AbstractAsyncContextManager[AsyncConnection | None]:
        """The last transaction that writes, after those under way; then everything is closed, also
        when it couldn't be written. None when it was closed before. Whatever is called afterwards
        raises StorageError."""
        ...
