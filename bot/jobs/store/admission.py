"""Handing in, as SQL within one transaction: a job is saved, or it is said why not."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.answers import (
    Accepted,
    AcceptedAll,
    Answer,
    Duplicate,
    Full,
    QueueFull,
    Repeated,
)
from bot.jobs.extras import bytes_of
from bot.jobs.house import house
from bot.jobs.house.house import ANY_HOUSE, House
from bot.jobs.model import Job, NewJob, Phase
from bot.jobs.store import bulletins, line, quota
from bot.jobs.store.quota import Quota
from bot.jobs.store.rows import FRESH, first, set_
from bot.jobs.tables import LIVE, jobs, values_of, work_of
from bot.jobs.traces import records

UNBOUNDED: Final = Quota()


@dataclass(frozen=True, slots=True)
class Terms:
    """On which a job is taken: how many of its user's may wait beside the one that runs or comes
    next (with 0 a user who has a live job is refused), how much a user may ask for, and what there
    is room for, of all people together."""

    max_waiting: int
    allowed: Quota = UNBOUNDED
    house: House = ANY_HOUSE


async def admit(db: AsyncConnection, new: NewJob, terms: Terms, now: datetime) -> Answer:
    """Save one. Looked at in this order: Repeated, Duplicate, and what is Full."""
    if (there := await _there(db, new)) is not None:
        return there
    if (full := await too_much(db, [new], terms, now)) is not None:
        return full
    return await accepted(db, await _insert(db, new, now), now)


async def admit_all(
    db: AsyncConnection, news: Sequence[NewJob], terms: Terms, now: datetime
) -> AcceptedAll | Repeated | Duplicate | Full:
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
    if (full := await too_much(db, fresh, terms, now)) is not None:
        return full
    ids = [await _insert(db, new, now) for new in fresh]
    return AcceptedAll(tuple([(await accepted(db, job_id, now)).job for job_id in ids]))


async def readmit(
    db: AsyncConnection, job_id: str, terms: Terms, now: datetime
) -> Accepted | Duplicate | Full | None:
    """Put a FAILED or CANCELLED one back to QUEUED, fresh, behind what waits there. Duplicate when
    its person has sent the same again meanwhile; None when it is unknown or not in such a phase."""
    ended = jobs.c.phase.in_((Phase.FAILED, Phase.CANCELLED))
    job = await first(db, (jobs.c.id == job_id) & ended)
    if job is None:
        return None
    if (alive := await _alive(db, job)) is not None:
        return Duplicate(alive)
    if (full := await too_much(db, [job], terms, now)) is not None:
        return full
    again = {**FRESH, "turn": await line.next_turn(db), "finished_at": None}
    await set_(db, job_id, **again, error_code=None, not_before=None)
    await bulletins.begin_anew(db, job_id)
    await records.forget(db, job_id)
    return await accepted(db, job_id, now)


async def accepted(db: AsyncConnection, job_id: str, now: datetime) -> Accepted:
    """What is said of a job that was just put into the queue."""
    job = await first(db, jobs.c.id == job_id)
    assert job is not None  # noqa: S101 - written in this very transaction
    await line.promote(db, *job.owner, now)
    place = await line.place(db, job_id)
    at_once = place == 1 and not await line.runs(db, *job.owner)
    return Accepted(job, 0 if at_once else place)


async def _there(db: AsyncConnection, new: NewJob) -> Repeated | Duplicate | None:
    same_chat = (jobs.c.platform == new.platform) & (jobs.c.chat_id == new.chat_id)
    same_message = (jobs.c.message_id == new.message_id) & (jobs.c.origin == new.origin)
    job = await first(db, same_chat & same_message)
    if job is not None:
        return Repeated(job)
    job = await _alive(db, new)
    return None if job is None else Duplicate(job)


async def _alive(db: AsyncConnection, wanted: NewJob | Job) -> Job | None:
    """The live job of the same person's in the same chat that is the same work."""
    owner = line.of_user(wanted.platform, wanted.user_id) & (jobs.c.chat_id == wanted.chat_id)
    # `== None` would mean "is null".
    alike = jobs.c.work.is_not(None) & (jobs.c.work == work_of(wanted))
    return await first(db, owner & alike & jobs.c.phase.in_(LIVE))


async def too_much(
    db: AsyncConnection, news: Sequence[NewJob | Job], terms: Terms, now: datetime
) -> Full | None:
    """Whether these, all of one user's, are more than there is room for, or than the user may ask
    for; counted where they aren't. Nothing is saved of them yet."""
    person = (news[0].platform, news[0].user_id)
    mine = await line.room(db, *person, terms.max_waiting)
    if len(news) > mine:
        return QueueFull(terms.max_waiting, min(mine, await house.room(db, terms.house)))
    if (full := await house.refusal(db, news, terms.house)) is not None:
        return full
    sizes = [bytes_of(new) for new in news]
    over = await quota.over(db, person, sizes, terms.allowed, now)
    if over is None:
        for size in sizes:
            await quota.count(db, person, size, now)
    return over


async def _insert(db: AsyncConnection, new: NewJob, now: datetime) -> str:
    job_id = secrets.token_hex(8)
    turn = await line.next_turn(db)
    fresh = {**FRESH, "id": job_id, "turn": turn, "attempt": 0}
    await db.execute(insert(jobs).values(**values_of(new), **fresh, created_at=now))
    return job_id
