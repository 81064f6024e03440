"""Jobs straight from the store's ready line: the engine of a process that is alone."""

import asyncio
from typing import Final

from bot.jobs.model import Job
from bot.jobs.store.store import JobStore

_IDLE_SECONDS: Final = 30.0


class ReadyLine:
    """See `Source`."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    async def take(self) -> Job | None:
        """See Source."""
        return await self._store.take()

    async def wait(self) -> None:
        """See Source."""
        await self._store.wait(_IDLE_SECONDS)

    async def tend(self) -> None:
        """See Source: there is nothing to tend."""
        await asyncio.Event().wait()
