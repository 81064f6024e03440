"""Transactions on the store's database: one writer at a time, readers beside it, and a signal after
each change to whoever waits for one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.errors import StorageError


@dataclass(slots=True)
class Change:
    """A transaction that writes. `made` is False when it changed nothing that anybody waits for."""

    db: AsyncConnection
    made: bool = True


class Transactions:
    """Opens them, until it is closed."""

    def __init__(self, engine: AsyncEngine, lock: database.DataLock) -> None:
        self._engine = engine
        self._writer = database.for_writing(engine)
        self._lock = lock
        # SQLite lets one transaction write at a time and makes the others poll: queue up here.
        self._writing = asyncio.Lock()
        # Set and replaced by every change, so that each waiter sees those after its own look.
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def changed(self) -> asyncio.Event:
        """Set by the next change."""
        return self._changed

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Change]:
        """A transaction that writes; on disk when the block has been left without an error. Raises
        StorageError."""
        change: Change | None = None
        try:
            async with self._writing:
                self._refuse_when_closed()
                async with self._writer.begin() as db:
                    change = Change(db)
                    yield change
        except SQLAlchemyError as error:
            # A commit may succeed and its reply be lost.
            self._signal()
            raise StorageError(f"the database failed: {database.reason(error)}") from error
        if change is not None and change.made:
            self._signal()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that reads one consistent state, beside a writer. Raises StorageError."""
        self._refuse_when_closed()
        try:
            async with self._engine.connect() as db:
                yield db
        except SQLAlchemyError as error:
            raise StorageError(f"the database failed: {database.reason(error)}") from error

    @asynccontextmanager
    async def last(self) -> AsyncIterator[AsyncConnection | None]:
        """The last transaction: afterwards everything is closed. None when it was closed before."""
        async with self._writing:
            if self._closed:
                yield None
                return
            self._closed = True
            try:
                # The end comes whether or not a last word can be written.
                with suppress(SQLAlchemyError):
                    async with self._writer.begin() as db:
                        yield db
            finally:
                await self._engine.dispose()
                self._lock.release()

    def _signal(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _refuse_when_closed(self) -> None:
        # The engine would open the file again, without the lock.
        if self._closed:
            raise StorageError("the store is closed")
