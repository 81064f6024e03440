"""Keeps the sandbox's bot running: starts it, kills it on request and starts it again, and sees to
it that nothing of it is left at the end."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

from bot.cli.borrowed import DIRECT
from bot.conversions import StartError
from standin import StandIn

_READY_SECONDS: Final = 90.0
_STOP_SECONDS: Final = 30.0
_LAST_WORDS: Final = 2000
_PROJECT: Final = Path(__file__).parents[2]


class Keeper:
    """One bot at a time, which talks with the stand-in. `given` are its settings, as JSON has
    them."""

    def __init__(self, standin: StandIn, given: Mapping[str, object], folder: Path) -> None:
        self._standin = standin
        self._given = json.dumps(given).encode() + b"\n"
        self._said = folder / "bot.txt"
        self._process: asyncio.subprocess.Process | None = None
        self._changing = asyncio.Lock()
        self._closing = False
        self._ended = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It serves within the block. Raises StartError."""
        try:
            await self._start()
            yield
        finally:
            await self._stop()

    @property
    def pid(self) -> int | None:
        """The process that is the bot now."""
        return None if self._process is None else self._process.pid

    async def restart(self) -> None:
        """Kill it, as a crash or a power cut would, and start it again; returns once it serves, or
        once it is clear that it never will."""
        async with self._changing:
            process = self._process
            if process is None or self._ended.is_set():
                return
            await self._unwatched()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            try:
                await self._start()
            except (StartError, OSError):
                self._ended.set()

    async def ended(self) -> None:
        """Once it has ended by itself. Raises StartError with what it said."""
        await self._ended.wait()
        raise StartError(self._last_words())

    async def _start(self) -> None:
        """Raises StartError, also where it all ends meanwhile."""
        if self._closing:
            raise StartError("the sandbox ends")
        self._standin.interrupt_poll()  # one that a dead bot left behind
        with self._said.open("wb") as said:
            self._process = process = await asyncio.create_subprocess_exec(
                # Nothing of the folder that somebody happens to be in is ours.
                *(sys.executable, "-P", "-m", "bot.cli.sandbox_bot"),
                env=os.environ | DIRECT | {"PYTHONPATH": _search_path()},
                stdin=asyncio.subprocess.PIPE,
                stdout=said,
                stderr=said,
                # Ctrl-C is for us, and we tell it.
                start_new_session=True,
            )
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        with contextlib.suppress(ConnectionError):
            process.stdin.write(self._given)
            await process.stdin.drain()
        polled = asyncio.ensure_future(self._standin.wait_until_polled(timeout=_READY_SECONDS))
        gone = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({polled, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise StartError(self._last_words())
            await _came(polled)
        finally:
            for task in (polled, gone):
                task.cancel()
            await asyncio.gather(polled, gone, return_exceptions=True)
        self._watching = asyncio.create_task(self._watch(process))

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        self._ended.set()

    async def _unwatched(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def _stop(self) -> None:
        """In good order, or by force; one that is just being started too."""
        self._closing = True
        await self._unwatched()
        await self._end(self._process)
        async with self._changing:
            await self._unwatched()
            await self._end(self._process)

    async def _end(self, process: asyncio.subprocess.Process | None) -> None:
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _last_words(self) -> str:
        said = self._said.read_text(encoding="utf-8", errors="replace").strip()
        return said[-_LAST_WORDS:] or "the bot has ended"


def _search_path() -> str:
    """Where this program's rooms are found, wherever it was started."""
    return os.pathsep.join(filter(None, (str(_PROJECT), os.environ.get("PYTHONPATH", ""))))


async def _came(polled: "asyncio.Future[None]") -> None:
    try:
        await polled
    except AssertionError as error:
        raise StartError("the bot doesn't listen") from error
