"""The loop that starts jobs: a free place, a job for it, and so on."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Final

import structlog

from bot.jobs.dispatch import Carry, Place, Source
from bot.jobs.errors import LeaseLostError
from bot.jobs.model import Job
from bot.jobs.store.store import JobStore
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

_TROUBLE_SECONDS: Final = 2.0
# How often somebody who is to begin nothing more looks whether that holds.
_DRAINED_SECONDS: Final = 0.5


class Loop:
    """See `Dispatch`. `slots` is how many conversions this process runs at once; jobs come from
    `source`."""

    def __init__(self, store: JobStore, source: Source, slots: int) -> None:
        self._store = store
        self._source = source
        self._most = slots
        self._slots = asyncio.Semaphore(slots)
        self._taken = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    @property
    def busy(self) -> bool:
        """See Dispatch."""
        return self._taken >= self._most

    @property
    def running(self) -> int:
        """See Dispatch."""
        return self._taken

    @property
    def stopping(self) -> bool:
        """See Dispatch."""
        return self._stopping.is_set()

    async def run(self, carry: Carry) -> None:
        """See Dispatch."""
        tending = asyncio.create_task(self._source.tend(), name="tend")
        try:
            await self._run(carry)
        finally:
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)

    async def _run(self, carry: Carry) -> None:
        while not self._stopping.is_set():
            if not await self._place():
                break
            job = await self._next()
            if job is None:
                self._slots.release()
                continue
            if self._stopping.is_set():
                # Taken while the order to stop came: nobody would wait for it any more.
                with contextlib.suppress(LeaseLostError, StorageError):
                    await self._store.put_back(job, failed=False)
                break
            self._taken += 1
            carried = _carried(carry, job, Place(self._give_back))
            task = asyncio.create_task(carried, name=f"job-{job.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """See Dispatch."""
        self._stopping.set()

    async def _place(self) -> bool:
        """Wait for a free place; False when the order to stop came first."""
        place = asyncio.ensure_future(self._slots.acquire())
        stop = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({place, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if place.done():
            return True
        place.cancel()
        return False

    def _give_back(self) -> None:
        self._taken -= 1
        self._slots.release()

    async def _next(self) -> Job | None:
        """A job as soon as there is one; None when it is worth looking again, or time to stop."""
        if self._store.draining:
            await self._until(asyncio.sleep(_DRAINED_SECONDS))
            return None
        try:
            job = None if self._stopping.is_set() else await self._source.take()
            if job is None:
                await self._until(self._source.wait())
        except StorageError as error:
            # A full or locked disk passes; the store is durable and nothing is lost.
            log.error("the store could not be read", cause=str(error))  # noqa: TRY400 - no trace
            await self._until(asyncio.sleep(_TROUBLE_SECONDS))
            return None
        return job

    async def _until(self, work: Coroutine[None, None, None]) -> None:
        """Await `work`, or the order to stop, whichever comes first."""
        task, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (task, stop):
                one.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _carried(carry: Carry, job: Job, place: Place) -> None:
    try:
        await carry(job, place)
    finally:
        place.free()
