"""Sending a result, as it is written down within a transaction; see model.Receipt."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job, Receipt
from bot.jobs.store.rows import held, note, set_
from bot.jobs.tables import jobs


async def intend(db: AsyncConnection, job: Job) -> bool:
    """Sending begins. False when an earlier attempt began, and how that ended nobody knows. Raises
    LeaseLostError."""
    now = await held(db, job)
    if now.receipt is not Receipt.NONE:
        return False
    await set_(db, job.id, receipt=Receipt.INTENDED)
    return True


async def sent(db: AsyncConnection, job: Job, message_id: str) -> None:
    """It was sent, as this message, or as several with spaces between."""
    await note(db, job.id, receipt=Receipt.SENT, result_message_id=message_id)


async def failed(db: AsyncConnection, job: Job) -> None:
    """Nothing was sent by this attempt. What a later one has begun stays."""
    mine = (jobs.c.id == job.id) & (jobs.c.attempt == job.attempt)
    await db.execute(update(jobs).where(mine).values(receipt=Receipt.NONE))


async def leave(db: AsyncConnection, job: Job) -> None:
    """It is about to leave us, and can't be cancelled any more. Raises LeaseLostError."""
    await held(db, job)
    await set_(db, job.id, leaving=True)


async def stay(db: AsyncConnection, job: Job) -> None:
    """It didn't leave after all. Raises LeaseLostError."""
    await held(db, job)
    await set_(db, job.id, leaving=False)
