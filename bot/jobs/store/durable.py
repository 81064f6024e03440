"""Writes of a running attempt that must get there: a storage that is away is waited for."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from bot.jobs.model import Job, Phase
from bot.jobs.store import retry
from bot.jobs.store.outcome import Outcome
from bot.jobs.store.quota import Quota, TooLong
from bot.jobs.store.store import JobStore
from bot.jobs.traces.facts import Conversion
from bot.jobs.traces.records import Work
from bot.jobs.traces.timeline import STOPPED
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Durable:
    """The store's fenced writes, made again until they are there or the lease is lost
    (LeaseLostError). Cancelling is the only other way out."""

    store: JobStore

    async def advance(self, job: Job, phase: Phase, work: Work | None = None) -> Job:
        """See JobStore.advance."""

        async def write() -> Job:
            now = await self.store.renew(job)
            # A commit may have succeeded although its reply was lost.
            return now if now.phase is phase else await self.store.advance(job, phase, work)

        return await surely(write)

    async def leave(self, job: Job) -> None:
        """See JobStore.leave."""
        await surely(lambda: self.store.leave(job))

    async def stay(self, job: Job) -> None:
        """See JobStore.stay."""
        await surely(lambda: self.store.stay(job))

    async def intend(self, job: Job) -> bool:
        """See JobStore.intend."""
        again = False

        async def write() -> bool:
            nonlocal again
            ours, again = again, True
            # This attempt began with none: what stands there now is what we wrote, though the reply
            # was lost.
            return await self.store.intend(job) or ours

        return await surely(write)

    async def sent(self, job: Job, message_id: str) -> None:
        """See JobStore.sent."""
        await surely(lambda: self.store.sent(job, message_id))

    async def failed(self, job: Job) -> None:
        """See JobStore.failed."""
        await surely(lambda: self.store.failed(job))

    async def finish(self, job: Job, outcome: Outcome, work: Work) -> None:
        """See JobStore.finish."""
        end, code, detail = outcome.phase, outcome.code, outcome.detail
        finish = partial(self.store.finish, error_code=code, detail=detail, work=work)
        await surely(lambda: finish(job, end))

    async def count_length(
        self, job: Job, seconds: float, allowed: Quota, foreseen: Conversion | None
    ) -> TooLong | None:
        """See JobStore.count_length."""
        return await surely(lambda: self.store.count_length(job, seconds, allowed, foreseen))

    async def put_back(self, job: Job, outcome: Outcome, work: Work) -> None:
        """See JobStore.put_back."""
        failed, delay, cause = outcome.failed, outcome.delay, outcome.code or STOPPED
        back = partial(self.store.put_back, failed=failed, delay=delay, cause=cause, work=work)
        await surely(lambda: back(job))

    async def cancel_chat(self, job: Job, code: str) -> list[Job]:
        """See JobStore.cancel_chat."""
        return await surely(lambda: self.store.cancel_chat(job.platform, job.chat_id, code=code))


async def surely(write: Callable[[], Awaitable[T]]) -> T:
    """Make a write again until it is there. Raises what isn't a StorageError at once."""
    clock = asyncio.get_running_loop().time
    began, tries = clock(), 0
    while True:
        try:
            return await write()
        except StorageError as error:
            tries += 1
            wait = retry.WRITES.wait(tries, clock() - began, jitter=random.random())  # noqa: S311
            if wait is None:
                raise
            log.warning("write tried again", tries=tries, cause=str(error))
            await asyncio.sleep(wait)
