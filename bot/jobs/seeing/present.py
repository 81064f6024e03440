"""How it goes now, within a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.gate import Passage
from bot.jobs.house import waiting
from bot.jobs.house.tables import estimates, gate
from bot.jobs.model import Phase
from bot.jobs.processes import members
from bot.jobs.seeing.ledger import entry_of, seen
from bot.jobs.seeing.overview import Now, Process
from bot.jobs.store import line
from bot.jobs.tables import RUNNING, jobs
from bot.jobs.traces.tables import timeline

# More fit on no page, and into no statement of SQLite's.
_MOST: Final = 10_000


async def look(db: AsyncConnection, now: datetime, limit: int) -> Now:
    """See Overview.now: of what stands in the tables."""
    passage = await db.scalar(select(gate.c.passage))
    running, queued = await line.ids(db)
    shown = [*running, *queued][: min(max(0, limit), _MOST)]
    rows = (await db.execute(seen(jobs.c.id.in_(shown)))).mappings().all()
    places = {job_id: place for place, job_id in enumerate(queued, start=1)}
    entries = {row["id"]: entry_of(row, places, now) for row in rows}
    return Now(
        at=now,
        passage=Passage.OPEN if passage is None else Passage(passage),
        running=len(running),
        waiting=await waiting.counted(db, now),
        jobs=[entries[job_id] for job_id in shown if job_id in entries],
        starts=await _starts(db, shown, now),
        phases=await _phases(db, running[: len(shown)]),
        processes=[Process(*one) for one in await members.with_vitals(db)],
    )


async def _starts(db: AsyncConnection, shown: Sequence[str], now: datetime) -> dict[str, float]:
    """What is left of what people were told."""
    told = select(estimates).where(estimates.c.job_id.in_(shown))
    return {
        row.job_id: max(0.0, row.seconds - (now - row.at).total_seconds())
        for row in await db.execute(told)
    }


async def _phases(db: AsyncConnection, running: Sequence[str]) -> dict[str, dict[Phase, datetime]]:
    """Since when each is in which phase, of its present attempt."""
    present = (timeline.c.job_id == jobs.c.id) & (timeline.c.attempt == jobs.c.attempt)
    entered = timeline.c.event.in_([phase.value for phase in RUNNING])
    told = (
        select(timeline.c.job_id, timeline.c.event, timeline.c.at)
        .join(jobs, present)
        .where(jobs.c.id.in_(running), entered)
        .order_by(timeline.c.id)
    )
    found: dict[str, dict[Phase, datetime]] = {}
    for row in await db.execute(told):
        found.setdefault(row.job_id, {})[Phase(row.event)] = row.at
    return found
