"""Batches in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import RowMapping, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.batch import Batch
from bot.jobs.model import Job
from bot.jobs.tables import LIVE, batches, job_of, jobs
from bot.storage.columns import storable
from bot.storage.transactions import Transactions

KEPT: Final = timedelta(days=30)


async def save(db: AsyncConnection, batch: Batch) -> None:
    """Write one down; those of more than 30 days ago are forgotten."""
    await db.execute(delete(batches).where(batches.c.created_at < batch.created_at - KEPT))
    row = {
        "id": batch.id,
        "platform": batch.platform,
        "user_id": batch.user_id,
        "chat_id": batch.chat_id,
        "thread_id": batch.thread_id,
        "message_id": batch.message_id,
        "in_group": batch.group,
        "locale": storable(batch.locale),
        "status_message_id": batch.status_message_id,
        "created_at": batch.created_at,
    }
    await db.execute(insert(batches).values(**row))


@dataclass(frozen=True, slots=True)
class BatchStore:
    """Batches in the database. Every method may raise StorageError."""

    transactions: Transactions

    async def get(self, batch_id: str) -> Batch | None:
        """One, or None."""
        async with self.transactions.read() as db:
            found = await db.execute(select(batches).where(batches.c.id == batch_id))
            row = found.mappings().first()
        return None if row is None else _batch(row)

    async def jobs(self, batch_id: str) -> Sequence[Job]:
        """Its jobs, live and ended, as the files were sent."""
        mine = select(jobs).where(jobs.c.batch_id == batch_id).order_by(jobs.c.turn, jobs.c.id)
        async with self.transactions.read() as db:
            rows = (await db.execute(mine)).mappings().all()
        # Whoever tries again joins the line anew; the list stays as it was.
        return sorted(map(job_of, rows), key=_place)

    async def unite(self, batch_id: str) -> bool:
        """Whether its results may be sent as an album now: once."""
        apart = (batches.c.id == batch_id) & ~batches.c.united
        async with self.transactions.write() as change:
            change.made = False
            once = update(batches).where(apart).values(united=True)
            return (await change.db.execute(once)).rowcount > 0

    async def not_united(self) -> list[str]:
        """Batches whose jobs have all ended, and whose results may still be sent as an album."""
        live = exists().where(jobs.c.batch_id == batches.c.id, jobs.c.phase.in_(LIVE))
        apart = select(batches.c.id).where(~batches.c.united, ~live)
        async with self.transactions.read() as db:
            return list((await db.execute(apart)).scalars().all())

    async def status_message(self, batch_id: str) -> str | None:
        """The message that tells of it."""
        batch = await self.get(batch_id)
        return batch.status_message_id if batch is not None else None

    async def set_status_message(self, batch_id: str, message_id: str) -> None:
        """Remember the message that tells of it."""
        changed = update(batches).where(batches.c.id == batch_id)
        async with self.transactions.write() as change:
            change.made = False
            await change.db.execute(changed.values(status_message_id=message_id))


def _place(job: Job) -> tuple[int, str, int, str]:
    """In the order of the messages, and of the parts of one message's file."""
    return len(job.message_id), job.message_id, len(job.origin), job.origin


def _batch(row: RowMapping) -> Batch:
    return Batch(
        id=row["id"],
        platform=row["platform"],
        user_id=row["user_id"],
        chat_id=row["chat_id"],
        message_id=row["message_id"],
        locale=row["locale"],
        created_at=row["created_at"],
        group=row["in_group"],
        thread_id=row["thread_id"],
        status_message_id=row["status_message_id"],
    )
