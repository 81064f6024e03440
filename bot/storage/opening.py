"""Which database it is: a file of our own, or a PostgreSQL server's."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.storage.backend import Backend
from bot.storage.postgres import PostgresBackend
from bot.storage.sqlite import SqliteBackend
from bot.storage.transactions import Transactions


async def open_transactions(
    where: Path | str, clock: Callable[[], datetime] | None = None
) -> Transactions:
    """Open the SQLite file at a path, or the PostgreSQL database at a `postgresql://…` address,
    with the schema of this code. `clock` instead of the database's. Raises UnusableDatabaseError
    or AlreadyRunningError."""
    backend: Backend
    if isinstance(where, Path):
        backend = await SqliteBackend.open(where)
    else:
        backend = await PostgresBackend.open(where)
    return Transactions(backend, clock)
