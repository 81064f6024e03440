"""Takes jobs from the queue and carries each to its end: at most so many at once, one of each
user, retried when that can help, stopped in good order."""

import asyncio
import contextlib
import errno
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field

import structlog

from bot.jobs import retry
from bot.jobs.errors import NO_USE, BlockedError, TransferError
from bot.jobs.model import Job, Phase
from bot.jobs.places import show_places
from bot.jobs.queue import LeaseLostError, Queue
from bot.jobs.status import State, Status
from bot.jobs.steps import Estimate, StatusBoard, Steps
from converter.engines.process import uninterrupted
from converter.errors import Code, ConversionError, Refused, Unavailable

log = structlog.get_logger(__name__)

_IDLE_SECONDS = 30.0
_WORTH_WAITING = 15.0
_WORTH_SAYING = 2.0
INTERNAL = "internal"


@dataclass(slots=True)
class ActiveJob:
    """A job in work: its task, and how long it still needs."""

    job: Job
    task: asyncio.Task[None]
    estimate: Estimate = field(default_factory=Estimate)


class Worker:
    """One process's worker. `slots` is how many conversions run at once."""

    def __init__(self, queue: Queue, steps: Steps, board: StatusBoard, slots: int) -> None:
        self._queue = queue
        self._steps = steps
        self._board = board
        self._most = slots
        self._slots = asyncio.Semaphore(slots)
        self._active: dict[str, ActiveJob] = {}
        self._announcing: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    @property
    def active_users(self) -> frozenset[int]:
        """Ids of the users whose conversion runs now."""
        return frozenset(running.job.user_id for running in self._active.values())

    @property
    def running(self) -> int:
        """How many conversions run now."""
        return len(self._active)

    @property
    def busy(self) -> bool:
        """Every slot is taken: whatever comes now has to wait."""
        return self.running >= self._most

    async def run(self) -> None:
        """Take and start jobs until `stop` is called."""
        while not self._stopping.is_set():
            await self._slots.acquire()
            try:
                job = None if self._stopping.is_set() else await self._queue.take()
            except Exception:
                # A full or locked disk passes; the queue is durable and nothing is lost.
                log.exception("the queue could not be read")
                self._slots.release()
                await self._pause(5.0)
                continue
            if job is None:
                self._slots.release()
                await self._until(self._queue.wait(_IDLE_SECONDS))
                continue
            if self._stopping.is_set():
                # Taken while the order to stop came: nobody would wait for it any more.
                await self._queue.put_back(job, failed=False)
                self._slots.release()
                break
            self._start(job)

    async def stop(self) -> None:
        """Start nothing more; let what is nearly done finish; put the rest back, unharmed."""
        self._stopping.set()
        nearly = [r.task for r in self._active.values() if _nearly_done(r)]
        for running in list(self._active.values()):
            if running.task not in nearly:
                running.task.cancel()
        if nearly:
            await asyncio.wait(nearly, timeout=_WORTH_WAITING)
        left = [running.task for running in self._active.values()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        if self._announcing:
            await asyncio.wait(self._announcing, timeout=_WORTH_SAYING)
        for task in list(self._announcing):
            task.cancel()

    async def interrupt(self, job_id: str) -> bool:
        """Stop a running job and wait until nothing of it is left. False when it doesn't run."""
        running = self._active.get(job_id)
        if running is None:
            return False
        running.task.cancel()
        await asyncio.wait([running.task])
        return True

    def _start(self, job: Job) -> None:
        task = asyncio.create_task(self._carry(job), name=f"job-{job.id}")
        self._active[job.id] = ActiveJob(job, task)
        task.add_done_callback(lambda _: self._ended(job))

    def _ended(self, job: Job) -> None:
        self._active.pop(job.id, None)
        self._slots.release()

    def _announce(self, job: Job) -> None:
        """Say "ready" outside the slot: Telegram may make us wait, and others must not."""
        task = asyncio.create_task(self._steps.deliverer.announce(job), name=f"ready-{job.id}")
        self._announcing.add(task)
        task.add_done_callback(self._announcing.discard)

    def _estimate(self, job: Job, estimate: Estimate) -> None:
        running = self._active.get(job.id)
        if running is not None:
            running.estimate = estimate

    async def _carry(self, job: Job) -> None:
        structlog.contextvars.bind_contextvars(
            job=job.id, user=job.user_id, attempt=job.attempt, phase=job.phase.value
        )
        log.info("job started", bytes=job.source.size)
        try:
            await self._show_places()
            await self._steps.run(job, lambda estimate: self._estimate(job, estimate))
            log.info("job done")
            self._announce(job)
        except asyncio.CancelledError:
            await uninterrupted(self._interrupted(job))
        except LeaseLostError:
            log.info("job moved on", reason="cancelled or taken over")
        except BlockedError:
            log.info("user blocked the bot")
            await self._finish(job, Phase.CANCELLED, BlockedError().code)
        except (ConversionError, TransferError) as error:
            await self._failed(job, error)
        except OSError as error:
            await self._failed(job, _of_the_machine(error))
        except Exception:
            log.exception("job broke")
            await self._give_up(
                job, Phase.FAILED, Status(State.FAILED, code=INTERNAL, can_retry=True)
            )
        with contextlib.suppress(Exception):
            await self._show_places()

    async def _interrupted(self, job: Job) -> None:
        """Cancelled by its user, which the queue knows already, or by an orderly stop."""
        with contextlib.suppress(LeaseLostError):
            await self._queue.put_back(job, failed=False)
            self._board.show(job, Status(State.PAUSED))
            log.info("job put back")

    async def _failed(self, job: Job, error: ConversionError | TransferError) -> None:
        _log_failure(error)
        choice = retry.decide(error.retryable, job.failures + 1, jitter=random.random())  # noqa: S311
        if isinstance(choice, retry.RetryIn):
            with contextlib.suppress(LeaseLostError):
                delay = max(choice.delay, getattr(error, "not_before", 0.0))
                await self._queue.put_back(job, failed=True, delay=delay)
                self._board.show(job, Status(State.RETRYING, {"seconds": round(delay)}))
            return
        refused = isinstance(error, Refused) or error.code in NO_USE
        phase = Phase.REFUSED if refused else Phase.FAILED
        status = Status(State.FAILED, error.facts, code=error.code, can_retry=error.worth_retrying)
        await self._give_up(job, phase, status)

    async def _give_up(self, job: Job, phase: Phase, status: Status) -> None:
        # Told before it is written: after a crash in between it is tried, and told, once more,
        # where the other order could leave "converting" in the chat for ever.
        await self._board.settle(job, status)
        await self._finish(job, phase, status.code)

    async def _finish(self, job: Job, phase: Phase, code: str) -> None:
        with contextlib.suppress(LeaseLostError):
            await self._queue.finish(job, phase, error_code=code)
        self._board.forget(job)

    async def _show_places(self) -> None:
        """Let those who wait see how far they have come; while stopping, that they wait for us."""
        if self._stopping.is_set():
            return
        await show_places(self._queue, self._board)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _until(self, work: Coroutine[None, None, None]) -> None:
        """Await `work`, or the order to stop, whichever comes first."""
        tasks = {asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


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
        "command": " ".join(getattr(error, "command", ())),
        "stderr": getattr(error, "stderr_tail", ""),
    }
    if isinstance(error, Refused):
        log.info("input refused", **facts)  # the person's file, not our fault
    else:
        log.error("attempt failed", exc_info=error, **facts)


def _nearly_done(running: ActiveJob) -> bool:
    left = running.estimate.seconds_left
    return left is not None and left <= _WORTH_WAITING
