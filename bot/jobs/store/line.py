"""The ready line: whose turn it is, as SQL.

Of each user at most one job runs or stands in the line. When it ends, or has to wait for a moment,
the user's next one joins behind everybody, in the same transaction: so the line is fair by itself,
and whoever takes its head needs no locks.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from sqlalchemy import RowMapping, Select, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.model import Job, Phase
from bot.jobs.tables import LIVE, RUNNING, job_of, jobs
from bot.jobs.tables import runs as members
from bot.storage.columns import UtcDateTime

_LONG_AGO: Final = literal(datetime(2000, 1, 1, tzinfo=UTC), UtcDateTime)
_other = jobs.alias("other")
_waits = jobs.c.phase == Phase.QUEUED
_running = jobs.c.phase.in_(RUNNING)
_live = jobs.c.phase.in_(LIVE)
# What the order is made of.
_PLACE: Final = (
    *(jobs.c.id, jobs.c.platform, jobs.c.user_id, jobs.c.phase),
    *(jobs.c.turn, jobs.c.line, jobs.c.not_before, jobs.c.deaths),
)
_outside = _waits & jobs.c.line.is_(None)
_user_has_none = ~exists().where(
    _other.c.platform == jobs.c.platform,
    _other.c.user_id == jobs.c.user_id,
    _other.c.line.is_not(None),
)


def of_user(platform: str, user_id: str) -> ColumnElement[bool]:
    """The jobs of one person."""
    return (jobs.c.platform == platform) & (jobs.c.user_id == user_id)


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(jobs.c.not_before.is_(None), jobs.c.not_before <= now)


async def promote(db: AsyncConnection, platform: str, user_id: str, now: datetime) -> None:
    """Let a user's next job join the line, behind everybody, unless one of theirs is there."""
    found = await db.scalar(
        select(jobs.c.id)
        .where(of_user(platform, user_id), _outside, _due(now), _user_has_none)
        .order_by(jobs.c.deaths, jobs.c.turn)
        .limit(1)
    )
    if found is not None:
        joined = {"line": await next_turn(db), "ticket": None}
        await db.execute(update(jobs).where(jobs.c.id == found).values(**joined))


async def promote_due(db: AsyncConnection, now: datetime) -> None:
    """The same for everybody whose job has waited for a moment that has come."""
    found = await db.execute(
        select(jobs.c.platform, jobs.c.user_id)
        .where(_outside, _due(now), _user_has_none)
        .group_by(jobs.c.platform, jobs.c.user_id)
        .order_by(func.min(jobs.c.not_before), func.min(jobs.c.turn))
    )
    for platform, user_id in found.all():
        await promote(db, platform, user_id, now)


async def next_turn(db: AsyncConnection) -> int:
    """A number behind all that were given."""
    last = await db.execute(select(func.max(jobs.c.turn), func.max(jobs.c.line)))
    return max(number or 0 for number in last.one()) + 1


async def head(db: AsyncConnection, holder: str, wanted: str | None = None) -> str | None:
    """The id of the job that `holder` is to take, of `wanted` alone if that is given; None when
    nothing may start now.

    While a process that ran some jobs has died, they are under suspicion, and a suspect runs alone
    in its process: else nobody could tell which of them it was.
    """
    mine = _running & (jobs.c.holder == holder)
    running = (await db.execute(select(jobs.c.suspect).where(mine))).scalars().all()
    if any(running):
        return None
    ready = _waits & jobs.c.line.is_not(None)
    if wanted is not None:
        ready &= jobs.c.id == wanted
    first = (
        await db.execute(
            select(jobs.c.id, jobs.c.suspect)
            .where(ready)
            .order_by(jobs.c.deaths, jobs.c.line)
            .limit(1)
        )
    ).first()
    if first is None or (first.suspect and running):
        return None
    return str(first.id)


async def suspected(db: AsyncConnection, holder: str) -> bool:
    """Whether `holder` runs a suspect, which wants to be alone."""
    mine = _running & (jobs.c.holder == holder) & jobs.c.suspect
    return await db.scalar(select(jobs.c.id).where(mine).limit(1)) is not None


async def awaits(db: AsyncConnection, holder: str) -> bool:
    """Whether the line's head is a suspect, and `holder` the one to run it alone: of all workers it
    has the least to end before. Else those behind would go first for as long as there are any."""
    ready = _waits & jobs.c.line.is_not(None)
    first = select(jobs.c.suspect).where(ready).order_by(jobs.c.deaths, jobs.c.line).limit(1)
    if not await db.scalar(first):
        return False
    counted = (
        select(jobs.c.holder, func.count().label("jobs")).where(_running).group_by(jobs.c.holder)
    )
    running = {row.holder: row.jobs for row in await db.execute(counted)}
    willing = (members.c.slots > 0) & ~members.c.draining
    workers = await db.execute(select(members.c.holder).where(willing))
    least = min((running.get(name, 0), name) for name in {*workers.scalars(), holder})
    return bool(least[1] == holder)


async def runs(db: AsyncConnection, platform: str, user_id: str) -> bool:
    """Whether a job of this user runs."""
    mine = select(jobs.c.id).where(of_user(platform, user_id), _running).limit(1)
    return await db.scalar(mine) is not None


async def running(db: AsyncConnection) -> int:
    """How many jobs run, wherever."""
    return int(await db.scalar(select(func.count()).select_from(jobs).where(_running)) or 0)


def earliest_due() -> Select[datetime]:
    """The moment from which on somebody's job may join the line, if nothing else changes."""
    due = func.coalesce(jobs.c.not_before, _LONG_AGO, type_=UtcDateTime)
    return select(func.min(due, type_=UtcDateTime)).where(_outside, _user_has_none)


async def live(db: AsyncConnection) -> list[Job]:
    """All live jobs: running ones as they joined, then the waiting ones in the order in which they
    will be taken, if each takes its time: the line, then everybody's next, then the one after;
    last those that wait for a moment."""
    found = await db.execute(select(jobs).where(_live).order_by(jobs.c.turn))
    return [job_of(row) for row in _in_order(found.mappings().all())]


async def ids(db: AsyncConnection) -> tuple[list[str], list[str]]:
    """Those of `live` that run, and those that wait, as ids. A long queue is read in a moment,
    since what its jobs are isn't."""
    found = await db.execute(select(*_PLACE).where(_live).order_by(jobs.c.turn))
    rows = _in_order(found.mappings().all())
    running = [row["id"] for row in rows if row["phase"] != Phase.QUEUED]
    return running, [row["id"] for row in rows[len(running) :]]


async def place(db: AsyncConnection, job_id: str) -> int:
    """See `position`."""
    _, waiting = await ids(db)
    return _place(waiting, job_id)


def _in_order(rows: Sequence[RowMapping]) -> list[RowMapping]:
    """See `live`; of rows in the order of their turns."""
    running = [row for row in rows if row["phase"] != Phase.QUEUED]
    ready = [row for row in rows if row["phase"] == Phase.QUEUED and row["line"] is not None]
    later = [row for row in rows if row["phase"] == Phase.QUEUED and row["line"] is None]
    delayed = [row for row in later if row["not_before"] is not None]
    behind: list[tuple[int, int, RowMapping]] = []
    by_owner = sorted(
        (row for row in later if row["not_before"] is None),
        key=lambda row: (row["platform"], row["user_id"], row["turn"]),
    )
    for _, mine in groupby(by_owner, key=lambda row: (row["platform"], row["user_id"])):
        behind += [(number, row["turn"], row) for number, row in enumerate(mine)]
    ready.sort(key=lambda row: (row["deaths"], row["line"]))
    behind.sort(key=lambda entry: entry[:2])
    delayed.sort(key=lambda row: row["not_before"])
    return [*running, *ready, *(row for _, _, row in behind), *delayed]


def position(live_jobs: Sequence[Job], job_id: str) -> int:
    """Place of a job among those that wait, 1 = next; 0 when it doesn't wait."""
    return _place([job.id for job in live_jobs if job.phase is Phase.QUEUED], job_id)


def _place(waiting: Sequence[str], job_id: str) -> int:
    return waiting.index(job_id) + 1 if job_id in waiting else 0


async def room(db: AsyncConnection, platform: str, user_id: str, max_waiting: int) -> int:
    """For how many more the user's part of the queue has room: one that runs, and those that
    wait."""
    mine = of_user(platform, user_id) & jobs.c.phase.in_(LIVE)
    alive = await db.scalar(select(func.count()).select_from(jobs).where(mine)) or 0
    return max(0, max_waiting + 1 - alive)
