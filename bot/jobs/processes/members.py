"""The processes that work on the same jobs: who is there, and who has gone without a word."""

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import RowMapping, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.processes.vitals import Vitals, dump, load
from bot.jobs.tables import RUNNING, jobs, runs


class Part(StrEnum):
    """What a process does: talk with people, work on jobs, or both."""

    BOTH = "both"
    FRONTEND = "frontend"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Member:
    """A process; `slots` is how many jobs it runs at once."""

    part: Part = Part.BOTH
    slots: int = 0
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)


@dataclass(frozen=True, slots=True)
class Seen:
    """A member as the others see it: since when it is there, when it was last heard of, how many
    jobs it runs. `draining`: by the operator's word it begins nothing more."""

    member: Member
    started_at: datetime
    seen_at: datetime
    running: int
    draining: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """What a sign of life is answered: whether the member was still `known`, and whether it is to
    begin nothing more."""

    known: bool
    draining: bool


async def join(db: AsyncConnection, member: Member, now: datetime) -> None:
    """It is there."""
    row = {
        "holder": member.holder,
        "started_at": now,
        "seen_at": now,
        "role": member.part.value,
        "host": member.host,
        "pid": member.pid,
        "slots": member.slots,
    }
    await db.execute(insert(runs).values(**row))


async def leave(db: AsyncConnection, member: Member) -> None:
    """It ends in good order."""
    await db.execute(delete(runs).where(runs.c.holder == member.holder))


async def beat(
    db: AsyncConnection, member: Member, now: datetime, vitals: Vitals | None = None
) -> Beat:
    """It is still there, and says how it is if there are `vitals`. One that the others had taken
    for dead joins anew."""
    told = {} if vitals is None else {"vitals": dump(vitals, now)}
    mine = update(runs).where(runs.c.holder == member.holder).values(seen_at=now, **told)
    draining = (await db.execute(mine.returning(runs.c.draining))).scalar()
    if draining is None:
        await join(db, member, now)
    return Beat(draining is not None, bool(draining))


async def drain(db: AsyncConnection, holder: str, draining: bool) -> bool:
    """It begins nothing more, or does again. False for one that isn't there or works on nothing."""
    this = update(runs).where(runs.c.holder == holder, runs.c.slots > 0)
    return bool((await db.execute(this.values(draining=draining))).rowcount)


async def bury_others(db: AsyncConnection, member: Member) -> list[str]:
    """Every other member is dead: this one is the only process. Their holders."""
    others = delete(runs).where(runs.c.holder != member.holder).returning(runs.c.holder)
    return list((await db.execute(others)).scalars())


async def bury_silent(db: AsyncConnection, before: datetime) -> list[str]:
    """Whoever wasn't heard of since that moment is dead. Their holders."""
    silent = or_(runs.c.seen_at.is_(None), runs.c.seen_at < before)
    gone = delete(runs).where(silent).returning(runs.c.holder)
    return list((await db.execute(gone)).scalars())


async def slots(db: AsyncConnection) -> int:
    """How many jobs all of them run at once, but for those that begin nothing more."""
    total = select(func.coalesce(func.sum(runs.c.slots), 0)).where(~runs.c.draining)
    return int(await db.scalar(total) or 0)


async def everybody(db: AsyncConnection) -> Sequence[Seen]:
    """All of them, the oldest first."""
    return [seen for seen, _ in await with_vitals(db)]


async def with_vitals(db: AsyncConnection) -> Sequence[tuple[Seen, Vitals | None]]:
    """The same, each with how it says that it is, None where it didn't, or in words of another
    version."""
    running = (
        select(func.count())
        .select_from(jobs)
        .where(jobs.c.holder == runs.c.holder, jobs.c.phase.in_(RUNNING))
        .scalar_subquery()
    )
    rows = await db.execute(select(runs, running.label("running")).order_by(runs.c.started_at))
    return [(_seen(row), load(row["vitals"])) for row in rows.mappings().all()]


def _seen(row: RowMapping) -> Seen:
    return Seen(
        Member(Part(row["role"]), row["slots"], row["holder"], row["host"], row["pid"]),
        row["started_at"],
        row["seen_at"] or row["started_at"],
        row["running"],
        row["draining"],
    )
