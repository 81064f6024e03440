"""Server-sent events: a chat as it changes, from wherever a page stopped."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Most:
    """How many streams may be open: of one visitor, to one address, together."""

    each: int
    address: int
    together: int


@dataclass(eq=False)
class _Stream:
    """One page that listens. `dropped` is one that made room for another."""

    visitor: Visitor
    address: str
    request: web.Request
    dropped: bool = False

    @property
    def over(self) -> bool:
        """Nobody is told anything by it any more, though its handler may not have heard."""
        transport = self.request.transport
        return self.dropped or self.visitor.gone or transport is None or transport.is_closing()


class Streams:
    """The open streams, capped. `house` says what goes for everybody, and is told whenever it is
    another."""

    def __init__(
        self, state: State, visitors: Visitors, house: Callable[[], Json], most: Most
    ) -> None:
        self._state = state
        self._visitors = visitors
        self._house = house
        self._most = most
        self._open: list[_Stream] = []
        self._closing = False

    async def serve(self, request: web.Request, visitor: Visitor, seat: Seat) -> web.StreamResponse:
        """Until the page goes away. Raises Refusal where too many are open."""
        stream = _Stream(visitor, request.remote or "", request)
        self._make_room(stream)
        self._open.append(stream)
        visitor.streams += 1
        response = web.StreamResponse(headers=_HEADERS)
        try:
            await response.prepare(request)
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._tell(stream, response, seat)
        finally:
            self._open.remove(stream)
            visitor.streams -= 1
        return response

    def _make_room(self, new: _Stream) -> None:
        """Where all are in use, the stream of whoever acted longest ago goes; nobody's goes for
        somebody who acted before them. Raises Refusal."""
        there = [stream for stream in self._open if not stream.over]
        if sum(stream.visitor is new.visitor for stream in there) >= self._most.each:
            raise Refusal(429, "streams")
        neighbours = [stream for stream in there if stream.address == new.address]
        for rivals, most in ((neighbours, self._most.address), (there, self._most.together)):
            if sum(not stream.over for stream in rivals) < most:
                continue
            idlest = min(rivals, key=lambda stream: stream.visitor.acted)
            if idlest.visitor.acted >= new.visitor.acted:
                raise Refusal(429, "streams")
            idlest.dropped = True
        self._state.changed.fire()

    async def close(self, _app: web.Application) -> None:
        """End them all: a server that stops waits for nobody."""
        self._closing = True
        self._state.changed.fire()

    async def _tell(self, stream: _Stream, response: web.StreamResponse, seat: Seat) -> None:
        log, acts = seat.log, len(seat.person.actions)
        house: Json = {}
        place = log.place(_told_before(stream.request))
        if place is None:
            place = 0
            await _write(response, b"event: anew\ndata: {}\n\n")
        while not (self._closing or stream.over):
            try:
                async with asyncio.timeout(_QUIET):
                    await self._news(stream, seat, (place, acts, house))
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

    async def _news(self, stream: _Stream, seat: Seat, told: tuple[int, int, Json]) -> None:
        """Until there is something that wasn't told: in the chat, of what the bot says it is
        doing, of the house; or nobody is to be told any more."""
        place, acts, house = told

        def look() -> bool | None:
            news = seat.log.since(place) or seat.person.actions[acts:] or self._house() != house
            return bool(news) or self._closing or stream.over or None

        await self._state.changed.until(look, None)


def _told_before(request: web.Request) -> str:
    """The last event that a page has: its browser says so when it takes a stream up again, and the
    page itself where it opens another."""
    return request.headers.get("Last-Event-ID") or request.query.get("after", "")


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
