"""The gate for new work: open, shut for a while, or shut until all that is under way has ended."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

import structlog

from bot.jobs.store import JobStore
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

# How long a look at the queue may be the last one, whatever nobody told us.
_LOOK_SECONDS: Final = 2.0


class Passage(StrEnum):
    """Who may hand in new work. A start of the bot opens the gate: whoever stops it for good needs
    no gate, and whoever starts it again wants it to work."""

    OPEN = "open"
    PAUSED = "paused"
    DRAINING = "draining"
    DRAINED = "drained"


class Gate:
    """Whether new work comes in. `on_drained` hears once nothing is queued or running any more."""

    def __init__(
        self, store: JobStore, on_drained: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._store = store
        self._passage = Passage.OPEN
        self._moved = asyncio.Event()
        self.on_drained = on_drained

    @property
    def passage(self) -> Passage:
        """How it stands."""
        return self._passage

    def lets_in(self, *, trusted: bool) -> bool:
        """Whether something new may come in: admins' own also through a gate that is shut for a
        while, nobody's while everything comes to its end."""
        return self._passage is Passage.OPEN or (self._passage is Passage.PAUSED and trusted)

    def move(self, passage: Passage) -> None:
        """Open it, shut it, or let everything come to its end."""
        self._passage = passage
        self._moved.set()

    async def watch(self) -> None:
        """Until cancelled: find the moment when everything has come to its end."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            if self._passage is Passage.DRAINING and await self._ended():
                self._passage = Passage.DRAINED
                log.warning("drained: nothing is queued or running")
                if self.on_drained is not None:
                    await self.on_drained()

    async def _ended(self) -> bool:
        """When nothing is left True, when the gate is moved before that False."""
        while self._passage is Passage.DRAINING:
            changed = self._store.transactions.changed
            with contextlib.suppress(StorageError):
                if not await self._store.live():
                    return True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await changed.wait()
        return False
