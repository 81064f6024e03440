"""What the operator sees of the jobs: one read model, whoever shows it, and however.

`Overview` is what pages ask. What it answers are facts: words, markup and permissions are the
asker's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.jobs.gate import Passage
from bot.jobs.house.waiting import Waiting
from bot.jobs.model import Job, Phase
from bot.jobs.processes.members import Seen
from bot.jobs.processes.vitals import Card, Contact, Vitals
from bot.jobs.seeing.ledger import Entry
from bot.jobs.traces.facts import Conversion, Event, Moment

__all__ = [
    "Card",
    "Charts",
    "Contact",
    "Conversion",
    "Day",
    "Event",
    "Found",
    "Moment",
    "Now",
    "Overview",
    "Pace",
    "Past",
    "Process",
    "Search",
    "Sheet",
    "Vitals",
]


@dataclass(frozen=True, slots=True)
class Process:
    """A process that is there; `vitals` is None until it said how it is."""

    seen: Seen
    vitals: Vitals | None


@dataclass(frozen=True, slots=True)
class Now:
    """How it goes at `at`: live jobs, the running ones first, then those that wait in their order,
    `limit` of them at most (`running` and `waiting` count all of them); `starts` says in how many
    seconds a waiting job of that id begins, as its person was told; `phases` when a running job's
    present attempt entered each phase, in their order; every process, the oldest first."""

    at: datetime
    passage: Passage
    running: int
    waiting: Waiting
    jobs: Sequence[Entry]
    starts: Mapping[str, float]
    phases: Mapping[str, Mapping[Phase, datetime]]
    processes: Sequence[Process]


@dataclass(frozen=True, slots=True)
class Search:
    """Which ended jobs; what is empty or None narrows nothing. `text` is the beginning of an id, or
    part of a file's name, in any case. `outcomes` are final phases; `target`, `action` and `device`
    are keys as `made.Made` writes them; `since` ≤ the end of the job < `until`. `after` is where
    the page before ended."""

    text: str = ""
    user_id: str = ""
    outcomes: frozenset[Phase] = frozenset()
    target: str = ""
    action: str = ""
    device: str = ""
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Past:
    """An ended job. `wait` and `took` are seconds since it was asked for last: until it was first
    taken, and from then to its end; `after` the delivered result's bytes, 0 for none; `action` and
    `device` "" where nothing was converted."""

    job: Job
    finished_at: datetime
    wait: float
    took: float
    action: str
    device: str
    after: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of them, the newest first; `more` is the next page's `Search.after`, "" on the
    last."""

    jobs: Sequence[Past]
    more: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is known of one job, live or ended."""

    entry: Entry
    past: Past | None
    moments: Sequence[Moment]
    conversion: Conversion | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day (UTC) of charts: jobs by outcome, seconds of video of results by outcome DONE alone,
    bytes that came and that went, and what was saved by results smaller than what they were made
    of; waits in seconds, of those that were taken: a median is what half of them don't exceed;
    failures and refusals by code."""

    day: datetime
    jobs: Mapping[Phase, int]
    video: float
    came: int
    went: int
    saved: int
    wait_median: float
    wait_p95: float
    codes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long conversions of one path took on one device, in seconds; `speed` is seconds of video
    for each second of work."""

    action: str
    device: str
    count: int
    median: float
    p95: float
    speed: float


@dataclass(frozen=True, slots=True)
class Charts:
    """Every day from the first to the last, without gaps, and the paces over all of them."""

    days: Sequence[Day]
    paces: Sequence[Pace]


class Overview(Protocol):
    """What pages ask. Every method may raise StorageError."""

    async def now(self, limit: int = 300) -> Now:
        """How it goes."""
        ...

    async def find(self, search: Search) -> Found:
        """What was. Raises ValueError for an `after` that no page ended with."""
        ...

    async def sheet(self, job_id: str) -> Sheet | None:
        """A job; None for one that nobody knows."""
        ...

    async def charts(self, days: int) -> Charts:
        """The last days, today included."""
        ...
