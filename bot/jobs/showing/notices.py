"""What is said of jobs: of each in its own message, or in its batch's."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.jobs.model import Job
from bot.jobs.showing.board import Board
from bot.jobs.showing.summaries import Summaries
from bot.jobs.status import Status


class Notices(Protocol):
    """Tells people how their jobs get on: see Board for each method."""

    def show(self, job: Job, status: Status) -> None:
        """Show `status` when its turn comes; a newer one replaces it."""
        ...

    async def settle(self, job: Job, status: Status) -> None:
        """The last word: it will be seen, whatever becomes of this process, or was."""
        ...

    def forget(self, job: Job) -> None:
        """The job has ended, or is in other hands."""
        ...

    def latest(self, job: Job) -> Status | None:
        """What was said last of it, None when nothing was lately."""
        ...

    async def message_of(self, job: Job) -> str | None:
        """The message that the job owns, and that may become its result; None where there is
        none."""
        ...

    async def quiet(self, job: Job) -> None:
        """Say nothing more in the message that the job owns."""
        ...

    async def close(self, patience: float) -> None:
        """Let what is about to be shown be shown, `patience` seconds at most, then stop."""
        ...


@dataclass(frozen=True, slots=True)
class Boards:
    """See Notices: the messages themselves, of jobs and of batches."""

    own: Board[Job, Status]
    batches: Summaries

    def hear_of_blocked(self, hear: Callable[[Job], None]) -> None:
        """Call `hear` with a job in whose chat nobody reads any more."""
        self.own.on_blocked = hear

    def show(self, job: Job, status: Status) -> None:
        """Show `status` when its turn comes; a newer one replaces it."""
        if job.batch_id is None:
            self.own.show(job, status)
        else:
            self.batches.show(job, status)

    async def settle(self, job: Job, status: Status) -> None:
        """Show the last word and wait until it is seen, for a while."""
        if job.batch_id is None:
            await self.own.settle(job, status)
        else:
            await self.batches.settle(job, status)

    def forget(self, job: Job) -> None:
        """The job has ended, or is in other hands."""
        if job.batch_id is None:
            self.own.forget(job)
        else:
            self.batches.forget(job)

    def latest(self, job: Job) -> Status | None:
        """What was said last of it, None when nothing was lately."""
        if job.batch_id is None:
            return self.own.latest(job.id)
        return self.batches.latest(job)

    async def message_of(self, job: Job) -> str | None:
        """The message that the job owns, and that may become its result; None where there is
        none."""
        return await self.own.message_of(job) if job.batch_id is None else None

    async def quiet(self, job: Job) -> None:
        """Say nothing more in the message that the job owns."""
        if job.batch_id is None:
            await self.own.quiet(job)

    async def close(self, patience: float) -> None:
        """Let what is about to be shown be shown, then stop."""
        await asyncio.gather(self.own.close(patience), self.batches.close(patience))
