"""Files on their way to Telegram: counted while they are taken, given up when nobody takes them.

aiogram knows one time limit for a whole request, which is too short for a large file or too long
for a dead line. Here silence is what ends a try; how long a moving upload takes doesn't matter.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Final

import aiofiles
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from bot.jobs.messenger import OnBytes

IDLE: Final = 60.0
# Each read costs a change of threads: with large ones an upload takes half the processor time.
_READ: Final = 1024 * 1024
# Silence is counted between blocks: with these a line of 2 kB/s still counts as moving.
_BLOCK: Final = 128 * 1024
# What a server is believed to pass on, in bytes a second, once it has everything from us.
_SLOWEST_SERVER: Final = 1024 * 1024


Place = Callable[[Path, str], str | None]
"""Where a server that sees our disk finds a file, under that name; None where it doesn't."""


async def _nothing() -> None:
    return None


class Upload:
    """The files of one request, through all its tries.

    `idle` is how many seconds nothing may be taken. `on_bytes` hears of bytes read and bytes in
    all. `before_last` is awaited once, before the last of them are given away: until then Telegram
    can't have acted on the request. From then on it may, and `on_bytes` hears of no further try.
    What `place` has a place for is not sent: the server takes it from there.
    """

    def __init__(
        self,
        on_bytes: OnBytes,
        *,
        idle: float = IDLE,
        before_last: Callable[[], Awaitable[object]] = _nothing,
        place: Place | None = None,
    ) -> None:
        self.size = 0
        self.placed = 0
        self._place = place
        self._on_bytes = on_bytes
        self._idle = idle
        self._before_last = before_last
        self._taken = 0
        self._given_once = False
        self._began = 0.0
        self._clock: asyncio.Timeout | None = None

    @property
    def given(self) -> bool:
        """All of it was taken in the latest try, so that Telegram may have acted on it."""
        return self._taken >= self.size

    def file(self, path: Path, name: str) -> InputFile:
        """A file that goes with this request, under that name."""
        size = path.stat().st_size
        address = self._place(path, name) if self._place is not None else None
        if address is not None:
            self.placed += size
            return ByAddress(address, name)
        self.size += size
        return _Counted(self, path, name)

    async def send(
        self, bot: Bot, method: TelegramMethod[TelegramType], most: float
    ) -> TelegramType:
        """Make the request once, within `most` seconds. Silence raises TelegramNetworkError, as
        every line that breaks."""
        self._taken = 0
        self._began = _now()
        if self.placed and not self.size:
            # The request itself is the last of it.
            await self._before_last()
        try:
            async with asyncio.timeout(self._idle + self._servers_time) as self._clock:
                return await bot(method, request_timeout=max(1, round(most)))
        except TimeoutError as error:
            words = "no answer came" if self.given else "nothing was taken"
            raise TelegramNetworkError(method, f"{words} for too long") from error
        finally:
            self._clock = None

    @property
    def weight(self) -> int:
        """Bytes that are on their way, by us or without us."""
        return self.size + self.placed

    @property
    def _servers_time(self) -> float:
        return self.placed / _SLOWEST_SERVER

    async def blocks(self, path: Path) -> AsyncGenerator[bytes, None]:
        """A file's blocks, from its beginning each time."""
        async with aiofiles.open(path, "rb") as file:
            while read := await file.read(_READ):
                for at in range(0, len(read), _BLOCK):
                    block = read[at : at + _BLOCK]
                    await self._about_to_give(self._taken + len(block))
                    yield block
                    self._took(len(block))

    async def _about_to_give(self, count: int) -> None:
        if self._given_once:
            return
        self._on_bytes(count, self.size)
        if count >= self.size:
            self._wait(None)
            await self._before_last()
            self._wait(self._idle)
            self._given_once = True

    def _took(self, count: int) -> None:
        self._taken += count
        if not self.given:
            self._wait(self._idle)
            return
        # The server's own way to Telegram isn't seen from here, and a slow line holds a part of
        # what was taken: as long again as it took so far.
        own = max(_now() - self._began, self.size / _SLOWEST_SERVER)
        self._wait(self._idle + own + self._servers_time)

    def _wait(self, seconds: float | None) -> None:
        """Bear so many seconds of silence from now on."""
        clock = self._clock
        # aiohttp may ask for one more block when the answer is there already.
        if clock is not None and not clock.expired():
            clock.reschedule(None if seconds is None else _now() + seconds)


class ByAddress(InputFile):
    """A file that is not sent: the server finds it at that address."""

    def __init__(self, address: str, name: str) -> None:
        super().__init__(filename=name)
        self.address = address

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:  # noqa: ARG002 - aiogram's signature
        """Nothing of it goes with the request."""
        for block in tuple[bytes, ...]():
            yield block


class _Counted(InputFile):
    """One of an upload's files."""

    def __init__(self, upload: Upload, path: Path, name: str) -> None:
        super().__init__(filename=name, chunk_size=_BLOCK)
        self._upload = upload
        self._path = path

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:  # noqa: ARG002 - aiogram's signature
        """The file's blocks, from its beginning each time."""
        async for block in self._upload.blocks(self._path):
            yield block


def _now() -> float:
    return asyncio.get_running_loop().time()
