"""Every metric that is exported, written once: what it is called, what it means, what it is split
by. docs/metrics.md, the dashboard and the alerts are held against this by tests.

Labels take few values: never who somebody is, what a file is called, or words of anybody's.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PREFIX: Final = "video_bot_"

_LONG: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_WRONG: Final = (1, 5, 10, 30, 60, 120, 300, 600, 1800)
_LATE: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_FAST: Final = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256)


class Kind(StrEnum):
    """Prometheus' types."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Named:
    """A metric. `short` without the prefix, and without what Prometheus' types append."""

    short: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """As it is found in Prometheus: of a histogram, what its series' names begin with."""
        return PREFIX + self.short + ("_total" if self.kind is Kind.COUNTER else "")

    @property
    def series(self) -> frozenset[str]:
        """The names of its series."""
        if self.kind is Kind.HISTOGRAM:
            return frozenset(self.name + end for end in ("_bucket", "_sum", "_count"))
        return frozenset({self.name})


def _counter(short: str, text: str, *labels: str) -> Named:
    return Named(short, Kind.COUNTER, text, labels)


def _gauge(short: str, text: str, *labels: str) -> Named:
    return Named(short, Kind.GAUGE, text, labels)


def _histogram(short: str, text: str, buckets: tuple[float, ...], *labels: str) -> Named:
    return Named(short, Kind.HISTOGRAM, text, labels, buckets)


# --- counted where it happens: every process tells its own, sums tell all

BUILD: Final = _gauge("build_info", "Which program this is; always 1", "version", "role")
ACCEPTED: Final = _counter("jobs_accepted", "Jobs saved, and ended ones taken up anew")
RUNNING: Final = _gauge("jobs_running", "Jobs in this process's hands", "phase")
ENDED: Final = _counter(
    "jobs_ended",
    "Jobs that have ended: in which phase ('unknown' where their process died), and how",
    "phase",
    "outcome",
)
ERRORS: Final = _counter(
    "job_errors", "Jobs that were refused, failed, or ended with their chat: why", "code"
)
FOUND: Final = _counter("jobs_recovered", "Jobs of dead processes that this one put back")
PHASES: Final = _histogram(
    "phase_duration_seconds",
    "How long a job stood in a phase; 'queued' until it was first begun",
    _LONG,
    "phase",
)
ESTIMATES: Final = _histogram(
    "start_estimate_error_seconds",
    "How wrong people were told when their jobs would start: 'early' or 'late' they did",
    _WRONG,
    "direction",
)
FETCHED: Final = _counter("received_bytes", "Bytes of people's files that have come")
DELIVERED: Final = _counter("delivered_bytes", "Bytes of results that have gone")
CONVERSIONS: Final = _histogram(
    "conversion_duration_seconds",
    "How long a conversion took, by what the plan does and on what",
    _LONG,
    "path",
    "device",
)
SPEED: Final = _histogram(
    "conversion_speed_ratio",
    "Seconds of film made in a second, by what the plan does and on what",
    _FAST,
    "path",
    "device",
)
REQUESTS: Final = _counter(
    "messenger_requests",
    "Requests to the messenger, each try by itself: how they ended",
    "method",
    "answer",
)
HEARD: Final = _gauge(
    "messenger_last_answer_timestamp_seconds",
    "When the messenger last did what it was asked, in Unix time; 0 for never",
)
RETRIES: Final = _counter(
    "retries", "What failed and was tried again: job, download, upload or request", "what"
)
LAG: Final = _histogram(
    "event_loop_lag_seconds", "How late the event loop comes to what is due", _LATE
)

# --- looked at when Prometheus asks; what stands in the database every process tells alike

WAITING: Final = _gauge(
    "queue_jobs",
    "Jobs that wait, of all processes together: ready, behind their person's other job, delayed",
    "state",
)
OLDEST: Final = _gauge(
    "queue_oldest_age_seconds",
    "Age of the oldest waiting job that nobody has begun, of all processes together; 0 for none",
)
BACKLOG: Final = _gauge(
    "scheduler_backlog_jobs",
    "What the dispatcher has to hand out: tickets of procrastinate's, else jobs that are ready",
)
SESSIONS: Final = _gauge("sessions", "Places where conversions run, open in this process", "runner")
CONTAINERS: Final = _gauge(
    "containers", "Containers of this installation, running or not; none where Docker isn't used"
)
FREE: Final = _gauge("disk_free_bytes", "Free on the disk of a folder", "folder")
USED: Final = _gauge(
    "disk_used_bytes", "What lies in a folder: work, kept, logs, or data (all but these)", "folder"
)
CARD: Final = _gauge("gpu_card_works", "Whether a card is used: 1, or 0 once it failed", "card")
CARD_JOBS: Final = _gauge("gpu_conversions", "Conversions of this process with a card", "card")
CARD_ENCODES: Final = _gauge(
    "gpu_encoder_sessions", "Conversions of this process that may encode on a card", "card"
)
READY: Final = _gauge(
    "ready", "What /ready says of a part: database, runner, messenger; 1 or 0", "part"
)

ALL: Final = tuple(value for value in dict(globals()).values() if isinstance(value, Named))
