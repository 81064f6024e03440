"""The SQLite file behind the store: its folder, its lock, its engine, its schema."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from alembic.util import CommandError
from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.folders import complaint
from bot.storage import schema
from bot.storage.backend import Hear
from bot.storage.clock import utc_now
from bot.storage.errors import AlreadyRunningError, StorageError, UnusableDatabaseError

BUSY_TIMEOUT_MS = 10_000
_WRITES = "writes"  # an execution option: this transaction will write, so it locks at once


class DataLock:
    """A lock on the data folder that ends with the process that holds it, however it dies."""

    def __init__(self, database: Path) -> None:
        """Take it at once. Raises AlreadyRunningError when somebody has it, OSError else."""
        path = database.with_name(database.name + ".lock")
        # Not inheritable (Python's default), so that a child left behind keeps nothing locked.
        self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._fd, 20).decode("ascii", "replace").strip() or "unknown"
            self.release()
            raise AlreadyRunningError(
                f"another bot (process {holder}) already runs on {database.parent}: "
                "stop it, or give this one its own DATA_DIR"
            ) from None
        os.ftruncate(self._fd, 0)
        os.write(self._fd, str(os.getpid()).encode())

    def release(self) -> None:
        """Give it up; twice is harmless. The file stays: removing it would race a new holder."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def holder(database: Path) -> str | None:
    """The process id of whoever has the lock now, None when nobody has. Changes nothing."""
    try:
        fd = os.open(database.with_name(database.name + ".lock"), os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(fd, 20).decode("ascii", "replace").strip() or "unknown"
    finally:
        os.close(fd)
    return None


def prepare(path: Path) -> DataLock:
    """Make the folder and an empty private file where there is none, and lock the folder.

    Blocking: call it in a thread. Raises AlreadyRunningError, or UnusableDatabaseError.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = DataLock(path)
        try:
            _make_private(path)
        except OSError:
            lock.release()
            raise
    except AlreadyRunningError:
        raise
    except OSError as error:
        raise UnusableDatabaseError(complaint("DATA_DIR", path.parent, error)) from error
    return lock


def _make_private(path: Path) -> None:
    """SQLite gives its -wal and -shm files the mode of the database, so this one mode does."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # The name of a new file is durable only once its folder is.
        os.fsync(folder)
    finally:
        os.close(folder)


def make_engine(path: Path, *, read_only: bool = False) -> AsyncEngine:
    """An engine on the file: WAL, every commit on disk before it returns, real transactions."""
    url = URL.create("sqlite+aiosqlite", database=str(path))
    if read_only:
        how = {"mode": "ro", "uri": "true"}
        url = url.set(database=path.absolute().as_uri(), query=how)
    engine = create_async_engine(
        url,
        hide_parameters=True,  # an error may be logged, what a person sent may not
    )
    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "begin", _on_begin)
    event.listen(engine.sync_engine, "handle_error", _on_error)
    return engine


def for_writing(engine: AsyncEngine) -> AsyncEngine:
    """The same engine and pool, with transactions that take the write lock when they begin."""
    return engine.execution_options(**{_WRITES: True})


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # sqlite3 begins transactions by itself and too late; None leaves that to `_on_begin`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # A transaction that reads first and locks later can fail half way (SQLITE_BUSY_SNAPSHOT).
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _on_error(context: ExceptionContext) -> None:
    # SQLAlchemy closes a connection whose caller is cancelled in the middle of a statement. Closed
    # with a statement that is still referenced from a traceback, SQLite keeps it, and its write
    # lock, until that is collected: every other write then fails after the busy timeout. What runs
    # here runs to its end in the connection's own thread, and the rollback behind it.
    if not isinstance(context.original_exception, Exception):
        context.is_disconnect = False


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema up to this code's, all or nothing. Raises UnusableDatabaseError."""
    try:
        async with for_writing(engine).begin() as connection:
            await connection.run_sync(schema.upgrade)
    except CommandError as error:
        raise UnusableDatabaseError(
            f"DATA_DIR: {engine.url.database} was written by a newer version of this bot: {error}"
        ) from error
    except SQLAlchemyError as error:
        raise UnusableDatabaseError(
            f"DATA_DIR: cannot use {engine.url.database}: {schema.reason(error)}"
        ) from error


class SqliteBackend:
    """See Backend. One process, one writer."""

    shared = False

    def __init__(self, engine: AsyncEngine, lock: DataLock | None) -> None:
        """For `open`, and for `beside`, which leaves the lock to whoever has it. The file must have
        the schema of this code."""
        self.engine = engine
        self._writer = for_writing(engine)
        self._lock = lock
        # SQLite lets one transaction write at a time and makes the others poll: queue up here.
        self._writing = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open or make the file, private to its owner, with the schema of this code. Raises
        AlreadyRunningError or UnusableDatabaseError."""
        lock = await asyncio.to_thread(prepare, path)
        engine = make_engine(path)
        try:
            await migrate(engine)
        except BaseException:
            await engine.dispose()
            lock.release()
            raise
        return cls(engine, lock)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """See Backend."""
        self._refuse_when_closed()
        async with self.engine.connect() as db:
            yield db

    @asynccontextmanager
    async def writing(self, *, ordered: bool) -> AsyncIterator[AsyncConnection]:  # noqa: ARG002 - all are
        """See Backend."""
        async with self._writing:
            self._refuse_when_closed()
            async with self._writer.begin() as db:
                yield db

    async def now(self, db: AsyncConnection) -> datetime:  # noqa: ARG002 - the file has no clock
        """See Backend."""
        return utc_now()

    async def publish(self, db: AsyncConnection, notes: Sequence[str]) -> None:
        """See Backend: there are no others."""

    def listen(self, hear: Hear) -> None:
        """See Backend: there are no others."""

    @asynccontextmanager
    async def last(self) -> AsyncIterator[AsyncConnection | None]:
        """See Backend."""
        async with self._writing:
            if self._closed:
                yield None
                return
            self._closed = True
            begun = False
            try:
                # The end comes whether or not a last word can be written.
                with suppress(SQLAlchemyError):
                    async with self._writer.begin() as db:
                        begun = True
                        yield db
                if not begun:
                    yield None
            finally:
                await self.engine.dispose()
                if self._lock is not None:
                    self._lock.release()

    def _refuse_when_closed(self) -> None:
        # The engine would open the file again, without the lock.
        if self._closed:
            raise StorageError("the store is closed")
