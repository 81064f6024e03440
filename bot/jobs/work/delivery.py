"""A proved result on its way to the person: the upload alone is tried again, nothing is made
anew."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from bot.jobs.errors import PassingTransferError
from bot.jobs.made import Kept, Sent
from bot.jobs.messenger import Deliverer, OnBytes
from bot.jobs.model import Job, Phase
from bot.jobs.showing.notices import Notices
from bot.jobs.status import State, Status
from bot.jobs.store import retry
from bot.jobs.traces.logbook import Logbook
from converter.convert import Result
from converter.shots import Shots

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def _unasked(_job: Job) -> None:
    return None


@dataclass(slots=True)
class Course:
    """How an attempt gets on, for whoever holds it. `seconds_left` is None when nobody knows;
    `phase` is where it stands; `on_sending` is called when it needs no place among the conversions
    any more. `leave` writes down that the last of the result is about to leave us, so that nobody
    stops the job any more, and proves by that that the job is still ours (else LeaseLostError);
    `stay` that it didn't leave. `on_again` hears of each further try. `log` says what was done."""

    on_sending: Callable[[], None] = lambda: None
    on_again: Callable[[], None] = lambda: None
    leave: Callable[[Job], Awaitable[None]] = _unasked
    stay: Callable[[Job], Awaitable[None]] = _unasked
    seconds_left: float | None = None
    phase: str = Phase.DOWNLOADING.value
    log: Logbook = field(default_factory=Logbook)


async def deliver(
    board: Notices,
    deliverer: Deliverer,
    job: Job,
    result: Result | Shots,
    course: Course,
    on_bytes: OnBytes | None = None,
) -> Sent | None:
    """Deliver, again after trouble that may pass, within the time of `retry.UPLOADS`. `on_bytes`
    instead of showing percent in the job's message. None for what can't be given again by its
    name. Raises TransferError."""
    size = result.size if isinstance(result, Shots) else result.after.size
    quiet = _before_last(board, job, course)

    async def once(message_id: str | None) -> Sent | None:
        told = _is_told(job, message_id)
        if told:
            board.show(job, _sending(size, 0, 0))
        hear = on_bytes or _shown(board, job, size) if told else _unheard
        if isinstance(result, Shots):
            await deliverer.deliver_shots(job, result, message_id, on_bytes=hear, before_last=quiet)
            return None
        return await deliverer.deliver(job, result, message_id, on_bytes=hear, before_last=quiet)

    return await _until_through(board, job, course, once)


async def hand_over(
    board: Notices, deliverer: Deliverer, job: Job, kept: Kept, course: Course
) -> Sent:
    """Deliver what the messenger has already, as `deliver` does. Raises TransferError or
    KeptRefusedError."""
    board.show(job, _sending(kept.made.after, 0, 0))
    quiet = _before_last(board, job, course)

    async def once(message_id: str | None) -> Sent:
        return await deliverer.deliver_kept(job, kept, message_id, before_last=quiet)

    return await _until_through(board, job, course, once)


async def _until_through(
    board: Notices, job: Job, course: Course, once: Callable[[str | None], Awaitable[T]]
) -> T:
    """Try `once`, which is told the job's message, until it is through or it is no use."""
    clock = asyncio.get_running_loop().time
    began, tries = clock(), 0
    while True:
        message_id = await board.message_of(job)
        try:
            return await once(message_id)
        except PassingTransferError as error:
            await course.stay(job)
            tries += 1
            jitter = random.random()  # noqa: S311
            wait = retry.UPLOADS.wait(tries, clock() - began, asked=error.not_before, jitter=jitter)
            if wait is None:
                raise
            course.on_again()
            log.warning("upload tried again", tries=tries, seconds=wait, cause=str(error))
            if _is_told(job, message_id):
                board.show(job, Status(State.RETRYING, {"seconds": round(wait)}))
            await asyncio.sleep(wait)


def _shown(board: Notices, job: Job, size: int) -> OnBytes:
    return lambda done, total: board.show(job, _sending(size, done, total))


def _is_told(job: Job, message_id: str | None) -> bool:
    """Whether anybody sees how it gets on: with no message in the chat, the board would begin one
    that nobody ends."""
    return message_id is not None or job.batch_id is not None


def _before_last(board: Notices, job: Job, course: Course) -> Callable[[], Awaitable[None]]:
    async def quiet() -> None:
        """The last of the result is about to leave us: nothing can be stopped any more."""
        await board.quiet(job)
        await course.leave(job)

    return quiet


def _unheard(_done: int, _total: int) -> None:
    return None


def _sending(size: int, done: int, total: int) -> Status:
    percent = min(100, done * 100 // total) if total else 0
    return Status(State.SENDING, {"bytes": size, "percent": percent})
