"""Measured speeds in the database: they outlive the process, and every front end knows what any
worker measured."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, insert, select, update

from bot.jobs.house.speed import NEWEST, Measured, Speeds
from bot.jobs.house.tables import speeds
from bot.storage.clock import utc_now
from bot.storage.errors import StorageError
from bot.storage.transactions import Transactions

log = structlog.get_logger(__name__)

# How old what one process knows of the others may be.
_EVERY_SECONDS: Final = 5.0
# By then other machines do the work.
_REMEMBERED: Final = timedelta(days=30)


class SpeedStore:
    """Brings this process's Speeds and the database together. `clock` gives aware moments."""

    def __init__(
        self, transactions: Transactions, known: Speeds, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._tx = transactions
        self._known = known
        self._clock = clock

    @contextlib.asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """They know the same while this lasts, but for a few seconds."""
        await self._exchange_if_possible()
        going_on = asyncio.create_task(self._run(), name="speeds")
        try:
            yield
        finally:
            going_on.cancel()
            await asyncio.gather(going_on, return_exceptions=True)
            await self._exchange_if_possible()

    async def exchange(self) -> None:
        """Write what was measured here, read what is known by now. Raises StorageError: then what
        was measured is written the next time."""
        measured = self._known.fresh()
        try:
            if measured:
                await self._save(measured)
            async with self._tx.read() as db:
                rows = (await db.execute(select(speeds.c.kind, speeds.c.rate))).all()
        except StorageError:
            self._known.unsaved(measured)
            raise
        self._known.learn({row.kind: row.rate for row in rows})

    async def _save(self, measured: Sequence[Measured]) -> None:
        async with self._tx.write() as change:
            change.made, db, now = False, change.db, self._clock()
            await db.execute(delete(speeds).where(speeds.c.at < now - _REMEMBERED))
            for one in measured:
                this = speeds.c.kind == one.kind
                blended = speeds.c.rate + (one.rate - speeds.c.rate) * NEWEST
                written = update(speeds).where(this).values(rate=blended, at=now)
                if not (await db.execute(written)).rowcount:
                    row = {"kind": one.kind, "rate": one.rate, "at": now}
                    await db.execute(insert(speeds).values(**row))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self._exchange_if_possible()

    async def _exchange_if_possible(self) -> None:
        try:
            await self.exchange()
        except StorageError as error:
            log.warning("speeds not exchanged", cause=str(error))
