"""Jobs and processes in writing: as tables for people, as JSON for programs. Pure, but for
printing."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.jobs.model import Phase
from bot.jobs.processes.members import Member, Seen
from bot.jobs.seeing.ledger import Entry

# For a file or a pipe: a row stays a line that grep can find.
_WIDE: Final = 240
_NOTHING: Final = "—"
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_STYLES: Final = {
    Phase.QUEUED: "dim",
    Phase.DONE: "green",
    Phase.REFUSED: "yellow",
    Phase.FAILED: "bold red",
}


def console() -> Console:
    """Where tables go."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def jobs_table(entries: Sequence[Entry]) -> Table:
    """A row for each."""
    titles = ("trace", "user", "phase", "place", "attempt", "failures", "age", "held by")
    table = _table(*titles, numbers=("place", "attempt", "failures", "age"))
    for one in entries:
        job = one.job
        table.add_row(
            job.trace,
            job.user_id,
            Text(state(one), style=_STYLES.get(job.phase, "cyan")),
            str(one.place or ""),
            str(job.attempt),
            str(job.failures),
            span((one.now - job.created_at).total_seconds()),
            keeper(one.keeper),
        )
    return table


def workers_table(now: datetime, seen: Sequence[Seen]) -> Table:
    """A row for each."""
    titles = ("role", "host", "pid", "slots", "running", "up for", "last heard")
    table = _table(*titles, numbers=("pid", "slots", "running", "up for", "last heard"))
    for one in seen:
        member = one.member
        table.add_row(
            member.part.value,
            member.host or _NOTHING,
            str(member.pid or _NOTHING),
            str(member.slots),
            f"{one.running}, draining" if one.draining else str(one.running),
            span((now - one.started_at).total_seconds()),
            f"{span((now - one.seen_at).total_seconds())} ago",
        )
    return table


def facts_table(facts: Mapping[str, Any]) -> Table:
    """A row for each fact that there is."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in facts.items():
        if value not in (None, "", 0, False, {}, []):
            table.add_row(name.replace("_", " "), Text(_plain(value)))
    return table


def print_json(objects: Iterable[Mapping[str, Any]]) -> None:
    """One a line."""
    for one in objects:
        sys.stdout.write(json.dumps(one, default=_written, ensure_ascii=False) + "\n")


def state(entry: Entry) -> str:
    """Where a job stands, in a few words."""
    job, words = entry.job, entry.job.phase.value
    if job.phase.final:
        return f"{words}: {job.error_code}" if job.error_code else words
    if job.phase is Phase.QUEUED and entry.not_before is not None and entry.not_before > entry.now:
        return f"{words}, next try in {span((entry.not_before - entry.now).total_seconds())}"
    percent = entry.told.facts.get("percent") if entry.told is not None else None
    same = entry.told is not None and entry.told.kind.value == job.phase.value
    return f"{words} {int(percent)} %" if same and isinstance(percent, int | float) else words


def keeper(member: Member | None) -> str:
    """A process by its host and number."""
    return f"{member.host} ({member.pid})" if member is not None else ""


def span(seconds: float) -> str:
    """So long, roughly: the two largest units."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def _table(*titles: str, numbers: Sequence[str]) -> Table:
    table = Table(show_edge=False, pad_edge=False, expand=False)
    for title in titles:
        table.add_column(title, justify="right" if title in numbers else "left", overflow="fold")
    return table


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, Mapping):
        return " ".join(f"{name}={one}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "yes" if value is True else str(value)


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
