"""What the page can ask for."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from standin import albums
from standin.answers import CallbackAnswer
from standin.entities import utf16_length
from standin.standin import StandIn
from standin.views import SeenMessage
from standin.web import files, pages, uploads
from standin.web.events import Streams
from standin.web.pages import Words
from standin.web.refusals import Refusal
from standin.web.visitors import FullError, Visitor, Visitors

Json = dict[str, Any]

_ANSWER_SECONDS = 15.0
_MOST_FILES = 10
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Caps:
    """Bytes of one upload, and of all that a visitor stores."""

    file: int
    stored: int


class Routes:
    """Handlers over one stand-in. `cookie` names the cookie, once the port is known."""

    def __init__(
        self, standin: StandIn, words: Words, visitors: Visitors, streams: Streams, caps: Caps
    ) -> None:
        self.cookie = "sandbox"
        self._standin = standin
        self._words = words
        self._visitors = visitors
        self._streams = streams
        self._caps = caps
        self._static = pages.load()

    def add_to(self, app: web.Application) -> None:
        """Every address there is."""
        get, post = app.router.add_get, app.router.add_post
        get("/", self._page)
        get("/static/{name}", self._file_of_page)
        post("/api/visit", self._visit)
        get("/api/events", self._known(self._streams.serve))
        get("/api/files/{message}/{part}", self._known(files.answer))
        get("/api/commands", self._known(self._commands))
        post("/api/language", self._known(self._language))
        post("/api/uploads", self._known(self._upload))
        post("/api/messages", self._known(self._message))
        post("/api/taps", self._known(self._tap))

    def _known(
        self, handler: Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """For visitors alone, each in their own chat."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visitor = self._visitors.find(request.cookies.get(self.cookie))
            if visitor is None:
                raise Refusal(401, "stranger")
            return await handler(request, visitor)

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
        asked = await _json(request)
        visitor = self._visitors.find(request.cookies.get(self.cookie))
        key = None
        if visitor is None:
            lang = self._language_of(asked)
            try:
                key, visitor = self._visitors.admit(lang, self._words[lang]["person"])
            except FullError:
                raise Refusal(503, "crowded") from None
        response = web.json_response(self._whole(visitor))
        if key is not None:
            response.set_cookie(
                self.cookie, key, httponly=True, samesite="Strict", path="/", max_age=_YEAR
            )
        return response

    async def _language(self, request: web.Request, visitor: Visitor) -> web.Response:
        visitor.lang = self._language_of(await _json(request))
        return web.json_response(self._whole(visitor))

    async def _commands(self, _request: web.Request, visitor: Visitor) -> web.Response:
        return web.json_response({"commands": self._standin.commands(visitor.lang)})

    async def _upload(self, request: web.Request, visitor: Visitor) -> web.Response:
        name, _ = await uploads.receive(
            request, visitor, largest=self._caps.file, together=self._caps.stored
        )
        return web.json_response({"upload": name})

    async def _message(self, request: web.Request, visitor: Visitor) -> web.Response:
        """A text, or files with the text under the first."""
        asked = await _json(request)
        text, names = asked.get("text", ""), asked.get("uploads", [])
        if not (isinstance(text, str) and isinstance(names, list)):
            raise Refusal(400, "wrong")
        limits = self._standin.state.limits
        if utf16_length(text) > (limits.caption if names else limits.text) or not _is_utf8(text):
            raise Refusal(400, "long")
        reply = self._replied(visitor, asked)
        if names:
            await self._send_files(visitor, names, text.strip(), reply)
        elif text.strip():
            await visitor.user.send_text(text.strip(), reply_to=reply)
        else:
            raise Refusal(400, "empty")
        return web.json_response({})

    async def _send_files(
        self, visitor: Visitor, names: list[Any], text: str, reply: SeenMessage | None
    ) -> None:
        if len(names) > _MOST_FILES or len({str(name) for name in names}) < len(names):
            raise Refusal(400, "wrong")
        try:
            taken = visitor.take([str(name) for name in names])
        except KeyError:
            raise Refusal(404, "gone") from None
        album = albums.new_id(self._standin.state)
        await uploads.send(visitor.user, taken, text, reply_to=reply, album=album)

    async def _tap(self, request: web.Request, visitor: Visitor) -> web.Response:
        """A tap on a button that is there, by its place and its words; the bot's answer to it."""
        asked = await _json(request)
        message, place = (
            self._asked_message(visitor, asked),
            (asked.get("row"), asked.get("column")),
        )
        found = [
            button
            for y, row in enumerate(message.keyboard)
            for x, button in enumerate(row)
            if (y, x) == place and button.text == asked.get("text") and not button.disabled
        ]
        if not found or found[0].callback_data is None:
            raise Refusal(409, "moved")
        query = visitor.user.tap_only(message, callback_data=found[0].callback_data)
        try:
            answer = await self._standin.state.changed.until(lambda: query.answer, _ANSWER_SECONDS)
        except TimeoutError:
            raise Refusal(504, "silent") from None
        said = CallbackAnswer(answer)
        return web.json_response({"text": said.text, "alert": said.show_alert})

    def _replied(self, visitor: Visitor, asked: Json) -> SeenMessage | None:
        if asked.get("message") is None:
            return None
        return self._asked_message(visitor, asked)

    def _asked_message(self, visitor: Visitor, asked: Json) -> SeenMessage:
        number = asked.get("message")
        message = visitor.message(number) if type(number) is int else None
        if message is None:
            raise Refusal(404, "gone")
        return message

    def _language_of(self, asked: Json) -> str:
        lang = str(asked.get("lang", ""))[:2].lower()
        return lang if lang in self._words else next(iter(self._words))

    def _whole(self, visitor: Visitor) -> Json:
        """What a page has to know from the start."""
        return {
            "lang": visitor.lang,
            "langs": list(self._words),
            "words": dict(self._words[visitor.lang]),
            "largest": self._caps.file,
            "files": _MOST_FILES,
        }


async def _json(request: web.Request) -> Json:
    try:
        found = json.loads(await request.text())
    except (ValueError, RecursionError):
        raise Refusal(400, "wrong") from None
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "large") from None
    if not isinstance(found, dict):
        raise Refusal(400, "wrong")
    return found


def _is_utf8(text: str) -> bool:
    """JSON can spell half of a surrogate pair, which is no text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
