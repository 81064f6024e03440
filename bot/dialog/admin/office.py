"""Where admins look and act: gathers the facts of their pages, and does what their buttons say."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from bot.dialog.admin import reports, screens
from bot.dialog.admin.facts import Live, Member, Overview, Report
from bot.dialog.screen import Screen
from bot.dialog.stores.allowances import NAMES, Allowances
from bot.dialog.stores.doorkeeper import Doorkeeper, Word
from bot.jobs.answers import Used
from bot.jobs.desk import Desk, Person, TapResult
from bot.jobs.gate import Asker, Passage
from bot.jobs.model import TRACE_LENGTH, Job
from bot.storage.clock import utc_now
from bot.texts import Texts

log = structlog.get_logger(__name__)

PASSAGES: Final = {
    "pause": Passage.PAUSED,
    "resume": Passage.OPEN,
    "drain": Passage.DRAINING,
}


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the office sees of the machine: the data folder's free bytes, None when nobody can tell;
    the log's lines in which a field has a value; and a text without secrets."""

    free: Callable[[], int | None]
    lines: Callable[[str, str], list[str]]
    redact: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a tap led to: a page, a short note (the key of a sentence), a report to be read."""

    screen: Screen | None = None
    note: str = ""
    report: Report | None = None


class Office:
    """The operator's view of everything. Methods may raise StorageError. `tell` says something in a
    chat of an admin's; `dashboard` is where a chat can open the pages of `web.dashboard`, "" where
    it can't."""

    def __init__(
        self,
        desk: Desk,
        doorkeeper: Doorkeeper,
        allowances: Allowances,
        eyes: Eyes,
        tell: Callable[[str, str], Awaitable[None]],
        clock: Callable[[], datetime] = utc_now,
        dashboard: str = "",
    ) -> None:
        self.desk = desk
        self.doorkeeper = doorkeeper
        self.allowances = allowances
        self._eyes = eyes
        self._tell = tell
        self._clock = clock
        self._dashboard = dashboard

    # --- looking

    async def page(self, texts: Texts, platform: str, page: str = screens.BOARD) -> Screen | None:
        """A page as it is now; None for one that nobody knows."""
        name, _, whose = page.partition(".")
        if name in {"user", "quota"}:
            draw = screens.member if name == "user" else screens.quotas
            return draw(texts, await self.member(platform, whose))
        archive = self.desk.archive
        match name:
            case "board":
                return screens.board(texts, await self._overview(), self._dashboard)
            case "jobs":
                return screens.jobs(texts, await self._live())
            case "users":
                return screens.users(texts, await self.most_active(platform))
            case "errors":
                return screens.errors(texts, await archive.failures(screens.MOST_FAILURES))
        return None

    async def look_into(self, admin: Person, trace: str) -> Report | None:
        """What is known of a job, or of a failure outside of any, whose trace is told; None when
        nothing is."""
        log.warning("admin", did="looked into a failure", about=trace, admin=admin.user_id)
        ended = await self.desk.archive.traced(trace)
        where = ("trace", trace) if ended is None else ("job", ended.job_id)
        lines = await asyncio.to_thread(self._eyes.lines, *where)
        if ended is None and not lines:
            return None
        name, redact = ended.name if ended is not None else "", self._eyes.redact
        shown = tuple(reports.cleaned(line, name, redact) for line in lines)
        if ended is not None:
            ended = replace(ended, detail=reports.cleaned(ended.detail, name, redact))
            trace = ended.job_id[:TRACE_LENGTH]
        return Report(trace, ended, self._clock(), shown)

    async def log_of(self, admin: Person, job: Job) -> tuple[str, ...]:
        """The log's lines about a job."""
        log.info("admin", did="read a job's log", job=job.id, admin=admin.user_id)
        lines = await asyncio.to_thread(self._eyes.lines, "job", job.id)
        return tuple(reports.cleaned(line, job.source.name, self._eyes.redact) for line in lines)

    def redacted(self, text: str) -> str:
        """A text without secrets."""
        return reports.cleaned(text, "", self._eyes.redact)

    async def most_active(self, platform: str) -> list[Used]:
        """Who asked for most today."""
        return await self.desk.archive.most_active(platform, self._today(), screens.MOST_USERS)

    async def live_job(self, trace: str) -> Job | None:
        """The live job whose id begins so."""
        live = await self.desk.store.live()
        return next((job for job in live if job.id.startswith(trace)), None)

    # --- acting

    async def tap(self, texts: Texts, admin: Person, action: str) -> Tapped:
        """Do what a button says, and show the page that it leads to."""
        verb, _, whom = action.partition(".")
        if verb == "p":
            screen = await self.page(texts, admin.platform, whom)
            return Tapped(screen, "" if screen else "tap-unknown")
        if verb in PASSAGES:
            await self.move(texts, admin, PASSAGES[verb])
            return Tapped(await self.page(texts, admin.platform))
        if verb == "retry":
            return Tapped(note=note_of(await self.retry(admin, whom), "tap-retry"))
        if verb == "error":
            report = await self.look_into(admin, whom)
            return Tapped(report=report, note="" if report else "admin-error-unknown")
        if verb == "stop":
            note = note_of(await self.stop(admin, whom), "tap-cancelled")
            return Tapped(await self.page(texts, admin.platform, "jobs"), note)
        return await self._about(texts, admin, verb, whom)

    async def move(self, texts: Texts, admin: Person, passage: Passage) -> None:
        """Open the gate, shut it, or let everything come to its end: whoever asks for that hears
        when it has."""
        log.warning("admin", did=f"gate: {passage.value}", admin=admin.user_id)
        asker = Asker(admin.chat_id, texts.locale) if admin.chat_id else None
        await self.desk.gate.move(passage, asker)

    async def drain(self, admin: Person, holder: str, *, draining: bool) -> bool:
        """Let one worker begin nothing more, or let it work again. False for one that has gone."""
        done = await self.desk.store.drain(holder, draining=draining)
        did = "drained a worker" if draining else "let a worker work again"
        log.warning("admin", did=did, worker=holder, done=done, admin=admin.user_id)
        return done

    async def drained(self, askers: Sequence[Asker]) -> None:
        """Everything has come to its end: tell those who wait for it."""
        for asker in askers:
            await self._tell(asker.chat_id, Texts(asker.locale)("admin-drained-now"))

    async def stop(self, admin: Person, job_id: str) -> TapResult:
        """Stop somebody's job."""
        outcome = await self.desk.stop(job_id)
        told = {"job": job_id, "ended": outcome.value, "admin": admin.user_id}
        log.warning("admin", did="stopped a job", **told)
        return outcome

    async def retry(self, admin: Person, job_id: str) -> TapResult:
        """Try somebody's job again, as they could."""
        job = await self.desk.get(job_id)
        outcome = TapResult.TOO_LATE
        if job is not None:
            theirs = Person(job.user_id, job.chat_id, job.platform)
            outcome = await self.desk.retry(job_id, theirs)
        told = {"job": job_id, "ended": outcome.value, "admin": admin.user_id}
        log.warning("admin", did="tried a job again", **told)
        return outcome

    async def say(self, admin: Person, user_id: str, word: Word | None) -> int:
        """Say of somebody that they may come in or not. How many of their jobs were stopped."""
        await self.doorkeeper.say(admin.platform, user_id, word, admin.user_id)
        if word is not Word.BANNED:
            return 0
        return await self.desk.stop_all(admin.platform, user_id)

    async def _about(self, texts: Texts, admin: Person, verb: str, whom: str) -> Tapped:
        """What may be done about one person."""
        page = f"user.{whom}"
        match verb:
            case "ban" if not self.doorkeeper.is_admin(whom):
                await self.say(admin, whom, Word.BANNED)
            case "unban":
                await self.say(admin, whom, None)
            case "usual":
                page, usual = f"quota.{whom}", dict.fromkeys(NAMES)
                await self.allowances.say(admin.platform, whom, usual, admin.user_id)
            case _:
                return Tapped(note="tap-unknown")
        return Tapped(await self.page(texts, admin.platform, page))

    # --- facts

    def _today(self) -> datetime:
        return self._clock().replace(hour=0, minute=0, second=0, microsecond=0)

    async def _overview(self) -> Overview:
        numbers = await self.desk.archive.numbers(self._today())
        free = await asyncio.to_thread(self._eyes.free)
        return Overview(numbers, await self.desk.gate.passage(), free)

    async def _live(self) -> list[Live]:
        now = self._clock()
        return [
            Live(job, self._percent(job), (now - job.created_at).total_seconds())
            for job in await self.desk.store.live()
        ]

    def _percent(self, job: Job) -> int | None:
        status = self.desk.board.latest(job)
        percent = None if status is None else status.facts.get("percent")
        return None if percent is None or not job.phase.running else int(percent)

    async def member(self, platform: str, user_id: str) -> Member:
        """One person."""
        return Member(
            used=await self.desk.archive.used(platform, user_id, self._today()),
            word=await self.doorkeeper.said(platform, user_id),
            admin=self.doorkeeper.is_admin(user_id),
            quota=await self.allowances.of(platform, user_id),
            said=await self.allowances.said(platform, user_id),
        )


def note_of(outcome: TapResult, done: str) -> str:
    """The key of what is said of it; `done` where it was done."""
    return done if outcome is TapResult.DONE else f"tap-{outcome.value.replace('_', '-')}"
