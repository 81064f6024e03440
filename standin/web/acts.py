"""What somebody does in a chat: they write, send, tap, and change what they wrote."""

from typing import Any, Final

from aiohttp import web

from standin import albums
from standin.answers import CallbackAnswer
from standin.errors import ApiError
from standin.standin import StandIn
from standin.views import SeenMessage
from standin.web import uploads
from standin.web.questions import Json, content_of, message_of, text_of
from standin.web.refusals import Refusal
from standin.web.seats import Seat
from standin.web.shown import CAPTIONED, deeds
from standin.web.visitors import Visitor

MOST_FILES: Final = 10
_ANSWER_SECONDS: Final = 15.0


class Acts:
    """Handlers over one stand-in; all of them may raise Refusal."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._limits = standin.state.limits

    async def send(self, request: web.Request, visitor: Visitor, seat: Seat) -> web.Response:
        """A text, or files with the text under the first."""
        asked = await content_of(request)
        names = asked.get("uploads", [])
        if not isinstance(names, list):
            raise Refusal(400, "wrong")
        text = text_of(asked, self._limits.caption if names else self._limits.text)
        reply = None if asked.get("message") is None else message_of(seat, asked)
        if names:
            await self._send_files(visitor, seat, names, text, reply)
        elif text:
            await seat.person.send_text(text, reply_to=reply)
        else:
            raise Refusal(400, "empty")
        return web.json_response({})

    async def tap(self, request: web.Request, _visitor: Visitor, seat: Seat) -> web.Response:
        """A tap on a button that is there, by its place and its words; the bot's answer to it."""
        asked = await content_of(request)
        message, place = message_of(seat, asked), (asked.get("row"), asked.get("column"))
        found = [
            button
            for y, row in enumerate(message.keyboard)
            for x, button in enumerate(row)
            if (y, x) == place and button.text == asked.get("text") and not button.disabled
        ]
        if not found or found[0].callback_data is None:
            raise Refusal(409, "moved")
        query = seat.person.tap_only(message, callback_data=found[0].callback_data)
        try:
            answer = await self._standin.state.changed.until(lambda: query.answer, _ANSWER_SECONDS)
        except TimeoutError:
            raise Refusal(504, "silent") from None
        said = CallbackAnswer(answer)
        return web.json_response({"text": said.text, "alert": said.show_alert})

    async def edit(self, request: web.Request, _visitor: Visitor, seat: Seat) -> web.Response:
        """Another text, or another caption, of what one wrote oneself; the bot is told."""
        asked = await content_of(request)
        message = _allowed("edit", seat, asked)
        captioned = message.kind in CAPTIONED
        text = text_of(asked, self._limits.caption if captioned else self._limits.text)
        if not (text or captioned):
            raise Refusal(400, "empty")
        said: Json = {"caption": text} if captioned else {"text": text}
        try:
            await seat.person.edit(message, **said)
        except ApiError:  # as it was: a messenger says nothing of that either
            return web.json_response({})
        return web.json_response({})

    async def delete(self, request: web.Request, _visitor: Visitor, seat: Seat) -> web.Response:
        """Away for everybody; the bot isn't told."""
        seat.person.delete(_allowed("delete", seat, await content_of(request)))
        return web.json_response({})

    async def forward(self, request: web.Request, _visitor: Visitor, seat: Seat) -> web.Response:
        """The same again, with where it came from."""
        message = _allowed("forward", seat, await content_of(request))
        await seat.person.forward(message)
        return web.json_response({})

    async def _send_files(
        self,
        visitor: Visitor,
        seat: Seat,
        names: list[Any],
        text: str,
        reply: SeenMessage | None,
    ) -> None:
        if len(names) > MOST_FILES or len({str(name) for name in names}) < len(names):
            raise Refusal(400, "wrong")
        try:
            taken = visitor.take([str(name) for name in names])
        except KeyError:
            raise Refusal(404, "gone") from None
        album = albums.new_id(self._standin.state)
        await uploads.send(seat.person, taken, text, reply_to=reply, album=album)


def _allowed(deed: str, seat: Seat, asked: Json) -> SeenMessage:
    message = message_of(seat, asked)
    if deed not in deeds(message, seat):
        raise Refusal(409, "fixed")
    return message
