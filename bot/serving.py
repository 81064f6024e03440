"""A bot put together, while it serves: from its start to an end in good order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot

from bot.dialog.admin.office import Office
from bot.dialog.counter.counter import Counter
from bot.dialog.counter.crier import Crier
from bot.dialog.counter.gatherer import Gatherer
from bot.jobs.dispatch import Dispatch
from bot.jobs.gate import Gate
from bot.jobs.relay import Relay
from bot.jobs.seeing.overview import Overview
from bot.jobs.showing.notices import Notices
from bot.jobs.store.durable import surely
from bot.jobs.work.hands import FarHands
from bot.jobs.work.pulse import Pulse
from bot.jobs.work.together import Together
from bot.jobs.work.worker import Worker
from bot.storage.leadership import Leadership
from bot.telegram.updates.feed import Feed
from bot.telegram.ways.introduction import Inline, introduce
from bot.telegram.ways.ways import Way

log = structlog.get_logger(__name__)

# What an orderly stop may take; the process has a few more to close what is open.
STOP_SECONDS: Final = 21.0
_DRAIN_SECONDS: Final = 3.0
_LAST_WORDS_SECONDS: Final = 3.0
_ANEW_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Back:
    """What works on jobs. `backlog` says how much there is to hand out, where a queue knows."""

    dispatch: Dispatch
    worker: Worker
    backlog: Callable[[], Awaitable[int]] | None = None

    async def stop(self, seconds: float) -> None:
        """Let what is nearly done finish, put the rest back; within so many seconds."""
        self.dispatch.stop()
        await self.worker.stop(seconds)


@dataclass(frozen=True, slots=True)
class Front:
    """What talks with people. One of all front ends leads: it polls, or tells Telegram where all of
    them are, shows how jobs get on (`relay`, as far as other processes tell of it), sends
    broadcasts, and goes on with what a dead one left. `overview` and `office` are for whoever shows
    the operator what there is, and does what is asked."""

    bot: Bot
    feed: Feed
    way: Way
    inline: Inline
    gate: Gate
    crier: Crier
    counter: Counter
    gatherer: Gatherer
    together: Together
    leadership: Leadership
    relay: Relay
    far: FarHands | None
    overview: Overview
    office: Office

    async def run(self) -> None:
        """Until cancelled. Raises PollingError, RefusedError or StartError when Telegram won't have
        this bot, or it can't be reached."""
        watching = asyncio.create_task(self.gate.watch(), name="gate")
        parts = [
            asyncio.create_task(self.way.serve(), name="updates"),
            asyncio.create_task(self.leadership.lead(self._lead), name="leadership"),
        ]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            watching.cancel()
            await _ended(parts, 0.0)
            # Handlers end, and what they have handled is confirmed.
            await self.way.drain(_DRAIN_SECONDS)
        for part in parts:
            if not part.cancelled() and (error := part.exception()) is not None:
                raise error

    async def stop(self) -> None:
        """Let what was begun beside end."""
        if self.far is not None:
            await self.far.stop()

    async def _lead(self) -> None:
        # One begins to lead when the database has been away, more often than not.
        await surely(self.gatherer.resume)
        await surely(self.counter.resume)
        beside = [
            asyncio.create_task(_kept_up("together", self.together.resume), name="together"),
            asyncio.create_task(_kept_up("broadcasts", self.crier.run), name="broadcasts"),
            asyncio.create_task(_kept_up("relay", self.relay.run), name="relay"),
        ]
        try:
            await self._listen()
        finally:
            self.crier.close()
            await _ended(beside[1:2], _LAST_WORDS_SECONDS)
            await _ended(beside, 0.0)

    async def _listen(self) -> None:
        introducing = asyncio.create_task(introduce(self.bot, self.inline), name="introduce")
        try:
            await self.way.lead()
        finally:
            introducing.cancel()
            await asyncio.gather(introducing, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class App:
    """A bot put together, or one of its parts, its queue recovered."""

    bot: Bot
    board: Notices
    pulse: Pulse
    back: Back | None
    front: Front | None

    @property
    def worker(self) -> Worker:
        """The worker of a bot that has one."""
        assert self.back is not None  # noqa: S101 - whoever asks knows
        return self.back.worker

    @property
    def feed(self) -> Feed:
        """The feed of a bot that has one."""
        assert self.front is not None  # noqa: S101 - whoever asks knows
        return self.front.feed

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then end in good order, within `STOP_SECONDS`.

        Raises PollingError or StartError when Telegram won't have this bot.
        """
        parts: list[asyncio.Task[None]] = []
        if self.front is not None:
            parts.append(asyncio.create_task(self.front.run(), name="front"))
        if self.back is not None:
            working = self.back.dispatch.run(self.back.worker.carry)
            parts.append(asyncio.create_task(working, name="dispatch"))
        pulse = asyncio.create_task(self.pulse.run(), name="pulse")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        log.info("bot started")
        try:
            await asyncio.wait({*parts, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            log.info("bot stopping")
            failed = [task.exception() for task in parts if task.done() and not task.cancelled()]
            stopping.cancel()
            await self._stop(parts)
            pulse.cancel()
            await asyncio.gather(pulse, stopping, return_exceptions=True)
        for error in failed:
            if error is not None:
                raise error
        log.info("bot stopped")

    async def _stop(self, parts: Sequence["asyncio.Task[None]"]) -> None:
        clock = asyncio.get_running_loop().time
        until = clock() + STOP_SECONDS - _LAST_WORDS_SECONDS
        fronts = [task for task in parts if task.get_name() == "front"]
        for task in fronts:
            task.cancel()
        ends = [_ended(fronts, _LAST_WORDS_SECONDS * 3)]
        if self.front is not None:
            ends.append(self.front.stop())
        if self.back is not None:
            ends.append(self.back.stop(until - clock()))
        await asyncio.gather(*ends)
        await _ended(parts, max(0.0, until - clock()))
        await self.board.close(_LAST_WORDS_SECONDS)


async def _ended(tasks: Sequence["asyncio.Task[None]"], seconds: float) -> None:
    """Wait for the end of tasks, and end them after so long."""
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _kept_up(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """A part that breaks is told of and begins anew: the others go on meanwhile."""
    while True:
        try:
            await part()
        except Exception:
            log.exception("a part broke, and begins anew", part=name)
            await asyncio.sleep(_ANEW_SECONDS)
        else:
            return
