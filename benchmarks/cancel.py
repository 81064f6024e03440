"""How soon a tap is answered while three conversions run: a bot that converts beside one that does
nothing, both the real program, tapped in turns on one machine in one run.

What the idle bot's answers take is the machine's share and the stand-in's; the rest is what the
bot's own work costs whoever taps.
"""

import asyncio
import contextlib
import logging
import statistics
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from benchmarks.table import HEADER, Row
from standin import SeenMessage, StandIn, User
from tests.support import footage
from tests.support.footage import Footage
from tests.support.stage import UNPACED, Stage, greeted, reaches, status_of

ROUNDS = 6
TAPPERS = 6
MENU_TAPS = 3
_SLOTS = 3
_PATIENCE = 120.0
_CANCEL = "✖️ Cancel"
_PAGES = ("Format", "Back")


@dataclass(slots=True)
class Times:
    """Seconds from a tap to its answer, by what was tapped."""

    by_kind: dict[str, list[float]] = field(default_factory=dict)

    async def tap(self, kind: str, user: User, message: SeenMessage, words: str) -> None:
        """Tap a button and note how long the answer took."""
        clock = asyncio.get_running_loop().time
        began = clock()
        await user.tap(message, words, timeout=_PATIENCE)
        self.by_kind.setdefault(kind, []).append(clock() - began)

    @property
    def all(self) -> list[float]:
        """Of all kinds."""
        return [seconds for times in self.by_kind.values() for seconds in times]


class House:
    """A bot whose places are all taken, and people who tap. Where it is not `busy`, its downloads
    hang, so that it does nothing at all."""

    def __init__(self, standin: StandIn, clips: Footage, *, busy: bool) -> None:
        self.times = Times()
        self._standin = standin
        self._clips = clips
        self._running = "Converting" if busy else "Downloading"
        if not busy:
            standin.faults.add("download", times=None, stall_after=1000)
        self._runners: list[tuple[User, SeenMessage]] = []
        self._tappers: list[tuple[User, SeenMessage]] = []

    async def fill(self) -> None:
        """Take every place, and open a menu for each of those who tap."""
        for number in range(TAPPERS):
            user = await greeted(self._standin, name=f"T{number}")
            settings = await user.wait_for_message(after=await user.send_text("/settings"))
            await user.tap(settings, "ask me first")
            card = await status_of(user, await user.send_document(self._clips.fine))
            await _offered(user, card, _PAGES[0])
            await user.tap(settings, "ask me first")
            self._tappers.append((user, card))
        for number in range(_SLOTS):
            user = await greeted(self._standin, name=f"R{number}")
            self._runners.append((user, await self._run(user)))

    async def round(self, number: int) -> None:
        """Everybody taps once on Cancel and some times on a menu; now and then what runs is
        cancelled."""
        await self._refill()
        await asyncio.gather(*(self._cancel(user) for user, _ in self._tappers))
        for _ in range(MENU_TAPS):
            for words in _PAGES:
                await asyncio.gather(
                    *(self._turn(user, card, words) for user, card in self._tappers)
                )
        if number % _SLOTS == 0:
            user, status = self._runners[number // _SLOTS % _SLOTS]
            if _can_be_cancelled(status):
                await self.times.tap("running", user, status, _CANCEL)

    async def _cancel(self, user: User) -> None:
        status = await status_of(
            user, await user.send_document(self._clips.quick), timeout=_PATIENCE
        )
        await self.times.tap("waiting", user, status, _CANCEL)
        await reaches(user, status, "stopped", timeout=_PATIENCE)

    async def _turn(self, user: User, card: SeenMessage, words: str) -> None:
        await self.times.tap("menu", user, card, words)
        await _offered(user, card, _PAGES[1] if words == _PAGES[0] else _PAGES[0])

    async def _refill(self) -> None:
        for at, (user, status) in enumerate(self._runners):
            if not _can_be_cancelled(status):
                self._runners[at] = (user, await self._run(user))

    async def _run(self, user: User) -> SeenMessage:
        status = await status_of(
            user, await user.send_document(self._clips.slow), timeout=_PATIENCE
        )
        return await reaches(user, status, self._running, timeout=_PATIENCE)


def _can_be_cancelled(status: SeenMessage) -> bool:
    return any(_CANCEL in button.text for button in status.buttons)


async def _offered(user: User, card: SeenMessage, words: str) -> None:
    await user.wait_until(
        lambda: any(words in button.text for button in card.buttons), timeout=_PATIENCE
    )


@contextlib.asynccontextmanager
async def _house(folder: Path, clips: Footage, *, busy: bool) -> AsyncIterator[House]:
    async with StandIn(folder=folder / "telegram", pace=UNPACED) as standin:
        stage = Stage(standin, folder / "bot", download_idle_timeout=3600.0)
        async with stage.program(max_concurrent_conversions=_SLOTS):
            house = House(standin, clips, busy=busy)
            await house.fill()
            yield house
            standin.faults.clear()


async def measure(folder: Path) -> Row:
    """The bots take turns, round by round."""
    clips = await asyncio.to_thread(footage.make, _made(folder / "taps"))
    async with (
        _house(_made(folder / "taps-idle"), clips, busy=False) as idle,
        _house(_made(folder / "taps-busy"), clips, busy=True) as busy,
    ):
        for number in range(ROUNDS):
            for house in (busy, idle):
                await house.round(number)
    ratio = _share(busy.times.all, 99) / _share(idle.times.all, 99)
    kinds = "; ".join(f"{kind} {_told(times)}" for kind, times in busy.times.by_kind.items())
    return Row(
        f"{len(busy.times.all)} taps answered while three conversions run, 99 of 100 within",
        f"{_share(busy.times.all, 99) * 1000:.0f} ms",
        "< 300 ms",
        f"busy {_told(busy.times.all)}, idle bot beside it {_told(idle.times.all)}: "
        f"{ratio:.2f} times as long. Of these {kinds}",
    )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _share(times: list[float], percent: int) -> float:
    """So many of a hundred are at most this."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _told(times: list[float]) -> str:
    if len(times) == 1:
        return f"{times[0] * 1000:.0f} ms"
    return "/".join(f"{_share(times, percent) * 1000:.0f}" for percent in (50, 90, 99)) + " ms"


async def _main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        print(HEADER)
        print(await measure(Path(name)))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_main())
