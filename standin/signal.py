"""Wait until something is true, woken by events and by nothing else."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

# Seconds that somebody waits for what surely comes: long, since a busy machine is no fault.
PATIENCE: Final = 40.0
# For what a conversion makes.
RESULT_PATIENCE: Final = 100.0


class Signal:
    """Those who wait look again each time somebody calls `fire`."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        """Wake everybody who waits."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, look: Callable[[], T | None], timeout: float | None) -> T:
        """The first result of `look` that is not None; TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while (found := look()) is None:
                await self._next()
            return found

    async def _next(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
