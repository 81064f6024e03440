"""What was: a page of it, by what is wanted."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, Select, and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.seeing.overview import Found, Past, Search
from bot.jobs.tables import job_of, jobs
from bot.jobs.traces.records import folded
from bot.jobs.traces.tables import records
from bot.storage.columns import storable

_MOST: Final = 500
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)
_AFTER: Final = re.compile(r"([0-9]{1,17})-([0-9a-z]{1,32})")
_COLUMNS: Final = (
    *(records.c.wait, records.c.lived, records.c.action, records.c.device),
    records.c.finished_at.label("ended_at"),
    records.c.after.label("bytes_after"),
)


def page(search: Search) -> Select[Any]:
    """One row more than the page has, to know whether there is another. Which ones is found in an
    index alone. Raises ValueError."""
    newest = (records.c.finished_at.desc(), records.c.job_id.desc())
    among = select(records.c.job_id).where(*_wanted(search)).order_by(*newest)
    ids = among.limit(_size(search) + 1).subquery()
    return _seen().join(ids, ids.c.job_id == records.c.job_id).order_by(*newest)


def found(search: Search, rows: Sequence[RowMapping]) -> Found:
    """The page that these rows make."""
    size = _size(search)
    shown = rows[:size]
    more = _after(shown[-1]) if len(rows) > size else ""
    return Found([past_of(row) for row in shown], more)


def of_job(job_id: str) -> Select[Any]:
    """The row of one job, if it has ended."""
    return _seen().where(records.c.job_id == job_id)


def past_of(row: RowMapping) -> Past:
    """A row of these."""
    wait = row["lived"] if row["wait"] is None else row["wait"]
    return Past(
        job=job_of(row),
        finished_at=row["ended_at"],
        wait=wait,
        took=max(0.0, row["lived"] - wait),
        action=row["action"],
        device=row["device"],
        after=row["bytes_after"],
    )


def _seen() -> Select[Any]:
    return select(jobs, *_COLUMNS).join(jobs, jobs.c.id == records.c.job_id)


def _size(search: Search) -> int:
    return min(max(1, search.limit), _MOST)


def _wanted(search: Search) -> list[ColumnElement[bool]]:
    exactly = (
        (records.c.user_id, search.user_id),
        (records.c.target, search.target),
        (records.c.action, search.action),
        (records.c.device, search.device),
        (records.c.code, search.code),
    )
    wanted = [column == storable(value) for column, value in exactly if value]
    if search.outcomes:
        wanted.append(records.c.outcome.in_([phase.value for phase in search.outcomes]))
    if search.since is not None:
        wanted.append(records.c.finished_at >= search.since)
    if search.until is not None:
        wanted.append(records.c.finished_at < search.until)
    if search.after:
        wanted.append(_behind(search.after))
    if text := folded(search.text.strip()):
        begins = records.c.job_id.startswith(text, autoescape=True)
        wanted.append(or_(begins, records.c.name.contains(text, autoescape=True)))
    return wanted


def _after(row: RowMapping) -> str:
    """The place of a row in the order of all."""
    return f"{(row['ended_at'] - _EPOCH) // _MICRO}-{row['id']}"


def _behind(after: str) -> ColumnElement[bool]:
    """What comes after that place. Raises ValueError where that is none."""
    place = _AFTER.fullmatch(after)
    if place is None:
        raise ValueError(f"no page ended at {after[:60]!r}")
    at, job_id = _EPOCH + int(place[1]) * _MICRO, place[2]
    same = and_(records.c.finished_at == at, records.c.job_id < job_id)
    return or_(records.c.finished_at < at, same)
