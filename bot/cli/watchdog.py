"""What systemd is told of a service of `Type=notify`: that it is up, that it lives, that it stops.

One datagram for each word, see sd_notify(3). Without NOTIFY_SOCKET nobody asks, and nothing is
done.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

import structlog

log = structlog.get_logger(__name__)

_READY: Final = "READY=1"
_ALIVE: Final = "WATCHDOG=1"
_STOPPING: Final = "STOPPING=1"
_MICROSECONDS: Final = 1_000_000
# Seconds that what is said once waits for a place in the line, which holds ten words.
_PATIENCE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Watchdog:
    """Who is told, by the address of a datagram socket; every how many seconds they want to hear
    that we live, None for never."""

    address: str | None = None
    every: float | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """As systemd asks for it."""
        path = environment.get("NOTIFY_SOCKET", "")
        if not path.startswith(("/", "@")):
            return cls()
        # A name that begins with @ stands for one outside of the file system.
        address = "\0" + path[1:] if path.startswith("@") else path
        limit = environment.get("WATCHDOG_USEC", "")
        for_us = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        # Twice within the limit: one may come late.
        every = int(limit) / _MICROSECONDS / 2 if for_us and limit.isdecimal() else 0.0
        return cls(address, every or None)

    def ready(self) -> None:
        """It is up."""
        self._tell(_READY, _PATIENCE)

    def stopping(self) -> None:
        """It has begun to stop."""
        self._tell(_STOPPING, _PATIENCE)

    @contextlib.asynccontextmanager
    async def fed(self) -> AsyncIterator[None]:
        """Within the block it is told that we live, by the event loop itself: one that is blocked
        says nothing."""
        feeding = asyncio.create_task(self._feed(self.every), name="watchdog")
        try:
            yield
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)

    async def _feed(self, every: float | None) -> None:
        while every is not None:
            self._tell(_ALIVE)
            await asyncio.sleep(every)

    def _tell(self, word: str, patience: float = 0.0) -> None:
        if self.address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.settimeout(patience)
                line.sendto(word.encode("ascii"), self.address)
        except OSError as error:
            log.warning("systemd is not told", word=word, cause=error.strerror or str(error))
