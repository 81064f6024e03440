"""The life of one attempt: download → convert → deliver, and the doors through which it touches
the chat. A job reads as a few calls here; what each does stands behind its Protocol."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import structlog

from bot.jobs.model import Job, Phase, Source
from bot.jobs.queue import Queue
from bot.jobs.status import State, Status
from converter.commands.progress import Progress
from converter.convert import Observer, Result
from converter.converter import Converter
from converter.errors import ConversionError
from converter.limits import Limits
from converter.planning.plan import Note, Plan
from converter.request import parse

log = structlog.get_logger(__name__)

OnBytes = Callable[[int, int], None]


class Downloader(Protocol):
    """Brings a person's file here."""

    async def download(self, source: Source, to: Path, *, on_bytes: OnBytes) -> int:
        """Write the whole file to `to` and return its size in bytes.

        `on_bytes` hears of bytes so far and bytes in all (0 = unknown). Raises TransferError;
        then, or when cancelled, nothing is left at `to`.
        """
        ...


class Deliverer(Protocol):
    """Brings the result to the person."""

    async def deliver(self, job: Job, result: Result) -> None:
        """Make the job's status message become the result. Doing it twice shows one result.

        Raises TransferError.
        """
        ...

    async def announce(self, job: Job) -> None:
        """Tell the person, with a sound, that the result is there. Never raises."""
        ...


class StatusBoard(Protocol):
    """The status messages of all jobs."""

    def show(self, job: Job, status: Status) -> None:
        """Show `status` as soon as the pace allows; only the newest is ever sent."""
        ...

    async def settle(self, job: Job, status: Status) -> None:
        """Show the last status and wait, a bounded time, until the person can see it."""
        ...

    def forget(self, job: Job) -> None:
        """Show nothing more for this job."""
        ...


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a running attempt still needs: seconds, None when nobody knows."""

    seconds_left: float | None = None


OnEstimate = Callable[[Estimate], None]


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything that one attempt needs. `limits` without threads; `threads` says how many the
    encoder gets at the moment an attempt starts."""

    queue: Queue
    converter: Converter
    downloader: Downloader
    deliverer: Deliverer
    board: StatusBoard
    limits: Limits
    threads: Callable[[], int]

    async def run(self, job: Job, on_estimate: OnEstimate) -> None:
        """Carry a job that was taken to its end.

        Raises TransferError, ConversionError or LeaseLostError; however it is left, nothing runs
        and nothing lies about any more.
        """
        async with self.converter.open(f"{job.id}-{job.attempt}") as conversion:
            self.board.show(job, Status(State.DOWNLOADING))
            await self.downloader.download(
                job.source, conversion.workspace.input_path, on_bytes=self._downloading(job)
            )
            job = await self._advance(job, Phase.CONVERTING)
            limits = replace(self.limits, threads=self.threads())
            result = await conversion.run(
                parse(job.request), limits, self._converting(job, on_estimate)
            )
            job = await self._advance(job, Phase.SENDING)
            on_estimate(Estimate(0.0))
            self.board.show(job, Status(State.SENDING, {"bytes": result.after.size}))
            await self.deliverer.deliver(job, result)
            job = await self.queue.finish(job, Phase.DONE)
        _log_result(result)

    async def _advance(self, job: Job, phase: Phase) -> Job:
        structlog.contextvars.bind_contextvars(phase=phase.value)
        return await self.queue.advance(job, phase)

    def _downloading(self, job: Job) -> OnBytes:
        def hear(done: int, total: int) -> None:
            percent = min(100, done * 100 // total) if total else 0
            self.board.show(job, Status(State.DOWNLOADING, {"percent": percent, "bytes": done}))

        return hear

    def _converting(self, job: Job, on_estimate: OnEstimate) -> Observer:
        notes: tuple[Note, ...] = ()

        def planned(plan: Plan) -> None:
            nonlocal notes
            notes = plan.notes
            log.info(
                "plan", action=plan.action, device=plan.device, reasons=", ".join(plan.reasons)
            )
            self.board.show(job, _conversion_status(Progress(), notes))

        def moved(progress: Progress) -> None:
            on_estimate(Estimate(progress.seconds_left))
            self.board.show(job, _conversion_status(progress, notes))

        def set_back(error: ConversionError) -> None:
            log.warning("plan failed", error=str(error), stderr=error.stderr_tail)

        return Observer(on_plan=planned, on_progress=moved, on_setback=set_back)


def _conversion_status(progress: Progress, notes: tuple[Note, ...]) -> Status:
    facts: dict[str, float | str] = {
        "shrunk": "yes" if {Note.SHRUNK, Note.SLOWED} & set(notes) else "no"
    }
    if progress.fraction is not None:
        facts["percent"] = int(progress.fraction * 100)
    if progress.speed is not None:
        facts["speed"] = round(progress.speed, 1)
    if progress.seconds_left is not None:
        facts["seconds"] = round(progress.seconds_left)
    return Status(State.CONVERTING, facts)


def _log_result(result: Result) -> None:
    log.info(
        "converted",
        action=result.plan.action,
        device=result.plan.device,
        seconds=round(result.seconds, 2),
        bytes_in=result.before.size,
        bytes_out=result.after.size,
        notes=", ".join(result.notes),
    )
