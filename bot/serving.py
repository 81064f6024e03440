"""A bot put together, while it serves: from its start to an end in good order."""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot

from bot.dialog.crier import Crier
from bot.jobs.dispatch import Dispatch
from bot.jobs.gate import Gate
from bot.jobs.notices import Notices
from bot.jobs.worker import Worker
from bot.telegram.introduction import Inline, be_reachable, introduce
from bot.telegram.polling import Poller

log = structlog.get_logger(__name__)

_DRAIN_SECONDS: Final = 3.0
_LAST_WORDS_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class App:
    """A bot put together, its converter open and its queue recovered."""

    bot: Bot
    poller: Poller
    dispatch: Dispatch
    worker: Worker
    board: Notices
    inline: Inline
    gate: Gate
    crier: Crier
    drop_pending: bool

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then end in good order, within 25 seconds.

        Raises PollingError or StartError when Telegram won't have this bot.
        """
        polling = asyncio.create_task(self._listen(), name="polling")
        working = asyncio.create_task(self.dispatch.run(self.worker.carry), name="dispatch")
        watching = [
            asyncio.create_task(self.worker.watch(), name="watch"),
            asyncio.create_task(self.gate.watch(), name="gate"),
        ]
        crying = asyncio.create_task(self.crier.run(), name="broadcasts")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        log.info("bot started")
        try:
            await asyncio.wait({polling, working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            log.info("bot stopping")
            failed = [t.exception() for t in (polling, working) if t.done() and not t.cancelled()]
            for task in watching:
                task.cancel()
            self.crier.close()
            last_words = asyncio.create_task(_ended(crying, _LAST_WORDS_SECONDS))
            await self._stop(polling, working, stopping)
            await last_words
        for error in failed:
            if error is not None:
                raise error
        log.info("bot stopped")

    async def _stop(
        self, polling: asyncio.Task[None], working: asyncio.Task[None], stopping: asyncio.Task[bool]
    ) -> None:
        for task in (polling, stopping):
            task.cancel()
        await asyncio.wait({polling, stopping})
        self.dispatch.stop()
        await asyncio.gather(self.poller.drain(_DRAIN_SECONDS), self.worker.stop())
        await asyncio.wait({working}, timeout=3.0)
        working.cancel()
        await self.board.close(_LAST_WORDS_SECONDS)

    async def _listen(self) -> None:
        await be_reachable(self.bot, drop_pending=self.drop_pending)
        introducing = asyncio.create_task(introduce(self.bot, self.inline), name="introduce")
        try:
            await self.poller.run()
        finally:
            introducing.cancel()
            await asyncio.gather(introducing, return_exceptions=True)


async def _ended(task: asyncio.Task[None], seconds: float) -> None:
    """Wait for a task's end, and end it after so long."""
    await asyncio.wait({task}, timeout=seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
