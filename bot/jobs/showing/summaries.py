"""The messages of batches: one line for each file, true to the database and to what was heard
since."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.jobs.batch import Batch
from bot.jobs.messenger import Line, Painted, Painter
from bot.jobs.model import Job
from bot.jobs.showing.board import Board
from bot.jobs.showing.pace import ChatPaces, Pace
from bot.jobs.status import Status
from bot.jobs.store.batches import BatchStore
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Summary:
    """What is told of a batch: what was heard of its jobs, by their ids. `final`: all have
    ended."""

    version: int
    statuses: Mapping[str, Status]
    final: bool = False


@dataclass(slots=True)
class _Heard:
    """What was heard of a batch's jobs, by their ids."""

    batch: Batch
    version: int = 0
    statuses: dict[str, Status] = field(default_factory=dict)


class Summaries:
    """One message for each batch. `painters` by platform."""

    def __init__(
        self,
        store: BatchStore,
        painters: Mapping[str, Painter],
        *,
        pace: Pace,
        chats: ChatPaces,
    ) -> None:
        self._store = store
        self._painters = painters
        self._board: Board[Batch, Summary] = Board(store, self._paint, pace=pace, chats=chats)
        self._heard: dict[str, _Heard] = {}
        self._looking: set[asyncio.Task[None]] = set()

    def show(self, job: Job, status: Status) -> None:
        """Tell of a job in its batch's message."""
        heard = self._of(job)
        if heard.statuses.get(job.id) != status:
            heard.statuses[job.id] = status
            self._board.show(heard.batch, self._next(heard))

    async def settle(self, job: Job, status: Status) -> None:
        """The same for its last word; returns once that is seen, or after `Pace.patience`."""
        heard = self._of(job)
        heard.statuses[job.id] = status
        await self._board.settle(heard.batch, self._next(heard))

    def forget(self, job: Job) -> None:
        """A job has ended, or is in other hands: tell what the database says."""
        self._spawn(self._look_again(self._of(job)))

    def latest(self, job: Job) -> Status | None:
        """What was heard of it last, None when nothing was lately."""
        heard = self._heard.get(job.batch_id or "")
        return heard.statuses.get(job.id) if heard is not None else None

    async def close(self, patience: float) -> None:
        """See Board.close."""
        if self._looking:
            await asyncio.wait(self._looking, timeout=patience)
        await self._board.close(patience)

    async def _look_again(self, heard: _Heard) -> None:
        try:
            jobs = await self._store.jobs(heard.batch.id)
        except StorageError as error:
            log.warning("batch not looked at", batch=heard.batch.id, cause=str(error))
            return
        final = all(job.phase.final for job in jobs)
        self._board.show(heard.batch, self._next(heard, final=final))
        if final:
            self._heard.pop(heard.batch.id, None)

    async def _paint(self, batch: Batch, summary: Summary, message_id: str | None) -> Painted:
        known = await self._store.get(batch.id)
        if known is None:
            return Painted(message_id)  # forgotten, with all of its jobs
        jobs = await self._store.jobs(batch.id)
        lines = [Line(job, summary.statuses.get(job.id)) for job in jobs]
        return await self._painters[batch.platform].paint_batch(known, lines, message_id)

    def _of(self, job: Job) -> _Heard:
        batch_id = job.batch_id or ""
        if batch_id not in self._heard:
            batch = Batch(
                id=batch_id,
                platform=job.platform,
                user_id=job.user_id,
                chat_id=job.chat_id,
                message_id=job.message_id,
                locale=job.locale,
                created_at=job.created_at,
                group=job.group,
                thread_id=job.thread_id,
            )
            self._heard[batch_id] = _Heard(batch)
        return self._heard[batch_id]

    def _next(self, heard: _Heard, *, final: bool = False) -> Summary:
        heard.version += 1
        return Summary(heard.version, dict(heard.statuses), final)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)
