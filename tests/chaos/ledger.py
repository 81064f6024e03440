"""What the database says of jobs and processes, read from outside while others write."""

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

_JOBS: Final = (
    "SELECT id, user_id, message_id, phase, attempt, holder, held_since, error_code FROM jobs"
)
_RUNS: Final = "SELECT pid, holder, role FROM runs"
RUNNING: Final = ("downloading", "converting", "sending")


@dataclass(frozen=True, slots=True)
class Row:
    """A job. `held_since` is Unix seconds, 0 where nobody holds it."""

    id: str
    user_id: str
    message_id: int
    phase: str
    attempt: int
    holder: str | None
    held_since: float
    error_code: str | None

    @property
    def running(self) -> bool:
        """Somebody works on it, or did when it was last heard of."""
        return self.phase in RUNNING

    @property
    def ended(self) -> bool:
        """For good."""
        return self.phase != "queued" and not self.running


@dataclass(frozen=True, slots=True)
class Page:
    """All jobs, and the processes that are there: holders by process id."""

    jobs: Sequence[Row]
    holders: dict[int, str]


class Ledger(Protocol):
    """A database that may be away."""

    def page(self) -> Page | None:
        """What stands there now; None while it is away."""
        ...


@dataclass(frozen=True, slots=True)
class PostgresLedger:
    """A database of a PostgreSQL server."""

    url: str

    def page(self) -> Page | None:
        """See Ledger."""
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(self.url, autocommit=True, connect_timeout=5) as db,
        ):
            return _page(db.execute(_JOBS).fetchall(), db.execute(_RUNS).fetchall())
        return None


@dataclass(frozen=True, slots=True)
class FileLedger:
    """An SQLite file."""

    path: Path

    def page(self) -> Page | None:
        """See Ledger."""
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db,
        ):
            return _page(db.execute(_JOBS).fetchall(), db.execute(_RUNS).fetchall())
        return None


def _page(jobs: Sequence[tuple[Any, ...]], runs: Sequence[tuple[Any, ...]]) -> Page:
    rows = [
        Row(job_id, user_id, int(message_id), phase, attempt, holder, _seconds(since), code)
        for job_id, user_id, message_id, phase, attempt, holder, since, code in jobs
    ]
    return Page(rows, {pid: holder for pid, holder, _role in runs})


def _seconds(moment: datetime | str | None) -> float:
    if moment is None:
        return 0.0
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return moment.timestamp()
