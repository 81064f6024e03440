"""Reads what there is to be seen. It costs nothing while nobody asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job
from bot.jobs.seeing import counted, past, present
from bot.jobs.seeing.ledger import Entry, entry_of, seen
from bot.jobs.seeing.overview import Charts, Found, Now, Search, Sheet
from bot.jobs.status import Status
from bot.jobs.store import line
from bot.jobs.tables import jobs
from bot.jobs.traces import conversions, timeline
from bot.storage.columns import storable
from bot.storage.transactions import Transactions

Latest = Callable[[Job], Status | None]


class StoredOverview:
    """See Overview. `latest` knows what was said last of a job where that isn't in the tables: with
    one process alone, whose board has it in memory."""

    def __init__(self, transactions: Transactions, latest: Latest = lambda _: None) -> None:
        self._tx = transactions
        self._latest = latest

    async def now(self, limit: int = 300) -> Now:
        """See Overview."""
        async with self._tx.read() as db:
            found = await present.look(db, await self._tx.now(db), limit)
        return replace(found, jobs=[self._with_latest(entry) for entry in found.jobs])

    async def find(self, search: Search) -> Found:
        """See Overview."""
        query = past.page(search)
        async with self._tx.read() as db:
            return past.found(search, (await db.execute(query)).mappings().all())

    async def sheet(self, job_id: str) -> Sheet | None:
        """See Overview."""
        job_id = storable(job_id)
        async with self._tx.read() as db:
            entry = await _entry(db, job_id, await self._tx.now(db))
            if entry is None:
                return None
            ended = (await db.execute(past.of_job(job_id))).mappings().first()
            return Sheet(
                entry=self._with_latest(entry),
                past=None if ended is None else past.past_of(ended),
                moments=await timeline.of_job(db, job_id),
                conversion=await conversions.of_job(db, job_id),
            )

    async def charts(self, days: int) -> Charts:
        """See Overview."""
        async with self._tx.read() as db:
            return await counted.charts(db, await self._tx.now(db), days)

    def _with_latest(self, entry: Entry) -> Entry:
        status = None if entry.job.phase.final else self._latest(entry.job)
        return entry if status is None else replace(entry, told=status, told_at=entry.now)


async def _entry(db: AsyncConnection, job_id: str, now: datetime) -> Entry | None:
    row = (await db.execute(seen(jobs.c.id == job_id))).mappings().first()
    if row is None:
        return None
    return entry_of(row, {job_id: await line.place(db, job_id)}, now)
