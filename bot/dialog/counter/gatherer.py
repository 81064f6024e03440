"""Closes albums: once nothing more has come for a moment, or when they are full."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.dialog.stores.gathering import Added, Album, Gatherings
from bot.jobs.model import NewJob
from bot.jobs.store.durable import surely

log = structlog.get_logger(__name__)

# A messenger brings an album within this, even by different ways.
SILENCE: Final = 1.5

Close = Callable[[Album], Awaitable[None]]


async def _nobody(_: Album) -> None:
    """Nobody listens yet."""


class Gatherer:
    """Collects the messages of albums. `on_closed`, set before the first comes in, is called with
    each album that is whole; should the process die before that has returned, the next one calls
    it again."""

    def __init__(self, store: Gatherings, *, silence: float = SILENCE) -> None:
        self._store = store
        self.on_closed: Close = _nobody
        self._silence = silence
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def add(self, new: NewJob, name: str, *, ask: bool, file: bool = True) -> Added:
        """See Gatherings.add: durable once this returns."""
        added, album = await self._store.add(new, name, ask=ask, file=file)
        if added is Added.GATHERED:
            self._wait(album)
        return added

    async def resume(self) -> None:
        """After a start: go on waiting for what was coming in."""
        for album in await self._store.unfinished():
            self._wait(album)

    async def close(self) -> None:
        """Wait for nothing more: the next process does."""
        tasks = [*self._waiting.values(), *self._closing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wait(self, album: Album) -> None:
        if (before := self._waiting.pop(album.id, None)) is not None:
            before.cancel()
        pause = 0.0 if album.full else self._silence
        self._waiting[album.id] = asyncio.create_task(self._then(album.id, pause))

    async def _then(self, album_id: str, pause: float) -> None:
        await asyncio.sleep(pause)
        # From here on a further message doesn't begin the waiting anew.
        task = self._waiting.pop(album_id)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        try:
            await surely(lambda: self._whole(album_id))
        except Exception:
            log.exception("album broke", album=album_id)

    async def _whole(self, album_id: str) -> None:
        album = await self._store.seal(album_id)
        if album is not None:
            await self.on_closed(album)
            await self._store.done(album_id)
