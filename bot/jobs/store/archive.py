"""What was: a person's last jobs, all of them forgotten, and the numbers for the operator."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.answers import Ended, Numbers, Used
from bot.jobs.model import Job, Phase
from bot.jobs.store import line, quota
from bot.jobs.tables import FINAL, LIVE, batches, job_of, jobs, results, statuses
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

    async def forget(self, platform: str, user_id: str, leaving: Collection[str] = ()) -> int:
        """Delete a user's ended jobs, now, and what is known of their results. How many jobs.

        So are live ones of the ids `leaving`, whose results nobody can call back: whoever holds
        one has lost it by that, and writes nothing of it down.
        """
        theirs_too = jobs.c.phase.in_(FINAL) | jobs.c.id.in_(leaving)
        ended = line.of_user(platform, user_id) & theirs_too
        theirs = (results.c.platform == platform) & (results.c.user_id == user_id)
        async with self.transactions.write() as change:
            change.made = False
            await change.db.execute(delete(results).where(theirs))
            theirs = (batches.c.platform == platform) & (batches.c.user_id == user_id)
            await change.db.execute(delete(batches).where(theirs))
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

    async def most_active(self, platform: str, since: datetime, limit: int) -> list[Used]:
        """Who asked for most since a moment, of the last day at most."""
        async with self.transactions.read() as db:
            return await quota.most_active(db, platform, since, limit)

    async def used(self, platform: str, user_id: str, since: datetime) -> Used:
        """The same of one person."""
        async with self.transactions.read() as db:
            return await quota.used_by(db, (platform, user_id), since)

    async def failures(self, limit: int) -> list[Ended]:
        """The jobs that failed last, newest first."""
        failed = select(jobs).where(jobs.c.phase == Phase.FAILED)
        async with self.transactions.read() as db:
            rows = await db.execute(failed.order_by(jobs.c.finished_at.desc()).limit(limit))
            return [_ended(row) for row in rows.mappings()]

    async def traced(self, trace: str) -> Ended | None:
        """How the newest job went whose id begins so; `trace` is of the alphabet of ids."""
        alike = jobs.c.id.startswith(trace, autoescape=True)
        newest = select(jobs).where(alike).order_by(jobs.c.created_at.desc()).limit(1)
        async with self.transactions.read() as db:
            row = (await db.execute(newest)).mappings().first()
        return None if row is None else _ended(row)

    async def private_chats(self, platform: str, since: datetime) -> list[tuple[str, str]]:
        """Chat and user of everybody who asked for something since a moment, alone with the bot."""
        recent = (jobs.c.platform == platform) & (jobs.c.created_at >= since)
        alone = recent & ~jobs.c.in_group
        chats = select(jobs.c.chat_id, jobs.c.user_id).where(alone).distinct()
        async with self.transactions.read() as db:
            rows = (await db.execute(chats.order_by(jobs.c.chat_id))).all()
        return [(chat, user) for chat, user in rows]


def _ended(row: RowMapping) -> Ended:
    return Ended(
        job_id=row["id"],
        user_id=row["user_id"],
        at=row["finished_at"],
        outcome=Phase(row["phase"]),
        code=row["error_code"] or "",
        detail=row["error_detail"] or "",
        phase=row["ended_in"] or "",
        name=row["file_name"],
    )


async def purge(db: AsyncConnection, before: datetime) -> None:
    """Forget the jobs that ended before that moment, with all that was written down of them, and
    what was written of results and shown by then."""
    old = jobs.c.phase.in_(FINAL) & (jobs.c.finished_at < before)
    await db.execute(delete(jobs).where(old))
    for table in (results, statuses):
        await db.execute(delete(table).where(table.c.at < before))
