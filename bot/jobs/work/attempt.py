"""The life of one attempt: download → convert → deliver. A job reads as a few calls here; what each
does stands behind a Protocol of `messenger`, or in the converter."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial

import structlog

from bot.jobs import extras
from bot.jobs.errors import TooMuchError, TransferCode, TransferError
from bot.jobs.house.house import NEEDS, Needs
from bot.jobs.house.room import Room
from bot.jobs.house.speed import Speeds
from bot.jobs.made import Made
from bot.jobs.messenger import Messenger, OnBytes
from bot.jobs.meter import NOBODY, Meter
from bot.jobs.model import Job, Phase, Receipt
from bot.jobs.processes.living import place_of
from bot.jobs.showing.notices import Notices
from bot.jobs.status import State, Status
from bot.jobs.store.durable import Durable
from bot.jobs.store.quota import Allowance
from bot.jobs.work.delivery import Course, deliver
from bot.jobs.work.larder import Larder
from bot.jobs.work.ready import Ready
from converter.beside import Beside
from converter.commands.progress import Progress
from converter.convert import Conversion, Result
from converter.converter import Converter
from converter.errors import ConversionError
from converter.limits import Limits
from converter.observer import Observer, Survey
from converter.planning.plan import Note, Plan
from converter.shots import Shots

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Everything that one attempt needs. `allowance` says how much a person may ask for; `limits`
    without threads; `threads` says how many the
    encoder gets at the moment an attempt starts."""

    store: Durable
    converter: Converter
    messengers: Mapping[str, Messenger]
    board: Notices
    limits: Limits
    threads: Callable[[], int]
    larder: Larder
    speeds: Speeds
    ready: Ready
    allowance: Allowance
    room: Room
    needs: Needs = NEEDS
    meter: Meter = NOBODY

    async def run(self, job: Job, course: Course) -> None:
        """Carry a job that was taken until its result is with the person.

        Raises TransferError, ConversionError or LeaseLostError; however it is left, nothing runs
        and nothing lies about any more.
        """
        if job.receipt is Receipt.SENT:
            return
        if job.receipt is Receipt.INTENDED:
            raise TransferError(TransferCode.UNSURE_IF_SENT, "an earlier attempt began to send")
        try:
            await self._carry(job, course)
        except (ConversionError, TransferError) as error:
            extras.name_part(error.facts, job.source, job.extras)
            raise

    async def _carry(self, job: Job, course: Course) -> None:
        messenger, clock = self.messengers[job.platform], asyncio.get_running_loop().time
        began = clock()
        if await self.ready.answered(job, messenger.deliverer, course):
            await self.larder.drop(job.source.unique_id)
            return
        name, need = place_of(job), self.needs.of_job(job)
        downloader = messenger.downloader
        async with (
            self.room.claim(name, need),
            self.converter.open(name) as conversion,
            downloader.lending(conversion.workspace.root),
        ):
            source, path = job.source, conversion.workspace.input_path
            self.board.show(job, Status(State.DOWNLOADING))
            if await self.larder.fetch(source.unique_id, path) is None:
                hear = self._downloading(job)
                await downloader.download(source, path, on_bytes=hear)
            folder = conversion.workspace.beside_dir
            hear = self._downloading(job)
            beside = await extras.fetch(job.extras, downloader, folder, hear)
            job = await self._advance(job, Phase.CONVERTING, course)
            limits = replace(self.limits, threads=self.threads())
            # What is joined takes the first one's place.
            with self.larder.offered(source.unique_id if not beside.parts else "", path):
                made = await self._made(conversion, job, beside, limits, course)
            job = await self._advance(job, Phase.SENDING, course)
            self.room.settle(name)
            course.seconds_left = 0.0
            course.on_sending()
            # The proved result stays here until it is delivered.
            sent = await deliver(self.board, messenger.deliverer, job, made, course)
            self.meter.delivered(made.size if isinstance(made, Shots) else made.after.size)
            if isinstance(made, Result):
                await self.ready.keep(job, sent, Made.of(made))
            await self.larder.drop(source.unique_id)
            target, took = job.request.target, clock() - began
            self.speeds.note_job(target, source.size, took, made.seconds)

    async def _made(
        self, conversion: Conversion, job: Job, beside: Beside, limits: Limits, course: Course
    ) -> Result | Shots:
        """What is asked for, proved."""
        course.log.begin(conversion.workspace)
        if job.shots:
            watch = self._shooting(job, course)
            shots = await conversion.shots(job.request, job.shots, limits, watch)
            course.log.made(shots)
            log.info("pictures taken", count=len(shots.pictures), bytes_out=shots.size)
            return shots
        watch = self._converting(job, course)
        result = await conversion.run(job.request, limits, watch, beside)
        course.log.made(result)
        _log_result(result)
        self.meter.converted(result.plan, result.seconds)
        if not beside.parts:
            self.speeds.note(result.plan, result.seconds)
        return result

    async def _advance(self, job: Job, phase: Phase, course: Course) -> Job:
        structlog.contextvars.bind_contextvars(phase=phase.value)
        course.phase = phase.value
        done = course.log.work if phase is Phase.SENDING else None
        job = await self.store.advance(job, phase, done)
        self.meter.entered(job, phase)
        return job

    def _downloading(self, job: Job) -> OnBytes:
        def hear(done: int, total: int) -> None:
            percent = min(100, done * 100 // total) if total else 0
            self.board.show(job, Status(State.DOWNLOADING, {"percent": percent, "bytes": done}))

        return hear

    def _converting(self, job: Job, course: Course) -> Observer:
        now: Plan | None = None

        def planned(plan: Plan) -> None:
            nonlocal now
            now = plan
            course.log.planned(plan)
            log.info(
                "plan", action=plan.action, device=plan.device, reasons=", ".join(plan.reasons)
            )
            self.board.show(job, _conversion_status(Progress(), now))

        def moved(progress: Progress) -> None:
            course.seconds_left = progress.seconds_left
            self.board.show(job, _conversion_status(progress, now))

        return replace(self._hearing(job, course), on_plan=planned, on_progress=moved)

    def _hearing(self, job: Job, course: Course) -> Observer:
        """Who writes down what is done."""

        def set_back(error: ConversionError) -> None:
            course.log.set_back(error)
            log.warning("plan failed", error=str(error), stderr=error.stderr_tail)

        return Observer(
            on_plan=course.log.planned,
            on_setback=set_back,
            on_survey=partial(self._count, job, course),
            on_command=course.log.ran,
        )

    def _shooting(self, job: Job, course: Course) -> Observer:
        def taking(number: int, count: int) -> None:
            facts = {"number": number, "count": count, "percent": (number - 1) * 100 // count}
            self.board.show(job, Status(State.CONVERTING, facts))

        return replace(self._hearing(job, course), on_shot=taking)

    async def _count(self, job: Job, course: Course, survey: Survey) -> None:
        """How long it is and how large it becomes, now that this is known. Raises TooMuchError, or
        Unavailable (DISK_FULL)."""
        course.log.surveyed(survey)
        if not extras.parts_of(job.extras) and not job.shots:
            expected = survey.plans[0].size if survey.plans else None
            need = self.needs.once_planned(survey.info.size, expected)
            await self.room.grow(place_of(job), need)
        seconds = survey.seconds
        allowed = await self.allowance(job.owner)
        foreseen = course.log.conversion
        too_long = await self.store.count_length(job, seconds, allowed, foreseen)
        if too_long is not None:
            raise TooMuchError(**asdict(too_long))


def _conversion_status(progress: Progress, plan: Plan | None) -> Status:
    facts: dict[str, float | str] = {}
    if plan is not None:
        facts["action"], facts["device"] = plan.action.name.lower(), plan.device.value
        facts["shrunk"] = "yes" if {Note.SHRUNK, Note.SLOWED} & set(plan.notes) else "no"
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
