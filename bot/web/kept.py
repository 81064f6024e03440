"""Answers that are kept for a while: however often somebody looks, what is looked at is asked now
and then, by one at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from bot.storage.errors import StorageError
from converter.errors import ConversionError

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Kept(Generic[T]):
    """What `ask` says, for `age` seconds. `patience` is how many seconds somebody waits for it; it
    isn't broken off then, and who comes later has it. What can't be had is asked for anew by
    whoever comes next."""

    def __init__(self, ask: Callable[[], Awaitable[T]], *, age: float, patience: float) -> None:
        self._ask = ask
        self._age = age
        self._patience = patience
        self._asking: asyncio.Task[T | None] | None = None
        self._known: tuple[T, float] | None = None

    async def get(self) -> T | None:
        """None when it can't be had now."""
        if self._known is not None and time.monotonic() - self._known[1] < self._age:
            return self._known[0]
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._again())
        asking = self._asking
        await asyncio.wait({asking}, timeout=self._patience)
        return asking.result() if asking.done() and not asking.cancelled() else None

    async def close(self) -> None:
        """Break off what is being asked."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _again(self) -> T | None:
        self._known = None
        try:
            answer = await self._ask()
        except (StorageError, ConversionError, OSError) as error:
            log.debug("not to be had", cause=str(error))
            return None
        except Exception:
            # Whatever is wrong there, the rest is told.
            log.exception("a look failed")
            return None
        self._known = answer, time.monotonic()
        return answer
