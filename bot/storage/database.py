"""The SQLite file behind the store: its folder, its lock, its engine, its schema."""

import fcntl
import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.folders import complaint
from bot.storage.errors import StorageError

BUSY_TIMEOUT_MS = 10_000
_WRITES = "writes"  # an execution option: this transaction will write, so it locks at once


class UnusableDatabaseError(StorageError):
    """The database can't be opened: not ours, damaged, of a newer version, or out of reach."""


class AlreadyRunningError(UnusableDatabaseError):
    """Another process works on this data folder. Two bots on one folder would run jobs twice."""


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


def make_engine(path: Path) -> AsyncEngine:
    """An engine on the file: WAL, every commit on disk before it returns, real transactions."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        hide_parameters=True,  # an error may be logged, what a person sent may not
    )
    event.listen(engine.sync_engine, "connect", _on_connect)
    event.listen(engine.sync_engine, "begin", _on_begin)
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


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema up to this code's, all or nothing. Raises UnusableDatabaseError."""
    try:
        async with for_writing(engine).begin() as connection:
            await connection.run_sync(_upgrade)
    except CommandError as error:
        raise UnusableDatabaseError(
            f"DATA_DIR: {engine.url.database} was written by a newer version of this bot: {error}"
        ) from error
    except SQLAlchemyError as error:
        raise UnusableDatabaseError(
            f"DATA_DIR: cannot use {engine.url.database}: {reason(error)}"
        ) from error


def _upgrade(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    # A package resource rather than a path: works wherever the package was installed.
    config.set_main_option("script_location", "bot.storage:migrations")
    command.upgrade(config, "head")


def reason(error: SQLAlchemyError) -> str:
    """One line of what the database said, without the statement and the link to the manual."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
