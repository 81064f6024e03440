"""What a front end may ask of the jobs: hand one in, look, cancel, try again."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog

from bot.jobs.model import Job, NewJob, Phase
from bot.jobs.places import show_place, show_places
from bot.jobs.queue import Accepted, Answer, Queue, QueueFull, Repeated
from bot.jobs.status import State, Status
from bot.jobs.steps import StatusBoard

log = structlog.get_logger(__name__)


class Interruptible(Protocol):
    """Whoever holds running jobs."""

    @property
    def busy(self) -> bool:
        """No further job can start now."""
        ...

    async def interrupt(self, job_id: str) -> bool:
        """Stop a running job and wait until nothing of it is left."""
        ...


class TapResult(StrEnum):
    """How a request about an existing job ended."""

    DONE = "done"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Desk:
    """The jobs as a front end sees them. `max_waiting` is how many jobs of one user may wait."""

    queue: Queue
    board: StatusBoard
    worker: Interruptible
    max_waiting: int

    async def hand_in(self, new: NewJob) -> Answer:
        """Save a job, durably, before this returns; its status message follows by itself."""
        answer = await self.queue.add(new, max_waiting=self.max_waiting)
        if isinstance(answer, Accepted):
            log.info("job accepted", job=answer.job.id, user=new.user_id, bytes=new.source.size)
            await self._welcome(answer.job)
        elif isinstance(answer, Repeated) and answer.job.phase is Phase.QUEUED:
            await show_place(self.queue, self.board, answer.job)
        else:
            log.info("job not accepted", answer=type(answer).__name__, user=new.user_id)
        return answer

    async def of_user(self, user_id: int) -> list[Job]:
        """The user's live jobs, the running one first."""
        return await self.queue.live_of_user(user_id)

    async def get(self, job_id: str) -> Job | None:
        """A job, live or ended."""
        return await self.queue.get(job_id)

    async def cancel(self, job_id: str, user_id: int) -> TapResult:
        """End a job for its owner alone. When this returns nothing of it runs any more."""
        job = await self.queue.get(job_id)
        if job is None or job.phase.final:
            return TapResult.TOO_LATE
        if job.user_id != user_id:
            return TapResult.NOT_YOURS
        if await self.queue.cancel(job_id) is None:
            return TapResult.TOO_LATE
        log.info("job cancelled", job=job_id, user=user_id, phase=job.phase)
        await self.worker.interrupt(job_id)
        latest = await self.queue.get(job_id)
        self.board.show(latest or job, Status(State.CANCELLED))
        await show_places(self.queue, self.board)
        return TapResult.DONE

    async def retry(self, job_id: str, user_id: int) -> TapResult:
        """Try a failed job again, for its owner alone."""
        job = await self.queue.get(job_id)
        if job is None:
            return TapResult.TOO_LATE
        if job.user_id != user_id:
            return TapResult.NOT_YOURS
        answer = await self.queue.retry(job_id, max_waiting=self.max_waiting)
        if isinstance(answer, QueueFull):
            return TapResult.FULL
        if answer is None:
            return TapResult.TOO_LATE
        log.info("job tried again", job=job_id, user=user_id)
        await self._welcome(answer.job)
        return TapResult.DONE

    async def _welcome(self, job: Job) -> None:
        others = [
            other for other in await self.queue.live_of_user(job.user_id) if other.id != job.id
        ]
        if others or self.worker.busy:
            await show_place(self.queue, self.board, job)
        else:
            self.board.show(job, Status(State.ACCEPTED))
