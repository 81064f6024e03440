"""What the whole house has room for, of all people together: so many jobs that wait, and as much of
the disk as their files take. Asked in the transaction that accepts a job."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    """How much disk a job takes at its widest: `factor` times what is downloaded (`joined` times,
    where several videos become one) and `least` bytes more. Measured on clips of 0.2 to 19 MB: 2.1
    times where streams are copied, 3.0 to 3.5 where they are encoded, 3.0 to 5.9 where two are
    joined. A file of unknown size counts as `unknown` bytes."""

    factor: float = 3.5
    joined: float = 6.0
    least: int = 16 * _MIB
    unknown: int = 20 * _MIB

    def of(self, size: int, *, joined: bool = False) -> int:
        """For files of so many bytes together."""
        factor = self.joined if joined else self.factor
        return round((size or self.unknown) * factor) + self.least

    def once_planned(self, size: int, expected: int | None) -> int:
        """Once its files of so many bytes are here and planned for: `expected` bytes are what the
        plan makes of them, None where nobody knows."""
        # A second try, for an output that missed its size, is made beside the first.
        return self.of(size) if expected is None else size + 2 * expected + self.least

    def to_look(self, size: int) -> int:
        """Where nothing but a picture is made of it."""
        return (size or self.unknown) + self.least

    def of_job(self, job: Job | NewJob) -> int:
        """For a job, before anything of it is known."""
        return self.of(extras.bytes_of(job), joined=bool(extras.parts_of(job.extras)))


NEEDS: Final = Needs()


@dataclass(frozen=True, slots=True)
class Space:
    """A disk with so many `free` bytes for jobs, those that running ones have filled among them. At
    most `at_once` jobs have files on it at the same time."""

    free: int
    at_once: int
    needs: Needs = NEEDS


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


def _need(needs: Needs, size: int, parts: Extras) -> int:
    return needs.of(size + sum(part.source.size for part in parts), joined=bool(parts))


def _parts(beside: Sequence[Mapping[str, Any]] | None) -> Extras:
    return extras.parts_of(extras.load(beside))


async def promised(db: AsyncConnection, news: Sequence[NewJob | Job], space: Space) -> int:
    """The most that live jobs and these may have on the disk at the same time, in bytes."""
    rows = await db.execute(select(jobs.c.file_size, jobs.c.extras).where(jobs.c.phase.in_(LIVE)))
    needs = [_need(space.needs, size, _parts(beside)) for size, beside in rows.all()]
    needs += [space.needs.of_job(new) for new in news]
    return sum(heapq.nlargest(space.at_once, needs))
