"""Which attempts live: known by the names of their workspaces, asked of the store."""

import re
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from sqlalchemy import select

from bot.jobs.model import Job
from bot.jobs.tables import RUNNING, jobs
from bot.storage.transactions import Transactions

_PLACE: Final = re.compile(r"([0-9a-f]{16})-(\d+)")


def place_of(job: Job) -> str:
    """The name of an attempt's workspace, and of all that belongs to it."""
    return f"{job.id}-{job.attempt}"


def is_attempt(place: str) -> bool:
    """Whether a workspace of that name is an attempt's."""
    return _PLACE.fullmatch(place) is not None


class Living(Protocol):
    """Who knows which attempts live."""

    async def alive(self, job_id: str, attempt: int) -> bool:
        """Whether this very attempt at the job is under way, in the hands of whoever has it. May
        raise StorageError."""
        ...


class StoredLiving:
    """What the database says, by its clock: it runs, by this attempt, and its lease has not run
    out."""

    def __init__(self, transactions: Transactions) -> None:
        self._tx = transactions

    async def alive(self, job_id: str, attempt: int) -> bool:
        """See Living."""
        this = (jobs.c.id == job_id) & (jobs.c.attempt == attempt)
        async with self._tx.read() as db:
            held = jobs.c.phase.in_(RUNNING) & (jobs.c.lease_until > await self._tx.now(db))
            return await db.scalar(select(jobs.c.id).where(this & held)) is not None


def of_places(living: Living) -> Callable[[str], Awaitable[bool | None]]:
    """Whether the attempt of a workspace lives; None for a workspace of no job."""

    async def lives(place: str) -> bool | None:
        named = _PLACE.fullmatch(place)
        return None if named is None else await living.alive(named[1], int(named[2]))

    return lives
