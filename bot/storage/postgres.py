"""A PostgreSQL database behind the store: several processes, on several hosts.

Ordered writes queue up behind one advisory lock, so that the same statements mean the same as on
SQLite. A process that is stopped in the middle of a transaction must not hold up the others: the
server ends what is idle within one. Time is the server's alone.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, Self

import psycopg
import structlog
from alembic.util import CommandError
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage import schema
from bot.storage.backend import ANYTHING, Hear
from bot.storage.errors import StorageError, UnusableDatabaseError

log = structlog.get_logger(__name__)

OLDEST: Final = 140000
_DRIVER: Final = "postgresql+psycopg"
_CHANNEL: Final = "video_bot"
# Keys of advisory locks: the order of writes, and the schema's.
_ORDER: Final = 7_240_001
_SCHEMA: Final = 7_240_002
# A restart of the server is waited for by whoever has not begun anything yet.
_PATIENCE: Final = 8.0
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0
_SILENCE: Final = 5.0
_SERVER: Final = {
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "10s",
    "statement_timeout": "15s",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "timezone": "UTC",
}
_CLIENT: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
    "application_name": "video-converter-bot",
    "options": " ".join(f"-c {name}={value}" for name, value in _SERVER.items()),
}


def address(url: str) -> URL:
    """A `postgresql://…` address, for the driver that we use. Raises UnusableDatabaseError."""
    try:
        found = make_url(url)
    except SQLAlchemyError:
        raise UnusableDatabaseError("DATABASE_URL: not an address") from None
    if found.get_backend_name() not in {"postgresql", "postgres"}:
        raise UnusableDatabaseError("DATABASE_URL: takes postgresql://user:password@host/name")
    return found.set(drivername=_DRIVER)


def conninfo(url: str, *more: str) -> str:
    """The same, as psycopg takes it, with more settings of the server's for this connection."""
    plain = address(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = " ".join([_CLIENT["options"], *(f"-c {one}" for one in more)])
    return psycopg.conninfo.make_conninfo(plain, **{**_CLIENT, "options": options})


def make_engine(url: str, *, connections: int = 10) -> AsyncEngine:
    """An engine with at most so many connections."""
    return create_async_engine(
        address(url),
        connect_args=_CLIENT,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # an error may be logged, what a person sent may not
    )


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema up to this code's, all or nothing, whoever else starts at the same moment.
    Raises UnusableDatabaseError."""
    where = f"DATABASE_URL: {engine.url.render_as_string(hide_password=True)}"
    try:
        async with _begun(engine) as db:
            version = int(await db.scalar(text("SHOW server_version_num")))
            if version < OLDEST:
                raise UnusableDatabaseError(f"{where}: PostgreSQL {OLDEST // 10000} or newer")
            # Others may be at it, and a large table takes its time.
            await db.execute(text("SET LOCAL lock_timeout = 0"))
            await db.execute(text("SET LOCAL statement_timeout = 0"))
            await db.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA})"))
            await db.run_sync(schema.upgrade)
    except CommandError as error:
        raise UnusableDatabaseError(
            f"{where} was written by a newer version of this bot: {error}"
        ) from error
    except SQLAlchemyError as error:
        raise UnusableDatabaseError(f"{where}: {schema.reason(error)}") from error


class PostgresBackend:
    """See Backend."""

    shared = True

    def __init__(self, url: str, engine: AsyncEngine) -> None:
        """Only `open` calls this: the database must be migrated."""
        self.engine = engine
        self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
        self._conninfo = conninfo(url)
        self._me = secrets.token_hex(4)
        self._listening: asyncio.Task[None] | None = None
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, connections: int = 10) -> Self:
        """Connect, and bring the schema up to this code's. Raises UnusableDatabaseError."""
        engine = make_engine(url, connections=connections)
        try:
            await migrate(engine)
        except BaseException:
            await engine.dispose()
            raise
        return cls(url, engine)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """See Backend."""
        self._refuse_when_closed()
        async with _begun(self._reader) as db:
            yield db

    @asynccontextmanager
    async def writing(self, *, ordered: bool) -> AsyncIterator[AsyncConnection]:
        """See Backend."""
        self._refuse_when_closed()
        async with _begun(self.engine) as db:
            if ordered:
                await db.execute(text(f"SELECT pg_advisory_xact_lock({_ORDER})"))
            yield db

    async def now(self, db: AsyncConnection) -> datetime:
        """See Backend."""
        moment: datetime = (await db.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return moment.astimezone(UTC)

    async def publish(self, db: AsyncConnection, notes: Sequence[str]) -> None:
        """See Backend."""
        for note in dict.fromkeys(notes or ("",)):
            told = {"channel": _CHANNEL, "note": f"{self._me} {note}"}
            await db.execute(text("SELECT pg_notify(:channel, :note)"), told)

    def listen(self, hear: Hear) -> None:
        """See Backend."""
        self._listening = asyncio.create_task(self._listen(hear), name="listen")

    @asynccontextmanager
    async def last(self) -> AsyncIterator[AsyncConnection | None]:
        """See Backend."""
        if self._closed:
            yield None
            return
        begun = False
        try:
            with contextlib.suppress(SQLAlchemyError):
                async with self.engine.begin() as db:
                    self._closed = begun = True
                    yield db
            if not begun:
                yield None
        finally:
            self._closed = True
            if self._listening is not None:
                self._listening.cancel()
                await asyncio.gather(self._listening, return_exceptions=True)
            await self.engine.dispose()

    async def _listen(self, hear: Hear) -> None:
        """Until cancelled; a connection that was lost is made again, and then anything may have
        happened."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {_CHANNEL}")
                    pause = _FIRST_PAUSE
                    hear(ANYTHING)
                    await self._hear_on(connection, hear)
            except (psycopg.Error, OSError) as error:
                log.warning("not listening to the database", cause=str(error).splitlines()[0])
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    async def _hear_on(self, connection: psycopg.AsyncConnection, hear: Hear) -> None:
        while True:
            async for notice in connection.notifies(timeout=_SILENCE):
                whose, _, note = notice.payload.partition(" ")
                if whose != self._me:
                    hear(note)
            # A connection that is dead without a word would stay silent for ever.
            async with asyncio.timeout(_SILENCE):
                await connection.execute("SELECT 1")

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StorageError("the store is closed")


@asynccontextmanager
async def _begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction on a connection that works; a server that is being restarted is waited for,
    which is safe as long as nothing was asked of it."""
    clock = asyncio.get_running_loop().time
    until, pause = clock() + _PATIENCE, _FIRST_PAUSE
    while True:
        stack = AsyncExitStack()
        try:
            db = await stack.enter_async_context(engine.begin())
            break
        except DBAPIError:
            if clock() + pause >= until:
                raise
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)
    async with stack:
        yield db
