"""One record of each ended job: what is searched and counted, so that nobody reads a hundred
thousand jobs for a page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job, Phase
from bot.jobs.traces import timeline
from bot.jobs.traces.facts import Conversion, Event
from bot.jobs.traces.tables import records
from bot.storage.columns import storable

# Four bytes each fit into an index of PostgreSQL's, with all else that is in it.
_LONGEST_NAME: Final = 250
_FIRST_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """What an attempt came to: how it converted, None where it didn't; bytes of the input and of
    the result; seconds that this plays."""

    conversion: Conversion | None = None
    before: int = 0
    after: int = 0
    video: float = 0.0


async def write(
    db: AsyncConnection, job: Job, outcome: Phase, code: str | None, now: datetime, work: Work
) -> None:
    """The job ends in `outcome`, after what its timeline says. A record of it that was left behind
    gives way: what is only searched and counted keeps no job from ending."""
    moments = await timeline.of_job(db, job.id)
    spent = timeline.spent(moments, job.created_at, now)
    converted, done = work.conversion, outcome is Phase.DONE
    before = work.before or job.source.size
    row = {
        "job_id": job.id,
        "finished_at": now,
        "day": day_of(now),
        "user_id": job.user_id,
        "name": folded(job.source.name),
        "outcome": outcome.value,
        "target": job.request.target,
        "action": converted.action if converted else "",
        "device": converted.device if converted else "",
        "code": code,
        "wait": spent.wait,
        "lived": spent.lived,
        **{phase.value: seconds for phase, seconds in spent.phases.items()},
        "work": converted.seconds if converted and done else None,
        "before": before,
        "came": before if any(one.event is Event.CONVERTING for one in moments) else 0,
        "after": work.after if done else 0,
        "video": work.video if done else 0.0,
    }
    await forget(db, job.id)
    await db.execute(insert(records).inline(), row)


async def forget(db: AsyncConnection, job_id: str) -> None:
    """The job lives again."""
    await db.execute(delete(records).where(records.c.job_id == job_id))


def folded(name: str) -> str:
    """A name, or part of one, as it is searched."""
    return storable(name.casefold()[:_LONGEST_NAME])


def day_of(moment: datetime) -> int:
    """Its day in UTC, counted from 1970."""
    return (moment.astimezone(UTC) - _FIRST_DAY).days


def begin_of(day: int) -> datetime:
    """When that day begins."""
    return datetime.fromtimestamp(day * 86_400, UTC)
