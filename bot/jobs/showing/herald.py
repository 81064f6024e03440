"""Tells people of jobs by way of the database: for processes that edit no messages themselves."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.jobs.model import Job
from bot.jobs.status import Status
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.durable import surely
from bot.jobs.store.store import JobStore
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

# Nobody sees more: messages change every few seconds.
_PACE: Final = 0.5
# How long the first message of a job is waited for, whoever sends it.
_FIRST_MESSAGE: Final = 3.0
_LOOK: Final = 0.2
# A job of which nothing was heard for so long is told of by others, if it is at all.
_SILENCE: Final = 60.0


@dataclass(slots=True)
class _Tale:
    """What is told of one job; `written`: there is nothing newer than what was."""

    job: Job
    status: Status
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    written: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Herald:
    """See Notices. News are lost with this process, last words are not."""

    def __init__(self, store: JobStore, bulletins: Bulletins) -> None:
        self._store = store
        self._bulletins = bulletins
        self._tales: dict[str, _Tale] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def show(self, job: Job, status: Status) -> None:
        """See Notices."""
        tale = self._tales.get(job.id)
        if tale is None:
            tale = self._tales[job.id] = _Tale(job, status)
            tale.task = asyncio.create_task(self._tell(tale), name=f"tale-{job.id}")
        elif tale.status == status and tale.job.attempt == job.attempt:
            return
        tale.job, tale.status = job, status
        tale.written.clear()
        tale.stirred.set()

    async def settle(self, job: Job, status: Status) -> None:
        """See Notices."""
        self._end(job.id)
        await surely(lambda: self._bulletins.put(job, status))

    def forget(self, job: Job) -> None:
        """See Notices."""
        if self._end(job.id):
            self._spawn(self._take_down(job))

    def latest(self, job: Job) -> Status | None:
        """See Notices: of what this process has told."""
        tale = self._tales.get(job.id)
        return tale.status if tale is not None else None

    async def message_of(self, job: Job) -> str | None:
        """See Notices."""
        if job.batch_id is not None:
            return None
        clock = asyncio.get_running_loop().time
        until = clock() + _FIRST_MESSAGE
        while True:
            with contextlib.suppress(StorageError):
                if (message_id := await self._store.status_message(job.id)) is not None:
                    return message_id
            if clock() >= until:
                return None
            await asyncio.sleep(_LOOK)

    async def quiet(self, job: Job) -> None:
        """See Notices. An edit that is under way elsewhere does no harm: of a message that has
        become something else the messenger refuses it."""
        if job.batch_id is None:
            self._end(job.id)
            await self._take_down(job)

    async def close(self, patience: float) -> None:
        """See Notices."""
        tasks = [tale.task for tale in self._tales.values() if tale.task is not None]
        ends = [asyncio.create_task(tale.written.wait()) for tale in self._tales.values()]
        if ends or self._closing:
            await asyncio.wait({*ends, *self._closing}, timeout=patience)
        for end in ends:
            end.cancel()
        for task in (*tasks, *self._closing):
            task.cancel()
        await asyncio.gather(*tasks, *self._closing, return_exceptions=True)
        self._tales.clear()

    async def _tell(self, tale: _Tale) -> None:
        """Write the newest of it, until it is the last word or there is nothing new for long."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SILENCE):
                    await tale.stirred.wait()
            if not tale.stirred.is_set():
                break
            tale.stirred.clear()
            job, status = tale.job, tale.status
            try:
                await self._bulletins.put(job, status)
            except StorageError as error:
                log.warning("status not written", job=job.id, cause=str(error))
                tale.stirred.set()
            except Exception:
                # Of one status; the next one may be told.
                log.exception("status broke", job=job.id)
                tale.written.set()
            else:
                if not tale.stirred.is_set():
                    tale.written.set()
                    if status.final:
                        break
            await asyncio.sleep(_PACE)
        self._tales.pop(tale.job.id, None)

    async def _take_down(self, job: Job) -> None:
        with contextlib.suppress(StorageError):
            await self._bulletins.take_down(job)

    def _end(self, job_id: str) -> bool:
        """Tell no more of a job; False where a last word is about to be written."""
        tale = self._tales.get(job_id)
        if tale is not None and tale.status.final and not tale.written.is_set():
            return False
        self._tales.pop(job_id, None)
        if tale is not None and tale.task is not None:
            tale.task.cancel()
        return True

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
