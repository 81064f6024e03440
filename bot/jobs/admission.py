"""Handing in, as SQL within one transaction: a job is saved, or it is said why not."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs import line, quota
from bot.jobs.answers import (
    Accepted,
    AcceptedAll,
    Answer,
    Duplicate,
    OverQuota,
    QueueFull,
    Repeated,
)
from bot.jobs.extras import bytes_of
from bot.jobs.model import NewJob
from bot.jobs.quota import Quota
from bot.jobs.rows import FRESH, first
from bot.jobs.tables import LIVE, jobs, values_of, work_of

UNBOUNDED: Final = Quota()


@dataclass(frozen=True, slots=True)
class Terms:
    """On which a job is taken: how many of its user's may wait beside the one that runs or comes
    next (with 0 a user who has a live job is refused), and how much a user may ask for."""

    max_waiting: int
    allowed: Quota = UNBOUNDED


async def admit(db: AsyncConnection, new: NewJob, terms: Terms, now: datetime) -> Answer:
    """Save one. Looked at in this order: Repeated, Duplicate, QueueFull, OverQuota."""
    if (there := await _there(db, new)) is not None:
        return there
    if not await line.room_for(db, new.platform, new.user_id, terms.max_waiting):
        return QueueFull(terms.max_waiting)
    if (too_much := await _too_much(db, [new], terms, now)) is not None:
        return too_much
    return await accepted(db, await _insert(db, new, now), now)


async def admit_all(
    db: AsyncConnection, news: Sequence[NewJob], terms: Terms, now: datetime
) -> AcceptedAll | Repeated | Duplicate | QueueFull | OverQuota:
    """Save several of one user's together, or none. Repeated when one of these very messages was
    accepted as the same wish before; a file that is alive already, or twice among them, is not made
    twice, and when all are alive it is a Duplicate."""
    fresh: list[NewJob] = []
    works: set[str] = set()
    alive: Duplicate | None = None
    for new in news:
        match await _there(db, new):
            case Repeated() as repeated:
                return repeated
            case Duplicate() as alive:
                pass
            case None if (work := work_of(new)) is None or work not in works:
                fresh.append(new)
                works |= {work} if work is not None else set()
    if not fresh and alive is not None:
        return alive
    room = await line.room(db, news[0].platform, news[0].user_id, terms.max_waiting)
    if len(fresh) > room:
        return QueueFull(terms.max_waiting, room)
    if (too_much := await _too_much(db, fresh, terms, now)) is not None:
        return too_much
    ids = [await _insert(db, new, now) for new in fresh]
    return AcceptedAll(tuple([(await accepted(db, job_id, now)).job for job_id in ids]))


async def accepted(db: AsyncConnection, job_id: str, now: datetime) -> Accepted:
    """What is said of a job that was just put into the queue."""
    job = await first(db, jobs.c.id == job_id)
    assert job is not None  # noqa: S101 - written in this very transaction
    await line.promote(db, *job.owner, now)
    everybody = await line.live(db)
    position = line.position(everybody, job_id)
    mine_runs = any(j.owner == job.owner and j.phase.running for j in everybody)
    return Accepted(job, 0 if position == 1 and not mine_runs else position)


async def _there(db: AsyncConnection, new: NewJob) -> Repeated | Duplicate | None:
    same_chat = (jobs.c.platform == new.platform) & (jobs.c.chat_id == new.chat_id)
    same_message = (jobs.c.message_id == new.message_id) & (jobs.c.origin == new.origin)
    job = await first(db, same_chat & same_message)
    if job is not None:
        return Repeated(job)
    owner = line.of_user(new.platform, new.user_id)
    # `== None` would mean "is null".
    alike = jobs.c.work.is_not(None) & (jobs.c.work == work_of(new))
    job = await first(db, owner & same_chat & alike & jobs.c.phase.in_(LIVE))
    return None if job is None else Duplicate(job)


async def _too_much(
    db: AsyncConnection, news: Sequence[NewJob], terms: Terms, now: datetime
) -> OverQuota | None:
    """Whether they are over their user's quota; counted where they aren't."""
    person, sizes = (news[0].platform, news[0].user_id), [bytes_of(new) for new in news]
    too_much = await quota.over(db, person, sizes, terms.allowed, now)
    if too_much is None:
        for size in sizes:
            await quota.count(db, person, size, now)
    return too_much


async def _insert(db: AsyncConnection, new: NewJob, now: datetime) -> str:
    job_id = secrets.token_hex(8)
    turn = await line.next_turn(db)
    fresh = {**FRESH, "id": job_id, "turn": turn, "attempt": 0}
    await db.execute(insert(jobs).values(**values_of(new), **fresh, created_at=now))
    return job_id
