"""What the store answers to one who hands in a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.jobs.model import Job, Phase


@dataclass(frozen=True, slots=True)
class Accepted:
    """Saved. `position` is 0 when no job stands before it (it starts as soon as a worker is free),
    else its place in the queue as `JobStore.position` gives it: 1 = next, behind nothing but the
    user's own running job."""

    job: Job
    position: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same user's same file with the same request is alive already in this chat: nothing was
    saved. (In another chat it is another job: its result belongs there.)"""

    job: Job


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """The job's result is leaving us: it can't be stopped any more, and nothing was changed."""

    job: Job


@dataclass(frozen=True, slots=True)
class Repeated:
    """This very message was accepted before (an update delivered twice): nothing was saved."""

    job: Job


@dataclass(frozen=True, slots=True)
class QueueFull:
    """The user has as many waiting jobs as allowed: nothing was saved. `room` is how many more
    would be taken now."""

    limit: int
    room: int = 0


@dataclass(frozen=True, slots=True)
class Crowded:
    """As many jobs wait as the bot takes of all people together: nothing was saved. `room` is how
    many more would be taken now; `seconds` until there is room again, None where nobody knows."""

    room: int = 0
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class NoSpace:
    """The bot's disk has no room for what it would take: nothing was saved."""


@dataclass(frozen=True, slots=True)
class OverQuota:
    """The user asked for as much as one may: nothing was saved. `which` is "hour" or "day" for
    jobs, "bytes" and "minutes" for those of a day."""

    which: str
    limit: int


@dataclass(frozen=True, slots=True)
class AcceptedAll:
    """All of a batch are saved; these are its jobs."""

    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """The operator lets nothing new in for now: nothing was saved."""


# What is too much for now, of a person's own or of everybody's together.
Full = QueueFull | Crowded | NoSpace | OverQuota

Answer = Accepted | Duplicate | Repeated | Full | Closed


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many jobs stand in each phase, and how many people asked for some."""

    jobs: Mapping[Phase, int]
    users: int


@dataclass(frozen=True, slots=True)
class Used:
    """What one person asked for since a moment: jobs, bytes of their files, seconds of video."""

    user_id: str
    jobs: int = 0
    bytes: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended, for the operator: never what the file was called. `phase` is the one that
    it was in, `detail` what an error said; "" for what nobody knows. `name` is the file's, to be
    kept out of whatever is shown."""

    job_id: str
    user_id: str
    at: datetime | None
    outcome: Phase
    code: str
    detail: str
    phase: str
    name: str
