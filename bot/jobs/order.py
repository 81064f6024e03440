"""The embedded queue's order: whose turn it is, as SQL.

Every job has a round and a turn. The round is the number of live jobs its user had when it joined,
so that the first job of everybody comes before the second of anybody; within a round, turns go
first come, first served. Under a delay a job stands last.
"""

from datetime import UTC, datetime

from sqlalchemy import Delete, Select, case, delete, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.model import Phase
from bot.jobs.tables import FINAL, LIVE, RUNNING, UtcDateTime, jobs

_LONG_AGO = literal(datetime(2000, 1, 1, tzinfo=UTC), UtcDateTime)
_other = jobs.alias("other")
_waits = jobs.c.phase == Phase.QUEUED
_user_is_idle = ~exists().where(_other.c.user_id == jobs.c.user_id, _other.c.phase.in_(RUNNING))


def _ranking(now: datetime) -> tuple[ColumnElement[object], ...]:
    delayed_until = case((jobs.c.not_before > now, jobs.c.not_before), else_=None)
    return delayed_until.nulls_first(), jobs.c.round.asc(), jobs.c.turn.asc()


def next_up(now: datetime) -> Select[str]:
    """The id of the job to take, if any may start: its user has none running, its delay is over."""
    due = or_(jobs.c.not_before.is_(None), jobs.c.not_before <= now)
    return select(jobs.c.id).where(_waits, due, _user_is_idle).order_by(*_ranking(now)).limit(1)


def earliest_due() -> Select[datetime]:
    """The moment from which on `next_up` finds something, if nothing else changes."""
    due = func.coalesce(jobs.c.not_before, _LONG_AGO, type_=UtcDateTime)
    return select(func.min(due, type_=UtcDateTime)).where(_waits, _user_is_idle)


def live(now: datetime) -> Select[*tuple[object, ...]]:
    """All live jobs: running ones as they joined, then the waiting ones in their order."""
    waiting = case((jobs.c.phase.in_(RUNNING), 0), else_=1)
    return select(jobs).where(jobs.c.phase.in_(LIVE)).order_by(waiting, *_ranking(now))


def forget(before: datetime) -> Delete:
    """Remove the jobs that ended before this moment."""
    return delete(jobs).where(jobs.c.phase.in_(FINAL), jobs.c.finished_at < before)


async def position(db: AsyncConnection, job_id: str, now: datetime) -> int:
    """Place of a job among those that wait, 1 = next; 0 when it doesn't wait."""
    found = await db.scalars(select(jobs.c.id).where(_waits).order_by(*_ranking(now)))
    waiting = found.all()
    return waiting.index(job_id) + 1 if job_id in waiting else 0


async def is_running(db: AsyncConnection, user_id: int) -> bool:
    """Whether the user has a running job."""
    running = exists().where(jobs.c.user_id == user_id, jobs.c.phase.in_(RUNNING))
    return bool(await db.scalar(select(running)))


async def place_for(
    db: AsyncConnection, user_id: int, max_waiting: int
) -> dict[str, int | None] | None:
    """The columns round, turn and not_before of a job that joins now; None when the user's part of
    the queue is full."""
    mine = (jobs.c.user_id == user_id) & jobs.c.phase.in_(LIVE)
    alive = await db.scalar(select(func.count()).where(mine)) or 0
    if alive > max_waiting:
        return None
    # After a cancel the count falls behind what still waits: nobody overtakes himself.
    last_round = await db.scalar(select(func.max(jobs.c.round)).where(mine)) or 0
    last_turn = await db.scalar(select(func.max(jobs.c.turn))) or 0
    return {"round": max(alive, last_round), "turn": last_turn + 1, "not_before": None}
