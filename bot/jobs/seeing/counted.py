"""Charts: all that ended in some days, counted by the database itself, within a transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, RowMapping, Select, Subquery, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Phase
from bot.jobs.overview import Charts, Day, Pace
from bot.jobs.records import begin_of, day_of
from bot.jobs.trace_tables import records

_MOST_DAYS: Final = 366
_MEDIAN: Final = 50
_P95: Final = 95
_TROUBLE: Final = (Phase.FAILED.value, Phase.REFUSED.value)


async def charts(db: AsyncConnection, now: datetime, days: int) -> Charts:
    """See Overview.charts."""
    last = day_of(now)
    first = last - min(max(1, days), _MOST_DAYS) + 1
    found = await _days(db, first)
    waits = await _waits(db, first)
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


async def _waits(db: AsyncConnection, first: int) -> Mapping[int, tuple[float, float]]:
    r = records.c
    asked = select(r.day, r.wait).where(r.day >= first, r.wait.is_not(None))
    found: dict[int, tuple[float, float]] = {}
    for row in (await db.execute(_shares(asked, [r.day], r.wait))).mappings():
        found[row["day"]] = row["median"], row["p95"]
    return found


async def _paces(db: AsyncConnection, first: int) -> list[Pace]:
    r = records.c
    way = [r.action, r.device]
    asked = select(*way, r.work, r.video).where(r.work.is_not(None), r.day >= first)
    rows = (await db.execute(_shares(asked, way, r.work, r.video))).mappings().all()
    return [
        Pace(
            action=row["action"],
            device=row["device"],
            count=row["count"],
            median=row["median"],
            p95=row["p95"],
            speed=row["more"] / row["total"] if row["total"] > 0 else 0.0,
        )
        for row in sorted(rows, key=lambda row: (row["action"], row["device"]))
    ]


def _shares(
    asked: Select[Any],
    by: Sequence[Column[Any]],
    value: Column[Any],
    more: Column[Any] | None = None,
) -> Select[Any]:
    """For each group the least value that half of them, and 95 of 100, don't exceed; their `count`
    and `total`, and that of `more`."""
    place = func.row_number().over(partition_by=by, order_by=value)
    count = func.count().over(partition_by=by)
    ranked = asked.add_columns(place.label("place"), count.label("among")).subquery()
    column = ranked.c[value.name]
    return select(
        *(ranked.c[one.name] for one in by),
        func.min(ranked.c.among).label("count"),
        func.max(case((_reaches(ranked, _MEDIAN), column))).label("median"),
        func.max(case((_reaches(ranked, _P95), column))).label("p95"),
        func.sum(column).label("total"),
        *(() if more is None else (func.sum(ranked.c[more.name]).label("more"),)),
    ).group_by(*(ranked.c[one.name] for one in by))


def _reaches(ranked: Subquery, share: int) -> ColumnElement[bool]:
    """It is the one at that share of all, in percent."""
    reached: ColumnElement[bool] = ranked.c.place == (ranked.c.among * share + 99) // 100
    return reached
