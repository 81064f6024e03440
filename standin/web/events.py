"""Server-sent events: a chat as it changes, from wherever a page stopped."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from standin.state import State
from standin.web.chatlog import Change
from standin.web.refusals import Refusal
from standin.web.seats import Seat
from standin.web.shown import message_json
from standin.web.visitors import Visitor, Visitors

Json = dict[str, Any]

_QUIET = 15.0
# A page that takes nothing for so long is gone, whatever its connection says.
_PATIENCE = 60.0
_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}
_STILL_HERE = b": still here\n\n"


class Streams:
    """The open streams, capped for each visitor and for all. `house` says what goes for everybody,
    and is told whenever it is another."""

    def __init__(
        self,
        state: State,
        visitors: Visitors,
        house: Callable[[], Json],
        *,
        each: int,
        together: int,
    ) -> None:
        self._state = state
        self._visitors = visitors
        self._house = house
        self._each = each
        self._together = together
        self._closing = False

    async def serve(self, request: web.Request, visitor: Visitor, seat: Seat) -> web.StreamResponse:
        """Until the page goes away. Raises Refusal where too many are open."""
        if visitor.streams >= self._each or self._visitors.streams >= self._together:
            raise Refusal(429, "streams")
        visitor.streams += 1
        response = web.StreamResponse(headers=_HEADERS)
        try:
            await response.prepare(request)
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._tell(request, response, visitor, seat)
        finally:
            visitor.streams -= 1
        return response

    async def close(self, _app: web.Application) -> None:
        """End them all: a server that stops waits for nobody."""
        self._closing = True
        self._state.changed.fire()

    async def _tell(
        self, request: web.Request, response: web.StreamResponse, visitor: Visitor, seat: Seat
    ) -> None:
        log, acts = seat.log, len(seat.person.actions)
        house: Json = {}
        place = log.place(request.headers.get("Last-Event-ID", ""))
        if place is None:
            place = 0
            await _write(response, b"event: anew\ndata: {}\n\n")
        while not (self._closing or visitor.gone):
            try:
                async with asyncio.timeout(_QUIET):
                    await self._news(visitor, seat, (place, acts, house))
            except TimeoutError:
                await _write(response, _STILL_HERE)
                continue
            if house != self._house():
                house = self._house()
                await _write(response, _named("house", house))
            for change in log.since(place):
                await _write(response, _event(log.name(change), change, seat))
                place = change.number
            if actions := seat.person.actions[acts:]:
                await _write(response, _named("action", {"action": actions[-1]}))
                acts += len(actions)

    async def _news(self, visitor: Visitor, seat: Seat, told: tuple[int, int, Json]) -> None:
        """Until there is something that wasn't told: in the chat, of what the bot says it is
        doing, of the house."""
        place, acts, house = told

        def look() -> bool | None:
            news = seat.log.since(place) or seat.person.actions[acts:] or self._house() != house
            return bool(news) or self._closing or visitor.gone or None

        await self._state.changed.until(look, None)


def _event(name: str, change: Change, seat: Seat) -> bytes:
    message = change.message
    if message.deleted:
        return f"id: {name}\n".encode() + _named("gone", {"id": message.id})
    return f"id: {name}\n".encode() + _named("message", message_json(message, seat))


def _named(kind: str, content: Json) -> bytes:
    # ASCII alone: no text of a stranger's can end a line.
    return f"event: {kind}\ndata: {json.dumps(content)}\n\n".encode()


async def _write(response: web.StreamResponse, content: bytes) -> None:
    """Raises TimeoutError for a page that doesn't read, and ConnectionError for one that left."""
    async with asyncio.timeout(_PATIENCE):
        await response.write(content)
