"""What may be done with a job by whoever holds it, within a transaction. All raise
LeaseLostError."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs import line, quota
from bot.jobs.model import Job, Phase
from bot.jobs.quota import Quota, TooLong
from bot.jobs.rows import UNHELD, held, may_move, set_
from bot.jobs.tables import jobs
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


async def advance(db: AsyncConnection, job: Job, phase: Phase) -> Job:
    """Move it to its next running phase. Raises ValueError on a move that the model does not
    allow."""
    await may_move(db, job, phase)
    return await set_(db, job.id, phase=phase)


async def count_length(change: Change, job: Job, seconds: float, allowed: Quota) -> TooLong | None:
    """Count the length of what it makes, once for each time that it was asked for; or say that it
    is too much."""
    change.made = False
    db = change.db
    await held(db, job)
    if await db.scalar(select(jobs.c.counted).where(jobs.c.id == job.id)):
        return None
    too_long = await quota.count_length(db, job.owner, seconds, allowed, change.now)
    if too_long is None:
        await set_(db, job.id, counted=True)
    return too_long


async def put_back(change: Change, job: Job, *, failed: bool, delay: float) -> Job:
    """Give it back to the queue, `delay` seconds from now at the earliest; without, it keeps its
    place in the line. `failed` counts it as a failure. Raises ValueError on a move that the model
    does not allow."""
    db, now = change.db, change.now
    await may_move(db, job, Phase.QUEUED)
    place: dict[str, object] = {"not_before": None}
    if delay > 0:
        place = {"not_before": now + timedelta(seconds=delay), "line": None}
    failures = jobs.c.failures + int(failed)
    # Whoever ran it lives, so it is no suspect any more.
    live = {"phase": Phase.QUEUED, "failures": failures, "suspect": False, "deaths": 0}
    back = await set_(db, job.id, **live, **place, **UNHELD)
    await line.promote(db, *back.owner, now)
    return back
