"""Who hears what happens to jobs, in words of jobs: what is made of it, and whether anybody
listens, isn't theirs to know."""

from enum import StrEnum
from typing import Final, Protocol

from bot.jobs.model import Job, Phase
from converter.planning.plan import Plan


class Again(StrEnum):
    """What is tried again."""

    JOB = "job"
    DOWNLOAD = "download"
    UPLOAD = "upload"


class Meter(Protocol):
    """Hears of each thing once, from the process that did it. Never raises, never waits."""

    def accepted(self, count: int) -> None:
        """So many jobs were saved, or an ended one anew."""
        ...

    def entered(self, job: Job, phase: Phase) -> None:
        """A job in this process's hands is in that phase from now on."""
        ...

    def let_go(self, job: Job) -> None:
        """It is in this process's hands no more, however that came."""
        ...

    def ended(self, during: Phase | None, outcome: Phase, code: str | None) -> None:
        """A job has ended for ever, `during` that phase (None where nobody knows); `code` says why
        it wasn't done."""
        ...

    def found(self, count: int) -> None:
        """So many jobs of processes that had died were put back."""
        ...

    def again(self, what: Again) -> None:
        """Something that failed is tried again."""
        ...

    def fetched(self, size: int) -> None:
        """A file of so many bytes has come."""
        ...

    def delivered(self, size: int) -> None:
        """A result of so many bytes has gone."""
        ...

    def converted(self, plan: Plan, seconds: float) -> None:
        """A conversion by this plan took so many seconds."""
        ...

    def note_estimate(self, expected: float, actual: float) -> None:
        """See estimates.Gauge."""
        ...


class NoMeter:
    """Nobody listens."""

    def accepted(self, count: int) -> None:
        """See Meter."""

    def entered(self, job: Job, phase: Phase) -> None:
        """See Meter."""

    def let_go(self, job: Job) -> None:
        """See Meter."""

    def ended(self, during: Phase | None, outcome: Phase, code: str | None) -> None:
        """See Meter."""

    def found(self, count: int) -> None:
        """See Meter."""

    def again(self, what: Again) -> None:
        """See Meter."""

    def fetched(self, size: int) -> None:
        """See Meter."""

    def delivered(self, size: int) -> None:
        """See Meter."""

    def converted(self, plan: Plan, seconds: float) -> None:
        """See Meter."""

    def note_estimate(self, expected: float, actual: float) -> None:
        """See Meter."""


NOBODY: Final = NoMeter()
