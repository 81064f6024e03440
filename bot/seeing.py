"""How operators see inside a bot: what is asked of its parts, put together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from aiogram import Bot

from bot.jobs.house import waiting
from bot.jobs.store.store import JobStore
from bot.settings import METRICS_OFF, Settings
from bot.telegram.wire.contact import Contact
from bot.web.lookout import Lookout, Places, Sources
from bot.web.metrics import Metrics
from bot.web.readiness import Readiness
from bot.web.server import Doors, served
from converter.converter import Converter

Backlog = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Inside:
    """The parts of a bot that are looked at. `backlog` says how much the dispatcher has to hand
    out, None where that is the ready line, or another process's."""

    settings: Settings
    store: JobStore
    converter: Converter
    bot: Bot
    contact: Contact
    metrics: Metrics
    backlog: Backlog | None

    @contextlib.asynccontextmanager
    async def seen(self) -> AsyncIterator[None]:
        """Within the block it may be looked at."""
        if self.settings.metrics_listen == METRICS_OFF:
            yield
            return
        readiness = self._readiness()
        lookout = Lookout(self._sources(), readiness)
        doors = Doors(self.metrics, lookout, readiness)
        try:
            async with served(doors, self.settings.metrics_listen):
                yield
        finally:
            await asyncio.gather(lookout.close(), readiness.close(), return_exceptions=True)

    def _readiness(self) -> Readiness:
        return Readiness(
            {
                "database": self._database_writes,
                "runner": self._runner_answers,
                "messenger": partial(self.contact.reachable, self.bot),
            }
        )

    def _sources(self) -> Sources:
        work, kept = self.settings.data_dir / "work", self.settings.data_dir / "kept"
        return Sources(
            waiting=self._waiting,
            backlog=self.backlog or (None if self.store.shared else self._ready_line),
            containers=self._containers if self.converter.runner.kind == "docker" else None,
            sessions=lambda: {self.converter.runner.kind: len(self.converter.open_names)},
            cards=lambda: self.converter.cards.uses,
            places=Places(
                self.settings.data_dir, self.settings.log_dir, {"work": work, "kept": kept}
            ),
        )

    async def _database_writes(self) -> bool:
        """What it does all the time anyway: it says in the database that it is there."""
        await self.store.beat()
        return True

    async def _runner_answers(self) -> bool:
        await self.converter.runner.identity()
        return True

    async def _waiting(self) -> waiting.Waiting:
        return await waiting.look(self.store.transactions)

    async def _ready_line(self) -> int:
        return (await self._waiting()).ready

    async def _containers(self) -> int:
        return len(await self.converter.runner.left())
