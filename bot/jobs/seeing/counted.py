"""Charts: all that ended in some days, counted by the database itself, within a transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Phase
from bot.jobs.seeing.overview import Charts, Day, Pace
from bot.jobs.traces.records import begin_of, day_of
from bot.jobs.traces.tables import records

_MOST_DAYS: Final = 366
_SHARES: Final = (50, 95)
# SQLite puts no more than 500 selects together.
_AT_ONCE: Final = 200
_TROUBLE: Final = (Phase.FAILED.value, Phase.REFUSED.value)


async def charts(db: AsyncConnection, now: datetime, days: int) -> Charts:
    """See Overview.charts."""
    last = day_of(now)
    first = last - min(max(1, days), _MOST_DAYS) + 1
    found = await _days(db, first)
    taken = {day: sum(row["taken"] for row in rows) for day, rows in found.items()}
    waits = await _waits(db, {day: count for day, count in taken.items() if count})
    codes = await _codes(db, first)
    every = [
        _day(day, found.get(day, []), waits.get(day, (0.0, 0.0)), codes.get(day, {}))
        for day in range(first, last + 1)
    ]
    return Charts(every, await _paces(db, first))


def _day(
    day: int, rows: list[RowMapping], waits: tuple[float, float], codes: Mapping[str, int]
) -> Day:
    return Day(
        day=begin_of(day),
        jobs={Phase(row["outcome"]): row["count"] for row in rows},
        video=float(sum(row["video"] for row in rows)),
        came=int(sum(row["came"] for row in rows)),
        went=int(sum(row["went"] for row in rows)),
        saved=int(sum(row["saved"] for row in rows)),
        wait_median=waits[0],
        wait_p95=waits[1],
        codes=codes,
    )


async def _days(db: AsyncConnection, first: int) -> Mapping[int, list[RowMapping]]:
    r = records.c
    smaller = (r.after > 0) & (r.after < r.before)
    asked = (
        select(
            r.day,
            r.outcome,
            func.count().label("count"),
            func.count(r.wait).label("taken"),
            func.sum(r.video).label("video"),
            func.sum(r.came).label("came"),
            func.sum(r.after).label("went"),
            func.sum(case((smaller, r.before - r.after), else_=0)).label("saved"),
        )
        .where(r.day >= first)
        .group_by(r.day, r.outcome)
    )
    found = defaultdict(list)
    for row in (await db.execute(asked)).mappings():
        found[row["day"]].append(row)
    return found


async def _codes(db: AsyncConnection, first: int) -> Mapping[int, Mapping[str, int]]:
    r = records.c
    asked = (
        select(r.day, r.code, func.count())
        .where(r.code.is_not(None), r.day >= first, r.outcome.in_(_TROUBLE))
        .group_by(r.code, r.day)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for day, code, count in await db.execute(asked):
        found[day][code] = count
    return found


async def _waits(
    db: AsyncConnection, counts: Mapping[int, int]
) -> Mapping[int, tuple[float, float]]:
    """Of each day, of which it is known how many waited."""
    r = records.c

    def of(day: int) -> Select[Any]:
        return select(r.wait).where(r.day == day, r.wait.is_not(None)).order_by(r.wait)

    found = await _shares(db, [(of(day), count) for day, count in counts.items()])
    return dict(zip(counts, found, strict=True))


async def _paces(db: AsyncConnection, first: int) -> list[Pace]:
    r = records.c
    made = (r.work.is_not(None), r.day >= first)
    sums = (func.count().label("count"), func.sum(r.work).label("work"), func.sum(r.video))
    ways = select(r.action, r.device, *sums).where(*made).group_by(r.action, r.device)
    rows = (await db.execute(ways.order_by(r.action, r.device))).all()

    def of(action: str, device: str) -> Select[Any]:
        this = (r.action == action, r.device == device, *made)
        return select(r.work).where(*this).order_by(r.work)

    found = await _shares(db, [(of(action, device), n) for action, device, n, _, _ in rows])
    return [
        Pace(action, device, count, *shares, video / work if work > 0 else 0.0)
        for (action, device, count, work, video), shares in zip(rows, found, strict=True)
    ]


async def _shares(
    db: AsyncConnection, sorted_ones: Sequence[tuple[Select[Any], int]]
) -> list[tuple[float, float]]:
    """Of each of these many sorted values the one that half of them, and the one that 95 of 100,
    don't exceed. Each is one step in an index, without a look at what isn't before it."""
    wanted = [(ones, _at(share, count)) for ones, count in sorted_ones for share in _SHARES]
    steps = [
        select(literal(number).label("number"), ones.limit(1).offset(place).subquery())
        for number, (ones, place) in enumerate(wanted)
    ]
    values: dict[int, float] = {}
    for begin in range(0, len(steps), _AT_ONCE):
        rows = (await db.execute(union_all(*steps[begin : begin + _AT_ONCE]))).all()
        values |= {int(number): float(value) for number, value in rows}
    return [(values[n], values[n + 1]) for n in range(0, len(steps), 2)]


def _at(percent: int, count: int) -> int:
    """The place, from 0, of the least of so many sorted values that `percent` don't exceed."""
    return (count * percent + 99) // 100 - 1
