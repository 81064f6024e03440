"""Transactions on the store's database, and a signal after each change to whoever waits for one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.backend import Backend, Hear
from bot.storage.errors import StorageError
from bot.storage.schema import reason


@dataclass(slots=True)
class Change:
    """A transaction that writes, at the moment `now`. `made` is False when it changed nothing that
    anybody waits for; `notes` are told to whoever listens, in every process, once it is
    committed, and `then` is called here."""

    db: AsyncConnection
    now: datetime
    made: bool = True
    notes: list[str] = field(default_factory=list)
    then: list[Callable[[], None]] = field(default_factory=list)


class Transactions:
    """Opens them, until it is closed. `clock` instead of the database's own."""

    def __init__(self, backend: Backend, clock: Callable[[], datetime] | None = None) -> None:
        self._backend = backend
        self._clock = clock
        # Set and replaced by every change, so that each waiter sees those after its own look.
        self._changed = asyncio.Event()
        self._listeners: list[Hear] = []
        backend.listen(self._heard)

    @property
    def changed(self) -> asyncio.Event:
        """Set by the next change, whichever process makes it."""
        return self._changed

    @property
    def backend(self) -> Backend:
        """The database itself."""
        return self._backend

    def hear(self, listener: Hear) -> None:
        """Call `listener` with every note, and with ANYTHING when some may have been missed."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def write(self, *, ordered: bool = True) -> AsyncIterator[Change]:
        """A transaction that writes; on disk when the block has been left without an error. Raises
        StorageError. One that isn't `ordered` may only change rows whose owner it proves in the
        same statements: others write beside it."""
        change: Change | None = None
        try:
            async with self._backend.writing(ordered=ordered) as db:
                change = Change(db, await self.now(db))
                yield change
                if change.made or change.notes:
                    await self._backend.publish(db, change.notes)
        except SQLAlchemyError as error:
            # A commit may succeed and its reply be lost.
            self._signal(change.notes if change is not None else ())
            raise StorageError(f"the database failed: {reason(error)}") from error
        if change is not None and (change.made or change.notes):
            self._signal(change.notes)
        for call in change.then if change is not None else ():
            call()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that reads one consistent state, beside a writer. Raises StorageError."""
        try:
            async with self._backend.reading() as db:
                yield db
        except SQLAlchemyError as error:
            raise StorageError(f"the database failed: {reason(error)}") from error

    @asynccontextmanager
    async def last(self) -> AsyncIterator[AsyncConnection | None]:
        """The last transaction: afterwards everything is closed. None when it was closed before."""
        async with self._backend.last() as db:
            yield db

    async def now(self, db: AsyncConnection) -> datetime:
        """The moment, by the one clock that counts."""
        return self._clock() if self._clock is not None else await self._backend.now(db)

    def _heard(self, note: str) -> None:
        self._signal((note,) if note else ())

    def _signal(self, notes: Sequence[str]) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        for note in notes:
            for listener in self._listeners:
                listener(note)
