"""How many jobs wait, and for how long the oldest has: one cheap look, however long the queue."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.model import Phase
from bot.jobs.tables import jobs
from bot.storage.columns import UtcDateTime
from bot.storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of all processes together: jobs that are `ready` to be taken, that wait for their person's
    other job (`behind`), and for a moment (`delayed`). `oldest` is the age, in seconds, of the
    oldest one that nobody has begun yet, 0 where there is none."""

    ready: int
    behind: int
    delayed: int
    oldest: float


async def look(transactions: Transactions) -> Waiting:
    """How it is now. Raises StorageError."""
    async with transactions.read() as db:
        return await counted(db, await transactions.now(db))


async def counted(db: AsyncConnection, now: datetime) -> Waiting:
    """The same within a transaction."""
    in_line = jobs.c.line.is_not(None)
    delayed = jobs.c.line.is_(None) & jobs.c.not_before.is_not(None)
    # One that was tried before waits for other reasons, and its age tells nothing of the queue.
    fresh = case((jobs.c.attempt == 0, jobs.c.created_at))
    asked = select(
        func.count(),
        _number(in_line),
        _number(delayed),
        func.min(fresh, type_=UtcDateTime),
    ).where(jobs.c.phase == Phase.QUEUED)
    waiting, ready, later, oldest = (await db.execute(asked)).one()
    age = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    return Waiting(ready, waiting - ready - later, later, age)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
