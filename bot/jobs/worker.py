"""Carries taken jobs to their end, whatever that is: retried when that can help, stopped in good
order, and written down."""

import asyncio
import contextlib
import errno
import random
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Final

import structlog

from bot.jobs import retry
from bot.jobs.attempt import Attempt
from bot.jobs.delivery import Course
from bot.jobs.dispatch import Place
from bot.jobs.durable import Durable
from bot.jobs.errors import NO_USE, BlockedError, LeaseLostError, TooMuchError, TransferError
from bot.jobs.model import Job, Phase
from bot.jobs.notices import Notices
from bot.jobs.outcome import Outcome
from bot.jobs.places import Places
from bot.jobs.status import State, Status
from bot.jobs.store import JobStore
from bot.jobs.together import Together
from bot.storage.errors import StorageError
from converter.engines.process import shown
from converter.errors import Code, ConversionError, Refused, Unavailable

log = structlog.get_logger(__name__)

_RENEW_SECONDS: Final = 3.0
_ORPHANS_SECONDS: Final = 10.0
_WORTH_WAITING: Final = 15.0
_WORTH_SAYING: Final = 2.0
# Uploads that go on without a place: then a conversion keeps its own until it is delivered.
MOST_SENDING: Final = 12
INTERNAL: Final = "internal"


@dataclass(slots=True)
class ActiveJob:
    """A job in this process's hands: its work, how it gets on, and whether it moved on without
    us."""

    job: Job
    task: asyncio.Task[None]
    course: Course
    lost: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Worker:
    """One process's worker: `carry` is what a dispatcher calls for each job."""

    def __init__(
        self, store: JobStore, attempt: Attempt, board: Notices, places: Places, together: Together
    ) -> None:
        self._store = store
        self._durable = Durable(store)
        self._attempt = attempt
        self._board = board
        self._places = places
        self._together = together
        self._active: dict[str, ActiveJob] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._sending = asyncio.Semaphore(MOST_SENDING)
        board.hear_of_blocked(lambda job: self._spawn(self._nobody_there(job)))

    @property
    def active_users(self) -> frozenset[str]:
        """Ids of the users whose jobs are in work now."""
        return frozenset(active.job.user_id for active in self._active.values())

    @property
    def running(self) -> int:
        """How many jobs are in work now."""
        return len(self._active)

    async def watch(self) -> None:
        """Until cancelled: find the rows that run with nobody who holds them."""
        while True:
            await asyncio.sleep(_ORPHANS_SECONDS)
            with contextlib.suppress(StorageError):
                for job in await self._store.orphans(frozenset(self._active)):
                    log.warning("job found without a holder", job=job.id, attempt=job.attempt)

    async def carry(self, job: Job, place: Place) -> None:
        """See dispatch.Carry."""
        structlog.contextvars.bind_contextvars(
            job=job.id, user=job.user_id, attempt=job.attempt, phase=job.phase.value
        )
        log.info("job started", bytes=job.source.size)
        course = Course()
        active = ActiveJob(job, asyncio.create_task(self._attempt.run(job, course)), course)
        course.on_sending = lambda: self._spawn(self._free(place, active))
        self._active[job.id] = active
        renewing = asyncio.create_task(self._renew(active))
        self._spawn(self._places.started(job))
        self._spawn(self._show_places())
        try:
            outcome = await self._outcome(active)
            place.free()
            await self._conclude(job, outcome)
        finally:
            renewing.cancel()
            self._active.pop(job.id, None)
            active.ended.set()
        self._spawn(self._show_places())

    async def stop(self) -> None:
        """Let what is nearly done finish; put the rest back, unharmed."""
        self._stopping.set()
        nearly = {a.task for a in self._active.values() if _nearly_done(a)}
        for active in list(self._active.values()):
            if active.task not in nearly:
                active.task.cancel()
        if nearly:
            await asyncio.wait(nearly, timeout=_WORTH_WAITING)
        left = list(self._active.values())
        for active in left:
            active.task.cancel()
        if left:
            # A storage that is away keeps no process from ending: the next one finds the rows.
            ends = {asyncio.create_task(active.ended.wait()) for active in left}
            await asyncio.wait(ends, timeout=_WORTH_SAYING * 2)
            for end in ends:
                end.cancel()
        if self._background:
            await asyncio.wait(self._background, timeout=_WORTH_SAYING)
        for task in list(self._background):
            task.cancel()

    @contextlib.asynccontextmanager
    async def kept_here(self, job_id: str) -> AsyncIterator[bool]:
        """Within the block the job's result doesn't leave us; False when it has left, so that it
        can't be stopped any more."""
        active = self._active.get(job_id)
        if active is None:
            yield True
            return
        async with active.course.leaving:
            yield not active.course.past_recall

    def drop(self, job_id: str) -> None:
        """Let go of a job that has ended elsewhere; see `gone`."""
        active = self._active.get(job_id)
        if active is not None:
            active.lost = active.course.stopped = True
            active.task.cancel()

    async def gone(self, job_id: str) -> None:
        """Until nothing of a job is left."""
        active = self._active.get(job_id)
        if active is not None:
            await active.ended.wait()

    def afterwards(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Do something by and by; a stop waits for it, for a moment."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    def ended(self, job: Job) -> None:
        """A job has ended, here or at its person's word: what of its batch is there may come
        together now."""
        if job.batch_id is not None:
            self._spawn(self._together.ended(job.batch_id))

    async def _renew(self, active: ActiveJob) -> None:
        """Hold the lease, and hear whether the job has moved on."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                await self._store.renew(active.job)
            except LeaseLostError:
                active.lost = True
                active.task.cancel()
                return
            except StorageError as error:
                log.warning("lease not renewed", cause=str(error))

    async def _free(self, place: Place, active: ActiveJob) -> None:
        """A slow upload keeps nobody's conversion waiting, as long as there are not too many."""
        async with self._sending:
            place.free()
            await active.ended.wait()

    async def _outcome(self, active: ActiveJob) -> Outcome | None:
        """How the attempt ended, None when that is written already."""
        try:
            await self._ended(active)
        except asyncio.CancelledError:
            if not active.task.cancelled():
                active.task.cancel()
                raise
            return None if active.lost else Outcome.put_back(Status(State.PAUSED))
        except Exception as error:  # noqa: BLE001 - told of in there
            return _broken(active.job, error)
        log.info("job done")
        return Outcome.end(Phase.DONE, None, None)

    async def _ended(self, active: ActiveJob) -> None:
        try:
            await active.task
        finally:
            # What is logged of the end says where it came.
            structlog.contextvars.bind_contextvars(phase=active.course.phase)

    async def _conclude(self, job: Job, outcome: Outcome | None) -> None:
        """Tell it and write it, again and again until it is written or the job has moved on."""
        if outcome is None:
            log.info("job moved on", reason="cancelled or taken over")
            self._board.forget(job)
            return
        with contextlib.suppress(LeaseLostError):
            if outcome.phase is Phase.QUEUED:
                await self._durable.put_back(job, failed=outcome.failed, delay=outcome.delay)
                if outcome.status is not None:
                    self._board.show(job, outcome.status)
                return
            if outcome.status is not None:
                # Told before it is written: after a crash in between it is tried, and told, once
                # more, where the other order could leave "converting" in the chat for ever.
                await self._board.settle(job, outcome.status)
            await self._durable.finish(job, outcome.phase, outcome.code, outcome.detail)
        self._board.forget(job)
        self.ended(job)
        if outcome.phase is Phase.DONE:
            # Outside of everything: the messenger may make us wait, and others must not.
            messenger = self._attempt.messengers[job.platform]
            self._spawn(messenger.deliverer.announce(job))
        elif outcome.code == BlockedError().code:
            await self._nobody_there(job)

    async def _nobody_there(self, job: Job) -> None:
        """The person blocked the bot, or the chat is gone: all that was asked for there ends."""
        ended = await self._durable.cancel_chat(job, BlockedError().code)
        log.info("nobody is in the chat any more", job=job.id, ended=len(ended))
        for other in ended:
            self.drop(other.id)
            await self.gone(other.id)
            self._board.forget(other)

    async def _show_places(self) -> None:
        """Let those who wait see how far they have come; while stopping, that they wait for us."""
        if not self._stopping.is_set():
            with contextlib.suppress(StorageError):
                await self._places.show_all()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        _ = self.afterwards(work)


def _broken(job: Job, error: Exception) -> Outcome | None:
    """What an attempt's error means for its job."""
    match error:
        case LeaseLostError():
            return None
        case BlockedError():
            return Outcome.end(Phase.CANCELLED, error.code, None)
        case ConversionError() | TransferError():
            return _failed(job, error)
        case OSError():
            return _failed(job, _of_the_machine(error))
        case TooMuchError():
            log.info("too long for today", **error.facts)
            status = Status(State.FAILED, error.facts, code=error.code)
            return Outcome.end(Phase.REFUSED, error.code, status)
    log.error("job broke", exc_info=error)
    status = Status(State.FAILED, code=INTERNAL, can_retry=True, trace=job.trace)
    return Outcome.end(Phase.FAILED, INTERNAL, status, f"{type(error).__name__}: {error}")


def _failed(job: Job, error: ConversionError | TransferError) -> Outcome:
    """What follows from a failure: another attempt, or the end."""
    _log_failure(error)
    if error.retryable:
        asked = getattr(error, "not_before", 0.0)
        full = error.code == Code.DISK_FULL
        policy = retry.ROOM if full else retry.JOBS
        delay = policy.wait(job.failures + 1, 0.0, asked=asked, jitter=random.random())  # noqa: S311
        if delay is not None:
            kind = State.NO_SPACE if full else State.RETRYING
            status = Status(kind, {"seconds": round(delay)})
            return Outcome.put_back(status, failed=True, delay=delay)
    refused = isinstance(error, Refused) or error.code in NO_USE
    status = Status(State.FAILED, error.facts, code=error.code, can_retry=error.worth_retrying)
    if refused:
        return Outcome.end(Phase.REFUSED, error.code, status, error.detail)
    return Outcome.end(Phase.FAILED, error.code, replace(status, trace=job.trace), error.detail)


def _of_the_machine(error: OSError) -> ConversionError:
    """A full disk, which may be emptied, or a fault of the machine that nobody foresaw and that
    may pass as well."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    code = Code.DISK_FULL if full else Code.FAILED
    failure = Unavailable(code, f"{type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure


def _log_failure(error: ConversionError | TransferError) -> None:
    facts = {
        "code": error.code,
        "detail": error.detail,
        "facts": dict(error.facts),
        "command": shown(getattr(error, "command", ())),
        "stderr": getattr(error, "stderr_tail", ""),
    }
    if isinstance(error, Refused):
        log.info("input refused", **facts)  # the person's file, not our fault
    else:
        log.error("attempt failed", exc_info=error, **facts)


def _nearly_done(active: ActiveJob) -> bool:
    left = active.course.seconds_left
    return left is not None and left <= _WORTH_WAITING
