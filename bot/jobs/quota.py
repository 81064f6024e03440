"""How much one person may ask for: counted by what was asked, so that to cancel, to try again or to
be forgotten buys nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.answers import OverQuota
from bot.jobs.tables import usage

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """Jobs in any hour and any day, bytes in any day; 0 is no bound."""

    jobs_per_hour: int = 0
    jobs_per_day: int = 0
    bytes_per_day: int = 0


async def over(
    db: AsyncConnection, owner: tuple[str, str], sizes: Sequence[int], quota: Quota, now: datetime
) -> OverQuota | None:
    """Why one more job for each file of so many bytes is too much, None when it isn't."""
    hour, _ = await _used(db, owner, now - _HOUR)
    day, size_of_day = await _used(db, owner, now - _DAY)
    for name, limit, used in (
        ("hour", quota.jobs_per_hour, hour + len(sizes)),
        ("day", quota.jobs_per_day, day + len(sizes)),
        ("bytes", quota.bytes_per_day, size_of_day + sum(sizes)),
    ):
        if limit and used > limit:
            return OverQuota(name, limit)
    return None


async def count(db: AsyncConnection, owner: tuple[str, str], size: int, now: datetime) -> None:
    """One more was asked for. What is older than a day counts no more, and is forgotten."""
    await db.execute(delete(usage).where(usage.c.at < now - _DAY))
    platform, user_id = owner
    row = {"platform": platform, "user_id": user_id, "at": now, "bytes": size}
    await db.execute(insert(usage).values(**row))


async def _used(db: AsyncConnection, owner: tuple[str, str], since: datetime) -> tuple[int, int]:
    platform, user_id = owner
    theirs = (usage.c.platform == platform) & (usage.c.user_id == user_id)
    sums = select(func.count(), func.coalesce(func.sum(usage.c.bytes), 0))
    found = (await db.execute(sums.where(theirs, usage.c.at > since))).one()
    return int(found[0]), int(found[1])
