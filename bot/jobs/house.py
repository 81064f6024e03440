"""What the whole house has room for, of all people together: so many jobs that wait, and as much of
the disk as their files take. Asked in the transaction that accepts a job."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs import extras
from bot.jobs.answers import Crowded, NoSpace
from bot.jobs.model import Extras, Job, NewJob, Phase
from bot.jobs.tables import LIVE, jobs

_MIB: Final = 1024 * 1024
# A bound for a queue that has none.
_ANY: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Needs:
    """How much disk a job takes at its widest: `factor` times what is downloaded and `least` bytes
    more. Measured on the test clips (an input, what is made of it, what is proved of that): 2.0
    where streams are copied, 2.9 for several videos joined, and more than that only for inputs of
    a few MB. A file of unknown size counts as `unknown` bytes."""

    factor: float = 3.0
    least: int = 16 * _MIB
    unknown: int = 20 * _MIB

    def of(self, size: int) -> int:
        """For files of so many bytes together."""
        return round((size or self.unknown) * self.factor) + self.least

    def of_job(self, job: Job | NewJob) -> int:
        """For a job, before anything of it is known."""
        return self.of(extras.bytes_of(job))


@dataclass(frozen=True, slots=True)
class Space:
    """A disk with so many `free` bytes for jobs, those that running ones have filled among them. At
    most `at_once` jobs have files on it at the same time."""

    free: int
    at_once: int
    needs: Needs = field(default_factory=Needs)


@dataclass(frozen=True, slots=True)
class House:
    """`max_queued` jobs may wait, 0 for any number; `space` is None where files lie elsewhere or
    nobody can tell."""

    max_queued: int = 0
    space: Space | None = None


ANY_HOUSE: Final = House()


async def room(db: AsyncConnection, house: House) -> int:
    """For how many more jobs the queue has room."""
    if not house.max_queued:
        return _ANY
    waiting = select(func.count()).select_from(jobs).where(jobs.c.phase == Phase.QUEUED)
    return max(0, house.max_queued - (await db.scalar(waiting) or 0))


async def refusal(
    db: AsyncConnection, news: Sequence[NewJob | Job], house: House
) -> Crowded | NoSpace | None:
    """Why these can't all be taken, None when they can."""
    if len(news) > (free := await room(db, house)):
        return Crowded(free)
    if house.space is not None and await promised(db, news, house.space) > house.space.free:
        return NoSpace()
    return None


def _parts(beside: Sequence[Mapping[str, Any]] | None) -> Extras:
    return extras.parts_of(extras.load(beside))


async def promised(db: AsyncConnection, news: Sequence[NewJob | Job], space: Space) -> int:
    """The most that live jobs and these may have on the disk at the same time, in bytes."""
    rows = await db.execute(select(jobs.c.file_size, jobs.c.extras).where(jobs.c.phase.in_(LIVE)))
    needs = [
        space.needs.of(size + sum(part.source.size for part in _parts(beside)))
        for size, beside in rows.all()
    ]
    needs += [space.needs.of_job(new) for new in news]
    return sum(heapq.nlargest(space.at_once, needs))
