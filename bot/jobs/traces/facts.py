"""What is written down of a job on its way: for whoever asks later how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Event(StrEnum):
    """What happened to a job."""

    ACCEPTED = "accepted"
    DOWNLOADING = "downloading"
    CONVERTING = "converting"
    SENDING = "sending"
    AGAIN = "again"  # put back, to be tried again
    LOST = "lost"  # its process died, or was cut off
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a job: which attempt, when, by which process (host and number, "" where none
    was); `detail` is an error's code or a cause."""

    event: Event
    attempt: int
    at: datetime
    host: str
    pid: int
    detail: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """How the last attempt converted. `plan` are the lines that `convert --explain` would say of
    it, reasons included; `commands` the ffmpeg command lines that ran, in their order, with paths
    as the runner sees them; `before` and `after` describe the two files in a line each."""

    action: str
    device: str
    seconds: float
    plan: Sequence[str]
    commands: Sequence[str]
    before: str
    after: str
