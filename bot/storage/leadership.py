"""Which of several front ends leads: the one that has a lock of the database's.

The lock ends with the connection that took it. A leader that stands still says nothing for so long
that the server ends its connection, and another one leads.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import psycopg
import structlog

from bot.storage import postgres

log = structlog.get_logger(__name__)

_KEY: Final = 7_240_004
_ASK: Final = 1.0
_PROVE: Final = 2.0
_ANSWER: Final = 5.0
_SILENCE: Final = "idle_session_timeout=8s"

Work = Callable[[], Awaitable[None]]


class Leadership(Protocol):
    """Lets one process at a time do something."""

    @property
    def leads(self) -> bool:
        """Whether this process does it."""
        ...

    async def lead(self, work: Work) -> None:
        """Do it as long as this process leads, whenever that is, until cancelled. What `work`
        raises comes out."""
        ...


class Alone:
    """See Leadership: there are no others."""

    leads = True

    async def lead(self, work: Work) -> None:
        """See Leadership."""
        await work()


class Elected:
    """See Leadership: among the processes that use this PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self._conninfo = postgres.conninfo(url, _SILENCE)
        self.leads = False

    async def lead(self, work: Work) -> None:
        """See Leadership."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True
                ) as connection:
                    await self._elected(connection)
                    leading = asyncio.ensure_future(work())
                    self.leads = True
                    try:
                        await self._prove(connection, leading)
                    finally:
                        self.leads = False
                        leading.cancel()
                        await asyncio.gather(leading, return_exceptions=True)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("not leading", cause=str(error).partition("\n")[0])
            else:
                # The work has ended by itself, or broke.
                return await leading
            await asyncio.sleep(_ASK)

    async def _elected(self, connection: psycopg.AsyncConnection) -> None:
        if not await self._locked(connection):
            log.info("another front end leads, this one stands by")
            while not await self._locked(connection):  # noqa: ASYNC110 - nobody tells us
                await asyncio.sleep(_ASK)
        log.info("this front end leads")

    async def _prove(
        self, connection: psycopg.AsyncConnection, leading: "asyncio.Future[None]"
    ) -> None:
        """Until the work is done, prove that the lock is still ours. Raises psycopg.Error or
        TimeoutError when it isn't."""
        while not leading.done():
            await asyncio.wait({leading}, timeout=_PROVE)
            async with asyncio.timeout(_ANSWER):
                await connection.execute("SELECT 1")

    async def _locked(self, connection: psycopg.AsyncConnection) -> bool:
        async with asyncio.timeout(_ANSWER):
            cursor = await connection.execute(f"SELECT pg_try_advisory_lock({_KEY})")
            row = await cursor.fetchone()
        return bool(row and row[0])
