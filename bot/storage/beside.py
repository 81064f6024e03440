"""A database as a program beside the bot opens it: as it is, whoever works on it meanwhile.

It takes no lock and brings no schema up to date. SQLite lets several processes at one file; that no
second bot runs on it is the lock's business, and this is none.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import postgres, schema, sqlite
from bot.storage.backend import Backend
from bot.storage.errors import UnusableDatabaseError
from bot.storage.transactions import Transactions

_CONNECTIONS: Final = 3


async def open_beside(where: Path | str, *, writes: bool = False) -> Transactions:
    """Open what is there, and change nothing unless it `writes`. Raises UnusableDatabaseError, also
    where the schema isn't this code's."""
    engine = engine_beside(where, writes=writes)
    try:
        complaint = await _complaint(engine, where)
    except BaseException:
        await engine.dispose()
        raise
    if complaint:
        await engine.dispose()
        raise UnusableDatabaseError(f"{named(where)}: {complaint}")
    backend: Backend
    if isinstance(where, Path):
        backend = sqlite.SqliteBackend(engine, None)
    else:
        backend = postgres.PostgresBackend(where, engine)
    return Transactions(backend)


def engine_beside(where: Path | str, *, writes: bool = False) -> AsyncEngine:
    """An engine on what is there. Raises UnusableDatabaseError where there is no file, or the
    address is none."""
    if not isinstance(where, Path):
        return postgres.make_engine(where, connections=_CONNECTIONS)
    if not where.is_file() or not where.stat().st_size:
        raise UnusableDatabaseError(
            f"{named(where)}: there is none yet; the bot makes it at its first start"
        )
    return sqlite.make_engine(where, read_only=not writes)


def named(where: Path | str) -> str:
    """The database in the operator's words, without a password."""
    if isinstance(where, Path):
        return f"DATA_DIR: {where}"
    url = postgres.address(where).set(drivername="postgresql")
    return f"DATABASE_URL: {url.render_as_string(hide_password=True)}"


async def _complaint(engine: AsyncEngine, where: Path | str) -> str:
    try:
        async with engine.connect() as connection:
            if not isinstance(where, Path):
                version = int(await connection.scalar(text("SHOW server_version_num")))
                if version < postgres.OLDEST:
                    return f"PostgreSQL {postgres.OLDEST // 10000} or newer"
            return await connection.run_sync(schema.complaint)
    except SQLAlchemyError as error:
        raise UnusableDatabaseError(f"{named(where)}: {schema.reason(error)}") from error
