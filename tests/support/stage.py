"""A stage for end-to-end tests: the stand-in, people, and the real bot, in this process or as the
real program, which can be killed."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from pydantic import SecretStr

from bot.app import App, open_app
from bot.jobs.showing.pace import Pace
from bot.settings import Settings, load_settings
from standin import Pace as ChatPace
from standin import SeenMessage, StandIn, User

ROOT = Path(__file__).parents[2]
# As many edits as the tests like: the pace towards Telegram has tests of its own.
FAST = Pace(
    private=0.05, group=0.05, private_chat=0.0, group_chat=0.0, patience=10.0, first_wait=0.05
)
UNPACED = ChatPace(messages=None, group_messages=None, edits=None)


class Stage:
    """One stand-in, and bots that come and go before it on the same data folder."""

    def __init__(self, standin: StandIn, folder: Path, **settings: object) -> None:
        self.standin = standin
        self.data = folder / "data"
        self.logs = folder / "logs"
        # Of programs, beside their settings.
        self.environment: dict[str, str] = {}
        # Tests send the same few clips again and again, and mean each to be converted.
        usual: dict[str, object] = {"runner": "host", "gpu": "off", "reuse_results": False}
        # Many bots run at once, and one of them alone could have the port.
        self._values = usual | {"metrics_listen": "off"} | settings
        # Returns when a bot that was just started serves, or raises after so many seconds.
        self.ready: Callable[[float], Awaitable[None]] = self._polled

    def settings(self, **more: object) -> Settings:
        """The bot's settings on this stage."""
        own: dict[str, object] = {
            "telegram_bot_token": self.standin.token,
            "telegram_api_url": self.standin.url,
            "data_dir": self.data,
            "log_dir": self.logs,
        }
        return load_settings(**own | self._values | more)

    @contextlib.asynccontextmanager
    async def bot(self, *, pace: Pace = FAST, **more: object) -> AsyncIterator[App]:
        """A bot in this process that listens; stopped in good order on leaving."""
        stop = asyncio.Event()
        self.standin.interrupt_poll()  # one that a dead bot left behind
        async with open_app(self.settings(**more), pace=pace) as app:
            serving = asyncio.create_task(app.run(stop))
            ready = asyncio.ensure_future(self.ready(30.0))
            await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                ready.cancel()
                serving.result()
            try:
                yield app
            finally:
                stop.set()
                await serving

    @contextlib.asynccontextmanager
    async def program(self, **more: object) -> AsyncIterator["Program"]:
        """The real `python3 telegram_bot.py` that serves; killed on leaving if it still runs."""
        settings = self.settings(**more)
        program = await Program.start(self, settings)
        try:
            yield program
        finally:
            await program.end()

    async def _polled(self, seconds: float) -> None:
        await self.standin.wait_until_polled(timeout=seconds)

    def leftovers(self) -> list[str]:
        """What lies in the folders where processes have their workspaces: nothing, once every job
        has ended."""
        work = self.data / "work"
        # os.walk passes over what the bot removes meanwhile; rglob of Python 3.11 fails at it.
        found = [
            os.path.relpath(os.path.join(folder, name), work)  # noqa: PTH118 - as os.walk has it
            for folder, folders, files in os.walk(work)
            for name in (*folders, *files)
        ]
        return sorted(path for path in found if os.sep in path)

    def log(self, name: str = "bot.log") -> str:
        """A log file of the program, "" when there is none yet."""
        path = self.logs / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""


class Program:
    """A running `python3 telegram_bot.py`."""

    def __init__(self, process: asyncio.subprocess.Process, errors: Path) -> None:
        self.process = process
        self._errors = errors

    @classmethod
    async def start(cls, stage: Stage, settings: Settings) -> "Program":
        """Start it and wait until it serves."""
        stage.standin.interrupt_poll()  # one that a dead bot left behind
        program = await cls.spawn(stage, settings)
        ready = asyncio.ensure_future(stage.ready(60.0))
        ended = asyncio.create_task(program.process.wait())
        await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            ready.cancel()
            raise AssertionError(f"the program ended: {program.stderr}")
        ended.cancel()
        await ready
        return program

    @classmethod
    async def spawn(cls, stage: Stage, settings: Settings, *args: str) -> "Program":
        """Start it, and wait for nothing."""
        stage.data.parent.mkdir(parents=True, exist_ok=True)
        errors = stage.data.parent / "stderr.txt"
        with errors.open("ab") as stderr:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(ROOT / "telegram_bot.py"),
                *args,
                cwd=stage.data.parent,
                env=environment(settings) | stage.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
            )
        return cls(process, errors)

    @property
    def stderr(self) -> str:
        """What it printed so far."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    async def stop(self, number: signal.Signals = signal.SIGTERM, *, within: float = 25.0) -> int:
        """Send a signal and wait for the end. Returns the exit status."""
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), within)

    async def end(self) -> None:
        """Kill it if it still runs."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
            await self.process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """Variables that say these settings, and nothing of this process's own but the path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, tuple):
            value = ",".join(value)
        if value is not None:
            kept[name.upper()] = str(value)
    return kept


async def greeted(standin: StandIn, lang: str = "en", name: str = "Ann") -> User:
    """A person who has said /start and been answered."""
    user = standin.user(lang=lang, name=name)
    await user.send_text("/start")
    await user.wait_for_message(lambda m: m.from_bot)
    return user


async def status_of(user: User, sent: SeenMessage, *, timeout: float = 15.0) -> SeenMessage:
    """The status message that answers a file, as soon as it is there."""
    return await user.wait_for_message(
        lambda m: m.from_bot and m.reply_to == sent.id, timeout=timeout
    )


async def reaches(
    user: User, message: SeenMessage, words: str, *, timeout: float = 30.0
) -> SeenMessage:
    """Wait until any version of a message has had `words` in it."""
    return await user.wait_for_message(
        lambda m: m.id == message.id and any(words in text for text in m.texts), timeout=timeout
    )
