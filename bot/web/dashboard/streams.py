"""Server-sent events: to each page what of it changed, the newest alone."""

import asyncio
import contextlib
from typing import Any, Final

import structlog
from aiohttp import web

from bot.storage.errors import StorageError
from bot.web.dashboard.guard import FRAMED
from bot.web.dashboard.live import Channel, Drawn
from bot.web.dashboard.sessions import Sessions
from bot.web.dashboard.visit import Visit

log = structlog.get_logger(__name__)

MOST: Final = 64
# After so many seconds a page hears that we are still here, and whether its session is.
_QUIET: Final = 15.0
# A page that takes nothing for so long is gone, whatever its connection says.
_PATIENCE: Final = 30.0
_HEADERS: Final = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class Streams:
    """The open ones, of everybody together."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._open: set[asyncio.Task[Any]] = set()
        self._closing = False

    async def serve(self, visit: Visit, channel: Channel) -> web.StreamResponse:
        """Until the page goes away, its session ends, or we do."""
        if len(self._open) >= MOST:
            return web.Response(status=503, headers={"Retry-After": "30"}, text="Too many.\n")
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._open.add(task)
        response = web.StreamResponse(headers=_HEADERS)
        response[FRAMED] = visit.framed
        try:
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with channel.watching():
                    await response.prepare(visit.request)
                    await self._tell(visit, channel, response)
        except asyncio.CancelledError:
            if not self._closing:
                raise
            task.uncancel()  # it was we who ended it, and the page hears a proper end
        except Exception:
            # The answer has begun: nothing else can be said in its place. The page asks again.
            log.exception("a page's news broke", path=visit.request.path)
        finally:
            self._open.discard(task)
        return response

    async def close(self, _app: web.Application) -> None:
        """End them all: a server that stops waits for nobody."""
        self._closing = True
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=1.0)

    async def _tell(self, visit: Visit, channel: Channel, response: web.StreamResponse) -> None:
        clock = asyncio.get_running_loop().time
        shown: Drawn | None = None
        has = visit.request.headers.get("Last-Event-ID", "")
        number, heard = 0, clock()
        while True:
            waiting = max(0.01, heard + _QUIET - clock())
            try:
                number = await asyncio.wait_for(channel.after(number), waiting)
            except TimeoutError:
                heard = clock()
                if not await self._still(visit):
                    await _write(response, "event: gone\ndata: {}\n\n")
                    return
                await _write(response, ": still here\n\n")
                continue
            drawn = await channel.drawn(visit.speech)
            news = "" if drawn.name == has else channel.told(drawn, shown)
            shown, has = drawn, ""
            if news:
                await _write(response, f"id: {drawn.name}\ndata: {news}\n\n")

    async def _still(self, visit: Visit) -> bool:
        """Whether the session is one; while the database is away it is."""
        if visit.session is None:
            return False
        try:
            return await self._sessions.find(visit.session.word) is not None
        except StorageError:
            return True


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(_PATIENCE):
        await response.write(text.encode("utf-8", "replace"))
