"""A proved result on its way to the person: the upload alone is tried again, nothing is made
anew."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.jobs import retry
from bot.jobs.errors import PassingTransferError
from bot.jobs.messenger import Deliverer, OnBytes
from bot.jobs.model import Job, Phase
from bot.jobs.notices import Notices
from bot.jobs.status import State, Status
from converter.convert import Result

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Course:
    """How an attempt gets on, for whoever holds it. `seconds_left` is None when nobody knows;
    `past_recall`: the result left us whole, so nothing can be stopped any more; `phase` is where it
    stands; `on_sending` is
    called when it needs no place among the conversions any more."""

    on_sending: Callable[[], None] = lambda: None
    seconds_left: float | None = None
    past_recall: bool = False
    phase: str = Phase.DOWNLOADING.value


async def deliver(
    board: Notices,
    deliverer: Deliverer,
    job: Job,
    result: Result,
    course: Course,
    on_bytes: OnBytes | None = None,
) -> None:
    """Deliver, again after trouble that may pass, within the time of `retry.UPLOADS`. `on_bytes`
    instead of showing percent in the job's message. Raises TransferError."""
    clock = asyncio.get_running_loop().time
    began, tries = clock(), 0
    while True:
        message_id = await board.message_of(job)
        # With no message in the chat, the board would begin one that nobody ends.
        told = message_id is not None or job.batch_id is not None
        if told:
            board.show(job, _sending(result, 0, 0))
        hear = on_bytes or _shown(board, job, result) if told else _unheard
        quiet = _before_last(board, job, course)
        try:
            await deliverer.deliver(job, result, message_id, on_bytes=hear, before_last=quiet)
        except PassingTransferError as error:
            course.past_recall = False
            tries += 1
            jitter = random.random()  # noqa: S311
            wait = retry.UPLOADS.wait(tries, clock() - began, asked=error.not_before, jitter=jitter)
            if wait is None:
                raise
            log.warning("upload tried again", tries=tries, seconds=wait, cause=str(error))
            if told:
                board.show(job, Status(State.RETRYING, {"seconds": round(wait)}))
            await asyncio.sleep(wait)
        else:
            return


def _shown(board: Notices, job: Job, result: Result) -> OnBytes:
    return lambda done, total: board.show(job, _sending(result, done, total))


def _before_last(board: Notices, job: Job, course: Course) -> Callable[[], Awaitable[None]]:
    async def quiet() -> None:
        """The last of the result is about to leave us: nothing can be stopped any more."""
        await board.quiet(job)
        course.past_recall = True

    return quiet


def _unheard(_done: int, _total: int) -> None:
    return None


def _sending(result: Result, done: int, total: int) -> Status:
    percent = min(100, done * 100 // total) if total else 0
    return Status(State.SENDING, {"bytes": result.after.size, "percent": percent})
