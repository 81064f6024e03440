"""How much one person may ask for: counted by what was asked, so that to cancel, to try again or to
be forgotten buys nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.answers import OverQuota, Used
from bot.jobs.tables import usage

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Quota:
    """Jobs in any hour and any day, bytes and minutes of video in any day; 0 is no bound."""

    jobs_per_hour: int = 0
    jobs_per_day: int = 0
    bytes_per_day: int = 0
    minutes_per_day: int = 0


# How much somebody, a platform and a user, may ask for. May raise StorageError.
Allowance = Callable[[tuple[str, str]], Awaitable[Quota]]


@dataclass(frozen=True, slots=True)
class TooLong:
    """A video's length is too much for today: seconds of it, used so far, and allowed."""

    actual: float
    used: int
    limit: int


async def over(
    db: AsyncConnection, owner: tuple[str, str], sizes: Sequence[int], quota: Quota, now: datetime
) -> OverQuota | None:
    """Why one more job for each file of so many bytes is too much, None when it isn't. How long
    they are nobody knows yet: see `count_length`."""
    hour = await used_by(db, owner, now - _HOUR)
    day = await used_by(db, owner, now - _DAY)
    for name, limit, used in (
        ("hour", quota.jobs_per_hour, hour.jobs + len(sizes)),
        ("day", quota.jobs_per_day, day.jobs + len(sizes)),
        ("bytes", quota.bytes_per_day, day.bytes + sum(sizes)),
        ("minutes", quota.minutes_per_day, day.seconds // _MINUTE + 1),
    ):
        if limit and used > limit:
            return OverQuota(name, limit)
    return None


async def count(db: AsyncConnection, owner: tuple[str, str], size: int, now: datetime) -> None:
    """One more was asked for. What is older than a day counts no more, and is forgotten."""
    await db.execute(delete(usage).where(usage.c.at < now - _DAY))
    await _note(db, owner, now, bytes=size, jobs=1, seconds=0)


async def count_length(
    db: AsyncConnection, owner: tuple[str, str], seconds: float, quota: Quota, now: datetime
) -> TooLong | None:
    """What was asked for is so long; counted, unless it is too much."""
    used, limit = (await used_by(db, owner, now - _DAY)).seconds, quota.minutes_per_day * _MINUTE
    if limit and used + seconds > limit:
        return TooLong(seconds, used, limit)
    await _note(db, owner, now, bytes=0, jobs=0, seconds=round(seconds))
    return None


async def most_active(
    db: AsyncConnection, platform: str, since: datetime, limit: int
) -> list[Used]:
    """Who asked for most since a moment, of the last day at most."""
    amount = func.sum(usage.c.jobs)
    sums = (amount, func.sum(usage.c.bytes), func.sum(usage.c.seconds))
    asked = select(usage.c.user_id, *sums).group_by(usage.c.user_id)
    asked = asked.where(usage.c.platform == platform, usage.c.at >= since)
    rows = await db.execute(asked.order_by(amount.desc(), usage.c.user_id).limit(limit))
    return [Used(user, int(jobs), int(size), int(long)) for user, jobs, size, long in rows.all()]


async def _note(db: AsyncConnection, owner: tuple[str, str], now: datetime, **amounts: int) -> None:
    platform, user_id = owner
    await db.execute(insert(usage).values(platform=platform, user_id=user_id, at=now, **amounts))


async def used_by(db: AsyncConnection, owner: tuple[str, str], since: datetime) -> Used:
    """What somebody asked for since a moment, of the last day at most."""
    platform, user_id = owner
    theirs = (usage.c.platform == platform) & (usage.c.user_id == user_id)
    amounts = [func.coalesce(func.sum(usage.c[name]), 0) for name in ("jobs", "bytes", "seconds")]
    found = (await db.execute(select(*amounts).where(theirs, usage.c.at > since))).one()
    return Used(user_id, *(int(amount) for amount in found))
