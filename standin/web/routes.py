"""What the page can ask for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from standin.standin import StandIn
from standin.web import files, pages, seats, uploads
from standin.web.acts import MOST_FILES, Acts
from standin.web.events import Streams
from standin.web.hood import Hood
from standin.web.pages import Words
from standin.web.questions import content_of
from standin.web.rates import Rates
from standin.web.refusals import Refusal
from standin.web.seats import Seat
from standin.web.visitors import FullError, Visitor, Visitors

Json = dict[str, Any]
Asked = Callable[[web.Request, Visitor, Seat], Awaitable[web.StreamResponse]]

_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Caps:
    """Bytes of one upload, of all that a visitor stores, of all that everybody does; new visitors
    of one address in a minute."""

    file: int
    stored: int
    together: int
    newcomers: int | None


class Routes:
    """Handlers over one stand-in. `cookie` names the cookie, once the port is known."""

    def __init__(
        self,
        standin: StandIn,
        words: Words,
        visitors: Visitors,
        streams: Streams,
        hood: Hood,
        caps: Caps,
    ) -> None:
        self.cookie = "sandbox"
        self._hood = hood
        self._standin = standin
        self._words = words
        self._visitors = visitors
        self._streams = streams
        self._caps = caps
        self._newcomers = Rates(caps.newcomers)
        self._static = pages.load()

    def add_to(self, app: web.Application) -> None:
        """Every address there is."""
        get, post = app.router.add_get, app.router.add_post
        acts = Acts(self._standin)
        get("/", self._page)
        get("/static/{name}", self._file_of_page)
        post("/api/visit", self._visit)
        get("/api/events", self.known(self._streams.serve))
        get("/api/files/{message}/{part}", self.known(files.answer))
        get("/api/commands", self.known(self._commands))
        post("/api/language", self.known(self._language))
        post("/api/uploads", self.known(self._upload))
        post("/api/messages", self.known(acts.send))
        post("/api/taps", self.known(acts.tap))
        post("/api/edits", self.known(acts.edit))
        post("/api/deletions", self.known(acts.delete))
        post("/api/forwards", self.known(acts.forward))
        get("/api/hood/{message}", self.known(self._hood.answer))

    def known(self, handler: Asked) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """For visitors alone, each in their own chats."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visitor = self._visitors.find(request.cookies.get(self.cookie))
            if visitor is None:
                raise Refusal(401, "stranger")
            if request.method == "POST" and not visitor.acts():
                raise Refusal(429, "often")
            return await handler(request, visitor, _seat(request, visitor))

        return handle

    async def _page(self, _request: web.Request) -> web.Response:
        page = self._static[pages.PAGE]
        return web.Response(body=page.body, content_type=page.mime_type, charset="utf-8")

    async def _file_of_page(self, request: web.Request) -> web.Response:
        static = self._static.get(request.match_info["name"])
        if static is None:
            raise Refusal(404, "gone")
        fresh = {"ETag": f'"{static.tag}"', "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == fresh["ETag"]:
            return web.Response(status=304, headers=fresh)
        return web.Response(
            body=static.body, content_type=static.mime_type, charset="utf-8", headers=fresh
        )

    async def _visit(self, request: web.Request) -> web.Response:
        """Who comes with a cookie goes on in their chat, anybody else gets one."""
        asked = await content_of(request)
        visitor = self._visitors.find(request.cookies.get(self.cookie))
        key = None
        if visitor is None and not self._newcomers.take(request.remote or ""):
            raise Refusal(429, "often")
        if visitor is None:
            try:
                key, visitor = self._visitors.admit(self._language_of(asked))
            except FullError:
                raise Refusal(503, "crowded") from None
        response = web.json_response(self._whole(visitor, _seat(request, visitor)))
        if key is not None:
            response.set_cookie(
                self.cookie, key, httponly=True, samesite="Strict", path="/", max_age=_YEAR
            )
        return response

    async def _language(self, request: web.Request, visitor: Visitor, seat: Seat) -> web.Response:
        visitor.speak(self._language_of(await content_of(request)))
        return web.json_response(self._whole(visitor, seat))

    async def _commands(self, _request: web.Request, visitor: Visitor, seat: Seat) -> web.Response:
        found = self._standin.commands(visitor.lang, group=seat.room == seats.GROUP)
        return web.json_response({"commands": found})

    async def _upload(self, request: web.Request, visitor: Visitor, _seat: Seat) -> web.Response:
        caps = self._caps
        self._visitors.tidy(visitor)
        room = min(
            caps.stored - self._visitors.stored_by(visitor), caps.together - self._visitors.stored
        )
        name, _ = await uploads.receive(request, visitor, largest=caps.file, room=room)
        return web.json_response({"upload": name})

    def _language_of(self, asked: Json) -> str:
        lang = str(asked.get("lang", ""))[:2].lower()
        return lang if lang in self._words else next(iter(self._words))

    def _whole(self, visitor: Visitor, seat: Seat) -> Json:
        """What a page has to know from the start."""
        return {
            "lang": visitor.lang,
            "langs": list(self._words),
            "words": dict(self._words[visitor.lang]),
            "largest": self._caps.file,
            "files": MOST_FILES,
            "person": seat.number,
            "room": seat.room,
            "people": seats.PEOPLE,
            "bot": self._standin.state.bot.username,
        }


def _seat(request: web.Request, visitor: Visitor) -> Seat:
    """The one that the address names."""
    number = seats.number_of(request.query.get("person", "1"))
    room = request.query.get("room", seats.PRIVATE)
    if number is None or room not in seats.ROOMS:
        raise Refusal(404, "gone")
    return visitor.seat(number, room)
