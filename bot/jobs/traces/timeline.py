"""What happened to jobs, written down by whatever moves them, within its transaction: so that it
can't tell of what never came to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job, Phase
from bot.jobs.processes.members import Member
from bot.jobs.traces.facts import Event, Moment
from bot.jobs.traces.tables import timeline
from bot.storage.columns import storable

# Of each job the newest are kept: one that is tried again for ever fills no disk.
MOST: Final = 200
_LONGEST_DETAIL: Final = 200
# Causes that are no error's code: the process stopped in good order; it died; it was silent.
STOPPED: Final = "stopped"
DIED: Final = "died"
SILENT: Final = "silent"
# With these a job begins another round; a round alone is short.
_ROUNDS: Final = frozenset({Event.ACCEPTED, Event.AGAIN, Event.LOST})


async def note(
    db: AsyncConnection,
    jobs: Sequence[Job],
    event: Event,
    now: datetime,
    by: Member | None,
    detail: str = "",
) -> None:
    """This happened to these jobs, as they are now."""
    if not jobs:
        return
    told = {
        "event": event.value,
        "at": now,
        "host": "" if by is None else storable(by.host),
        "pid": 0 if by is None else by.pid,
        "detail": storable(detail[:_LONGEST_DETAIL]),
    }
    rows = [{**told, "job_id": job.id, "attempt": job.attempt} for job in jobs]
    # Nobody asks for the rows' numbers, and one row is no batch: both would cost.
    await db.execute(insert(timeline).inline(), rows if len(rows) > 1 else rows[0])
    if event in _ROUNDS:
        for job in jobs:
            if job.attempt:
                await _keep_newest(db, job.id)


async def note_lost(db: AsyncConnection, job: Job, now: datetime, cause: str) -> None:
    """Whoever worked on it works on it no more: the process that had to do with it last."""
    mine = timeline.c.job_id == job.id
    last = select(timeline.c.host, timeline.c.pid).where(mine).order_by(timeline.c.id.desc())
    row = (await db.execute(last.limit(1))).first()
    by = None if row is None else Member(host=row.host, pid=row.pid)
    await note(db, [job], Event.LOST, now, by, cause)


async def of_job(db: AsyncConnection, job_id: str) -> list[Moment]:
    """What is known of it, the first thing first."""
    mine = select(timeline).where(timeline.c.job_id == job_id).order_by(timeline.c.id)
    return [
        Moment(Event(row.event), row.attempt, row.at, row.host, row.pid, row.detail)
        for row in await db.execute(mine)
        if row.event in set(Event)
    ]


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of a job's life since it was asked for last: until it was first taken (None where it
    never was), all in all, and in each running phase, of all attempts together."""

    wait: float | None
    lived: float
    phases: dict[Phase, float]


def spent(moments: Sequence[Moment], began: datetime, now: datetime) -> Spent:
    """Where the time went of a job that ends `now`; it began at `began` where nothing else is
    known. Pure."""
    life = list(moments)
    for number, moment in enumerate(moments):
        if moment.event is Event.ACCEPTED:
            life, began = list(moments[number:]), moment.at
    phases = dict.fromkeys((Phase.DOWNLOADING, Phase.CONVERTING, Phase.SENDING), 0.0)
    ends = [moment.at for moment in life[1:]] + [now]
    for moment, end in zip(life, ends, strict=True):
        if moment.event.value in set(phases):
            phases[Phase(moment.event.value)] += max(0.0, (end - moment.at).total_seconds())
    taken = [moment.at for moment in life if moment.event is Event.DOWNLOADING]
    lived = max(0.0, (now - began).total_seconds())
    if not taken:
        return Spent(None, lived, phases)
    return Spent(max(0.0, (taken[0] - began).total_seconds()), lived, phases)


async def _keep_newest(db: AsyncConnection, job_id: str) -> None:
    mine = timeline.c.job_id == job_id
    newest = select(timeline.c.id).where(mine).order_by(timeline.c.id.desc())
    too_old = await db.scalar(newest.offset(MOST).limit(1))
    if too_old is not None:
        await db.execute(delete(timeline).where(mine, timeline.c.id <= too_old))
