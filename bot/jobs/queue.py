"""The queue as the bot sees it: who runs what, when. Engines implement this Protocol.

One contract suite (tests/contract/) holds for every engine.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.jobs.model import Job, NewJob, Phase


@dataclass(frozen=True, slots=True)
class Accepted:
    """Saved. `position` is 0 when no job stands before it (it starts as soon as a worker is free),
    else its place in the queue as `Queue.position` gives it: 1 = next, behind nothing but the
    user's own running job."""

    job: Job
    position: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same user's same file with the same request is alive already in this chat: nothing was
    saved. (In another chat it is another job: its result belongs there.)"""

    job: Job


@dataclass(frozen=True, slots=True)
class Repeated:
    """This very message was accepted before (an update delivered twice): nothing was saved."""

    job: Job


@dataclass(frozen=True, slots=True)
class QueueFull:
    """The user has as many waiting jobs as allowed: nothing was saved."""

    limit: int


Answer = Accepted | Duplicate | Repeated | QueueFull


class StorageError(OSError):
    """The storage failed (disk full, locked, damaged, closed). The call changed nothing, unless
    it failed in the very commit: then only a look at the job can tell."""


class LeaseLostError(Exception):
    """A fenced write found that the job has moved on: whoever holds the old attempt must stop."""


class Queue(Protocol):
    """Durable jobs. Every method may raise StorageError."""

    async def add(self, new: NewJob, *, max_waiting: int) -> Answer:
        """Save a job durably, or say why not, in one transaction. Once this has returned, no crash
        loses the job.

        Looked at in this order: Repeated, Duplicate, QueueFull. `max_waiting` is how many jobs of
        one user may wait beside the one that runs or comes next; with 0 a user who has a live job
        is refused.
        """
        ...

    async def take(self) -> Job | None:
        """Claim the next job: phase DOWNLOADING, attempt + 1. None when nothing may start now.

        Never a second running job of one user; the first job of everybody comes before the second
        of anybody (counted when a job is added, its user's running one included), then first come,
        first served; a job put back keeps its place; jobs put back with a delay wait until it has
        passed.
        """
        ...

    async def wait(self, timeout: float) -> None:
        """Return when something may have become takeable, or after `timeout` seconds.

        At once when `take` would give a job now, so nothing is missed between the two calls. Any
        number of tasks may wait; all wake, and those who then find nothing wait again.
        """
        ...

    async def advance(self, job: Job, phase: Phase) -> Job:
        """Move a held job to its next running phase. Raises LeaseLostError, or ValueError on a move
        that the model does not allow. Only the job's id and attempt are looked at."""
        ...

    async def finish(self, job: Job, phase: Phase, *, error_code: str | None = None) -> Job:
        """End a held job in a final phase. Raises LeaseLostError, or ValueError on a move that the
        model does not allow."""
        ...

    async def put_back(self, job: Job, *, failed: bool, delay: float = 0.0) -> Job:
        """Give a held job back to the queue, `delay` seconds from now at the earliest.

        `failed` counts it as a failure; an orderly stop does not. Raises LeaseLostError.
        """
        ...

    async def cancel(self, job_id: str) -> Job | None:
        """End a live job as CANCELLED whoever holds it (its holder's next write is refused).

        Returns the job as it was just before, or None when it is unknown or already final.
        """
        ...

    async def retry(self, job_id: str, *, max_waiting: int) -> Accepted | QueueFull | None:
        """Put a FAILED or CANCELLED job back to QUEUED with its failures forgotten (the person
        tapped Retry), behind what waits there. None when it is unknown or not in such a
        phase. `max_waiting` as for `add`."""
        ...

    async def set_status_message(self, job_id: str, message_id: int) -> None:
        """Remember the one message that this job owns in the chat."""
        ...

    async def get(self, job_id: str) -> Job | None:
        """The job now, or None."""
        ...

    async def live_of_user(self, user_id: int) -> list[Job]:
        """The user's running and waiting jobs, the running one first, then in queue order."""
        ...

    async def live(self) -> list[Job]:
        """Every live job, running ones first, then in the order in which they would be taken."""
        ...

    async def position(self, job_id: str) -> int:
        """Place of a queued job among all that wait, 1 = next, jobs under a delay last; 0 when it
        is not waiting."""
        ...

    async def recover(self, *, max_failures: int) -> list[Job]:
        """At start: put back what a dead process left running, counted as a failure; what reached
        `max_failures` ends as FAILED with error code ``crashed``. Returns the jobs touched, as
        they are now."""
        ...

    async def close(self) -> None:
        """Release the storage, after the writes under way. Twice is harmless; whatever is called
        afterwards raises StorageError."""
        ...
