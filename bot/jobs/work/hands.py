"""Whoever may have a job in hand, as the desk sees them."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from bot.jobs.model import Job
from bot.jobs.work.together import Together

_WORTH_SAYING: Final = 2.0


class Hands(Protocol):
    """Lets go of jobs that have ended elsewhere."""

    def drop(self, job: Job) -> None:
        """Let go of this attempt at a job, which has ended elsewhere; see `gone`."""
        ...

    async def gone(self, job: Job) -> None:
        """Until nothing of this attempt is left here."""
        ...

    def afterwards(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Do something by and by; a stop waits for it, for a moment."""
        ...

    def ended(self, job: Job) -> None:
        """A job has ended, here or at its person's word."""
        ...


class FarHands:
    """See Hands: jobs are in other processes' hands, which hear of it from the database."""

    def __init__(self, together: Together) -> None:
        self._together = together
        self._background: set[asyncio.Task[None]] = set()

    def drop(self, job: Job) -> None:
        """See Hands: whoever holds it hears that it has moved."""

    async def gone(self, job: Job) -> None:
        """See Hands: nothing of any job is here."""

    def afterwards(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """See Hands."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    def ended(self, job: Job) -> None:
        """See Hands."""
        if job.batch_id is not None:
            _ = self.afterwards(self._together.ended(job.batch_id))

    async def stop(self) -> None:
        """Let what was begun end, for a moment."""
        if self._background:
            await asyncio.wait(self._background, timeout=_WORTH_SAYING)
        for task in list(self._background):
            task.cancel()
