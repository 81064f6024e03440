"""What stands in a dispatcher's own queue for a job that is ready, or will be at a moment: one
ticket each, handed out in the transaction that made it so."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Phase
from bot.jobs.tables import jobs

# A job that nobody may start just now is offered again after so long.
AGAIN: Final = timedelta(seconds=1)
_LAST: Final = 2**31 - 1
_A_DEATH: Final = 10**8

_waits = jobs.c.phase == Phase.QUEUED


@dataclass(frozen=True, slots=True)
class Ready:
    """A job to be handed out, not before `at`. Of two the one with more `priority` goes first, then
    the one that was told of earlier."""

    job_id: str
    priority: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a dispatcher got from its queue: its number there, and the job that it stands for."""

    number: int
    job_id: str


class Queue(Protocol):
    """A dispatcher's queue in the same database. Both may raise StorageError."""

    async def upgrade(self, db: AsyncConnection) -> None:
        """Bring its schema up to its code's, in this transaction."""
        ...

    async def hand_out(self, db: AsyncConnection, ready: Sequence[Ready]) -> Sequence[int]:
        """Put these into it, in this transaction; their numbers there."""
        ...


async def hand_out(db: AsyncConnection, queue: Queue, later: Collection[str], now: datetime) -> int:
    """A ticket for every waiting job that has none and is in the line or waits for a moment; for
    those of `later` one that is good in a while. How many there were."""
    in_line = jobs.c.line.is_not(None)
    columns = (jobs.c.id, jobs.c.line, jobs.c.deaths, jobs.c.not_before)
    wanted = jobs.c.ticket.is_(None) & (in_line | jobs.c.not_before.is_not(None))
    rows = (await db.execute(select(*columns).where(_waits, wanted))).all()
    if not rows:
        return 0
    ready = []
    for job_id, line, deaths, not_before in rows:
        at = None if line is not None else not_before
        ready.append(Ready(job_id, _priority(line, deaths), now + AGAIN if job_id in later else at))
    for one, number in zip(ready, await queue.hand_out(db, ready), strict=True):
        await db.execute(update(jobs).where(jobs.c.id == one.job_id).values(ticket=number))
    return len(ready)


def _priority(line: int | None, deaths: int) -> int:
    """The order of the line (see `line.head`), as a number of 32 bits; whoever waited for a moment
    comes first, to find its place in the line."""
    return 0 if line is None else max(-_LAST, -line - deaths * _A_DEATH)


async def good(db: AsyncConnection, ticket: Ticket) -> bool:
    """Whether it still stands for a job that is in the line."""
    stands = (jobs.c.ticket == ticket.number) & jobs.c.line.is_not(None)
    mine = select(jobs.c.id).where(jobs.c.id == ticket.job_id, _waits, stands)
    return await db.scalar(mine) is not None


async def lose(db: AsyncConnection, numbers: Collection[int]) -> None:
    """These tickets are good for nothing any more."""
    await db.execute(update(jobs).where(jobs.c.ticket.in_(numbers), _waits).values(ticket=None))


async def outstanding(db: AsyncConnection, now: datetime) -> list[int]:
    """The tickets that somebody waits for: of jobs in the line, and of those whose moment is yet to
    come."""
    wanted = jobs.c.line.is_not(None) | (jobs.c.not_before > now)
    found = select(jobs.c.ticket).where(_waits, jobs.c.ticket.is_not(None), wanted)
    return [int(number) for number in (await db.execute(found)).scalars()]
