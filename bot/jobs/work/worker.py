"""Carries taken jobs to their end, whatever that is: retried when that can help, stopped in good
order, and written down."""

import asyncio
import contextlib
import errno
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Final

import structlog

from bot.jobs.dispatch import Place
from bot.jobs.errors import NO_USE, BlockedError, LeaseLostError, TooMuchError, TransferError
from bot.jobs.meter import Again
from bot.jobs.model import Job, Phase
from bot.jobs.showing.notices import Notices
from bot.jobs.showing.places import Places
from bot.jobs.status import State, Status
from bot.jobs.store import retry
from bot.jobs.store.durable import Durable
from bot.jobs.store.outcome import Outcome
from bot.jobs.store.rows import MOVED
from bot.jobs.store.store import JobStore
from bot.jobs.work.attempt import Attempt
from bot.jobs.work.delivery import Course
from bot.jobs.work.departed import Departed
from bot.jobs.work.together import Together
from bot.storage.backend import ANYTHING
from bot.storage.errors import StorageError
from converter.engines.process import shown
from converter.errors import Code, ConversionError, Refused, Unavailable

log = structlog.get_logger(__name__)

_WORTH_WAITING: Final = 12.0
_WORTH_SAYING: Final = 2.0
# Uploads that go on without a place: then a conversion keeps its own until it is delivered.
MOST_SENDING: Final = 12
INTERNAL: Final = "internal"


@dataclass(slots=True)
class ActiveJob:
    """A job in this process's hands: its work, how it gets on, and whether it moved on without
    us. `look`: it may have."""

    job: Job
    task: asyncio.Task[None]
    course: Course
    lost: bool = False
    look: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def let_go(self) -> None:
        """Stop its work, once: a second order would disturb the clearing up."""
        if not self.task.cancelling():
            self.task.cancel()


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
        self._departed = Departed(self._durable, board, self)
        store.transactions.hear(self._heard)

    @property
    def active_users(self) -> frozenset[str]:
        """Ids of the users whose jobs are in work now."""
        return frozenset(active.job.user_id for active in self._active.values())

    @property
    def running(self) -> int:
        """How many jobs are in work now."""
        return len(self._active)

    @property
    def held(self) -> frozenset[str]:
        """The jobs in this process's hands."""
        return frozenset(self._active)

    async def carry(self, job: Job, place: Place) -> None:
        """See dispatch.Carry."""
        structlog.contextvars.bind_contextvars(
            job=job.id, user=job.user_id, attempt=job.attempt, phase=job.phase.value
        )
        log.info("job started", bytes=job.source.size)
        meter = self._attempt.meter
        course = Course(leave=self._durable.leave, stay=self._durable.stay)
        course.on_again = lambda: meter.again(Again.UPLOAD)
        active = ActiveJob(job, asyncio.create_task(self._attempt.run(job, course)), course)
        course.on_sending = lambda: self._spawn(self._free(place, active))
        self._active[job.id] = active
        meter.entered(job, job.phase)
        renewing = asyncio.create_task(self._renew(active))
        self._spawn(self._places.started(job))
        self._spawn(self._show_places())
        try:
            outcome = await self._outcome(active)
            place.free()
            await self._conclude(job, outcome, course)
        finally:
            renewing.cancel()
            self._active.pop(job.id, None)
            meter.let_go(job)
            active.ended.set()
        self._spawn(self._show_places())

    async def stop(self, seconds: float) -> None:
        """Let what is nearly done finish; put the rest back, unharmed; within so many seconds."""
        self._stopping.set()
        nearly = {a.task for a in self._active.values() if _nearly_done(a)}
        for active in list(self._active.values()):
            if active.task not in nearly:
                active.let_go()
        if nearly:
            # What follows takes three times as long as words may.
            await asyncio.wait(nearly, timeout=max(0.0, seconds - 3 * _WORTH_SAYING))
        left = list(self._active.values())
        for active in left:
            active.let_go()
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

    def drop(self, job: Job) -> None:
        """See Hands."""
        active = self._attempt_at(job)
        if active is not None:
            active.lost = True
            active.let_go()

    async def gone(self, job: Job) -> None:
        """See Hands."""
        active = self._attempt_at(job)
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

    def _attempt_at(self, job: Job) -> ActiveJob | None:
        """This very attempt: by the time its end is heard of the job may have been taken anew."""
        active = self._active.get(job.id)
        return active if active is not None and active.job.attempt == job.attempt else None

    def _heard(self, note: str) -> None:
        """A job has moved, or anything may have."""
        if note == ANYTHING:
            for active in self._active.values():
                active.look.set()
        elif note.startswith(MOVED) and (held := self._active.get(note.removeprefix(MOVED))):
            held.look.set()

    async def _renew(self, active: ActiveJob) -> None:
        """Hold the lease, and hear whether the job has moved on. Who can't prove it is theirs for
        too long lets go: by now it may be somebody else's."""
        clock, lease = asyncio.get_running_loop().time, self._store.lease
        proved = clock()
        while True:
            left = lease.proof - (clock() - proved) if lease.proof is not None else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(lease.renew if left is None else min(lease.renew, left)):
                    await active.look.wait()
            active.look.clear()
            asked = clock()
            try:
                async with asyncio.timeout(left):
                    await self._store.renew(active.job)
                proved = asked
            except LeaseLostError:
                active.lost = True
                active.let_go()
                return
            except (StorageError, TimeoutError) as error:
                log.warning("lease not renewed", cause=str(error) or "no answer")
                if lease.proof is not None and clock() - proved >= lease.proof:
                    log.critical("lease not provable, job let go")
                    active.let_go()
                    return

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
                active.let_go()
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

    async def _conclude(self, job: Job, outcome: Outcome | None, course: Course) -> None:
        """Tell it and write it, again and again until it is written or the job has moved on."""
        if outcome is None:
            log.info("job moved on", reason="cancelled or taken over")
            self._board.forget(job)
            return
        work = course.log.work
        with contextlib.suppress(LeaseLostError):
            if outcome.phase is Phase.QUEUED:
                await self._durable.put_back(job, outcome, work)
                if outcome.status is not None:
                    self._board.show(job, outcome.status)
                return
            if outcome.status is not None:
                # Told before it is written: after a crash in between it is tried, and told, once
                # more, where the other order could leave "converting" in the chat for ever.
                await self._board.settle(job, outcome.status)
            await self._durable.finish(job, outcome, work)
        self._board.forget(job)
        self.ended(job)
        if outcome.phase is Phase.DONE:
            # Outside of everything: the messenger may make us wait, and others must not.
            messenger = self._attempt.messengers[job.platform]
            self._spawn(messenger.deliverer.announce(job))
        elif outcome.code == BlockedError().code:
            await self._departed.end(job)

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
            return Outcome.put_back(status, error.code, delay)
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
