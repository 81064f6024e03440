"""What may be done with a job by whoever holds it, within a transaction. All raise
LeaseLostError."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job, Phase
from bot.jobs.processes.members import Member
from bot.jobs.store import line, quota
from bot.jobs.store.quota import Quota, TooLong
from bot.jobs.store.rows import UNHELD, held, may_move, set_
from bot.jobs.tables import jobs
from bot.jobs.traces import conversions, timeline
from bot.jobs.traces.facts import Conversion, Event
from bot.jobs.traces.records import Work
from bot.storage.transactions import Change

# A suspect that has lived for so long is none any more: others need not wait for it.
PROBATION: Final = timedelta(seconds=60)


async def renew(change: Change, job: Job, lasts: timedelta) -> Job:
    """Hold it for another lease. Nobody waits for that, but for the end of a suspicion."""
    change.made = False
    db, now = change.db, change.now
    await held(db, job)
    row = await db.execute(select(jobs.c.held_since, jobs.c.suspect).where(jobs.c.id == job.id))
    since, suspect = row.one()
    change.made = suspect and since is not None and now - since >= PROBATION
    trust = {"suspect": False} if change.made else {}
    return await set_(db, job.id, lease_until=now + lasts, **trust)


async def advance(change: Change, job: Job, phase: Phase, by: Member, work: Work | None) -> Job:
    """Move it to its next running phase. Raises ValueError on a move that the model does not
    allow."""
    db = change.db
    await may_move(db, job, phase)
    moved = await set_(db, job.id, phase=phase)
    await timeline.note(db, [moved], Event(phase.value), change.now, by)
    await _keep(db, job, work)
    return moved


async def _keep(db: AsyncConnection, job: Job, work: Work | None) -> None:
    if work is not None and work.conversion is not None:
        await conversions.keep(db, job, work.conversion)


async def note_end(db: AsyncConnection, job: Job, work: Work | None) -> None:
    """It is about to end: how it was converted, where that isn't written yet."""
    if job.phase is not Phase.SENDING:
        await _keep(db, job, work)


async def count_length(
    change: Change, job: Job, seconds: float, allowed: Quota, foreseen: Conversion | None
) -> TooLong | None:
    """Count the length of what it makes, once for each time that it was asked for; or say that it
    is too much. `foreseen` is how it is going to be converted."""
    change.made = False
    db = change.db
    await held(db, job)
    if foreseen is not None:
        await conversions.keep(db, job, foreseen)
    if await db.scalar(select(jobs.c.counted).where(jobs.c.id == job.id)):
        return None
    too_long = await quota.count_length(db, job.owner, seconds, allowed, change.now)
    if too_long is None:
        await set_(db, job.id, counted=True)
    return too_long


@dataclass(frozen=True, slots=True)
class Again:
    """How a job goes back to the queue: `failed` or not, `delay` seconds from now at the earliest;
    without, it keeps its place in the line. `cause` is an error's code, or one of `timeline`'s."""

    failed: bool
    delay: float
    cause: str


async def put_back(change: Change, job: Job, how: Again, by: Member, work: Work | None) -> Job:
    """Give it back to the queue. Raises ValueError on a move that the model does not allow."""
    db, now, delay = change.db, change.now, how.delay
    await note_end(db, await may_move(db, job, Phase.QUEUED), work)
    place: dict[str, object] = {"not_before": None}
    if delay > 0:
        place = {"not_before": now + timedelta(seconds=delay), "line": None}
    failures = jobs.c.failures + int(how.failed)
    # Whoever ran it lives, so it is no suspect any more.
    live = {"phase": Phase.QUEUED, "failures": failures, "suspect": False, "deaths": 0}
    back = await set_(db, job.id, **live, **place, **UNHELD)
    await timeline.note(db, [back], Event.AGAIN, now, by, how.cause)
    await line.promote(db, *back.owner, now)
    return back
