"""`demo --cluster`: PostgreSQL, a front end and two workers on this machine, with a stand-in for
Telegram; the worker that converts the video is killed in the middle of it, and the other one goes
on. What the terminal shows is the chat, and what happens behind it."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from rich.console import Console

from bot.cli import demo_chat
from bot.cli.borrowed import DIRECT, apart, as_variables, without
from bot.cli.demo_database import temporary_database
from bot.cli.interrupt import end_like_interrupt
from bot.conversions import StartError
from standin import SeenMessage, StandIn

_PROGRAM: Final = Path(__file__).parents[2] / "telegram_bot.py"
_SECONDS: Final = 15
_WAIT_SECONDS: Final = 330.0
_START_SECONDS: Final = 120.0
_LOOK: Final = 0.2
# Long enough for everybody to see that it is at work.
_WORKED: Final = 1.5
_STOP_SECONDS: Final = 30.0
_JOB: Final = (
    "SELECT j.phase, j.attempt, r.pid FROM jobs j LEFT JOIN runs r ON r.holder = j.holder LIMIT 1"
)


def run_cluster_demo(file: Path | None, lang: str) -> int:
    """Show it; the result lies in demo-out/. 0 = the video came back, once, 1 = it did not, or this
    machine lacks something, which is said."""
    if file is not None and not file.is_file():
        sys.stderr.write(f"{file} is not a file\n")
        return 2
    end_like_interrupt()
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        try:
            with temporary_database() as url:
                return asyncio.run(_demo(console, Path(folder), url, file, lang))
        except StartError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            demo_chat.keep_logs(Path(folder) / "logs")


@dataclass(frozen=True, slots=True)
class _Job:
    """The one job, as the database has it; `pid` of the process that works on it."""

    phase: str
    attempt: int
    pid: int | None


@dataclass(slots=True)
class _House:
    """The processes by name."""

    console: Console
    environment: dict[str, str]
    folder: Path
    url: str
    began: float = field(default_factory=time.monotonic)
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    def say(self, words: str) -> None:
        """What happens behind the chat, and when."""
        seconds = time.monotonic() - self.began
        self.console.print(f"[bold yellow]{seconds:5.1f} s[/] [yellow]{words}[/]")

    async def start(self, name: str, *arguments: str) -> None:
        """Start a part of the bot."""
        with (self.folder / f"{name.replace(' ', '-')}.txt").open("wb") as said:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(_PROGRAM), "run", *arguments),
                cwd=self.folder,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self.processes[name] = process
        self.say(f"{name} starts (process {process.pid})")

    def name_of(self, pid: int | None) -> str | None:
        """Which part a process is."""
        return next((name for name, p in self.processes.items() if p.pid == pid), None)

    async def job(self) -> _Job | None:
        """The job now; None before there is one, and while the database can't say."""
        with contextlib.suppress(psycopg.Error):
            async with await psycopg.AsyncConnection.connect(self.url) as database:
                row = await (await database.execute(_JOB)).fetchone()
                return _Job(*row) if row is not None else None
        return None

    async def parts(self) -> int:
        """How many are at work."""
        with contextlib.suppress(psycopg.Error):
            async with await psycopg.AsyncConnection.connect(self.url) as database:
                row = await (await database.execute("SELECT count(*) FROM runs")).fetchone()
                return int(row[0]) if row is not None else 0
        return 0

    async def until(self, reached: Callable[[_Job], bool]) -> _Job:
        """The job as soon as it is so. Raises StartError when a part ends by itself."""
        async with asyncio.timeout(_WAIT_SECONDS):
            while (job := await self.job()) is None or not reached(job):
                self.check()
                await asyncio.sleep(_LOOK)
        return job

    def check(self) -> None:
        """Raises StartError when a part has ended that nobody killed."""
        for name, process in self.processes.items():
            if process.returncode not in {None, -signal.SIGKILL}:
                said = (self.folder / f"{name.replace(' ', '-')}.txt").read_text(errors="replace")
                raise StartError(f"{name} ended:\n{said[-2000:]}")

    async def stop(self) -> None:
        """All of them, in good order."""
        running = [p for p in self.processes.values() if p.returncode is None]
        for process in running:
            process.terminate()
        _, late = await asyncio.wait(
            [asyncio.create_task(process.wait()) for process in running] or [_nothing()],
            timeout=_STOP_SECONDS,
        )
        if late:
            for process in running:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()


def _nothing() -> "asyncio.Task[None]":
    return asyncio.create_task(asyncio.sleep(0))


async def _demo(console: Console, folder: Path, url: str, file: Path | None, lang: str) -> int:
    video = file or await demo_chat.unplayable(folder / "holiday.mkv", _SECONDS)
    async with StandIn(folder=folder / "telegram") as standin:
        console.print(
            "[dim]A stand-in for Telegram and a PostgreSQL run on this machine;"
            " the front end and the workers are the real ones.[/]"
        )
        async with _house(console, folder, url, standin) as house:
            await _all_there(house, standin)
            user = standin.user(lang=lang, name="Ira")
            showing = asyncio.create_task(demo_chat.show(console, user))
            try:
                sent = await user.send_document(video)
                await user.wait_for_message(
                    lambda m: m.from_bot and m.reply_to == sent.id, timeout=_WAIT_SECONDS
                )
                if await house.job() is not None:
                    await _kill_whoever_converts(house)
                    await house.until(lambda job: job.phase in {"done", "failed", "refused"})
                answers = [m for m in user.bot_messages if m.reply_to == sent.id]
                await asyncio.wait({showing}, timeout=1.0)
            finally:
                showing.cancel()
        return _conclude(house, answers, video)


@contextlib.asynccontextmanager
async def _house(
    console: Console, folder: Path, url: str, standin: StandIn
) -> AsyncIterator[_House]:
    given = apart(standin, folder) | {"database_url": url}
    environment = without(dict(os.environ), given) | as_variables(given) | DIRECT
    house = _House(console, environment, folder, url)
    try:
        # One after the other: the first makes the tables.
        await house.start("front end", "--role", "frontend")
        await house.start("worker 1", "--role", "worker", "--slots", "1")
        await house.start("worker 2", "--role", "worker", "--slots", "1")
        yield house
    finally:
        await house.stop()


async def _all_there(house: _House, standin: StandIn) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while await house.parts() < len(house.processes):
            house.check()
            await asyncio.sleep(_LOOK)
    await standin.wait_until_polled(timeout=_START_SECONDS)
    house.say("all three are at work; a video is sent")


async def _kill_whoever_converts(house: _House) -> None:
    """In mid-conversion, before everybody's eyes."""
    job = await house.until(lambda job: job.phase not in {"queued", "downloading"})
    name = house.name_of(job.pid)
    if name is not None:
        house.say(f"{name} converts it")
        await asyncio.sleep(_WORKED)
        job = await house.job() or job
    if job.phase != "converting" or name is None:
        house.say("it was done before anybody could be killed: try a longer video")
        return
    os.kill(house.processes[name].pid, signal.SIGKILL)
    killed = time.monotonic()
    house.say(f"kill -9 {name}: no goodbye, its video half converted")
    after = await house.until(lambda now: now.attempt > job.attempt)
    waited = time.monotonic() - killed
    house.say(f"{house.name_of(after.pid)} has taken over, {waited:.1f} s after the kill")


def _conclude(house: _House, answers: list[SeenMessage], video: Path) -> int:
    results = [message for message in answers if message.kind != "text"]
    if len(results) != 1:
        house.console.print(f"[red]The video came back {len(results)} times.[/]")
        return 1
    house.say("delivered, once")
    return demo_chat.conclude(house.console, results[0], video, time.monotonic() - house.began)
