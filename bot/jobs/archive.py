"""What was: a person's last jobs, all of them forgotten, and the numbers for the operator."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from bot.jobs import line
from bot.jobs.answers import Numbers
from bot.jobs.model import Job, Phase
from bot.jobs.tables import FINAL, LIVE, job_of, jobs
from bot.storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Archive:
    """Reads the store's rows, and deletes those that have ended. Every method may raise
    StorageError."""

    transactions: Transactions

    async def history(self, platform: str, user_id: str, chat_id: str, limit: int) -> list[Job]:
        """What a user last asked for in a chat, newest first."""
        theirs = line.of_user(platform, user_id) & (jobs.c.chat_id == chat_id)
        newest = select(jobs).where(theirs).order_by(jobs.c.created_at.desc(), jobs.c.turn.desc())
        async with self.transactions.read() as db:
            rows = (await db.execute(newest.limit(limit))).mappings().all()
        return [job_of(row) for row in rows]

    async def of_message(
        self, platform: str, user_id: str, chat_id: str, message_id: str
    ) -> Job | None:
        """The newest job of a user's whose file, status or result is that message of a chat."""
        theirs = line.of_user(platform, user_id) & (jobs.c.chat_id == chat_id)
        columns = (jobs.c.message_id, jobs.c.status_message_id, jobs.c.result_message_id)
        at = or_(*(column == message_id for column in columns))
        newest = select(jobs).where(theirs & at)
        newest = newest.order_by(jobs.c.created_at.desc(), jobs.c.turn.desc())
        async with self.transactions.read() as db:
            row = (await db.execute(newest)).mappings().first()
        return None if row is None else job_of(row)

    async def forget(self, platform: str, user_id: str) -> int:
        """Delete a user's ended jobs, now. How many."""
        ended = line.of_user(platform, user_id) & jobs.c.phase.in_(FINAL)
        async with self.transactions.write() as change:
            change.made = False
            return (await change.db.execute(delete(jobs).where(ended))).rowcount

    async def numbers(self, since: datetime) -> Numbers:
        """What is going on, and what ended since a moment."""
        told = jobs.c.phase.in_(LIVE) | (jobs.c.finished_at >= since)
        by_phase = select(jobs.c.phase, func.count()).where(told).group_by(jobs.c.phase)
        people = func.count(func.distinct(jobs.c.user_id))
        async with self.transactions.read() as db:
            rows = (await db.execute(by_phase)).all()
            users = await db.scalar(select(people).where(jobs.c.created_at >= since))
        return Numbers({Phase(phase): count for phase, count in rows}, int(users or 0))
