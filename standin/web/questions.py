"""What comes with a request, checked: whatever is wrong becomes a Refusal."""

import json
from typing import Any

from aiohttp import web

from standin.entities import utf16_length
from standin.views import SeenMessage
from standin.web.refusals import Refusal
from standin.web.seats import Seat

Json = dict[str, Any]

_MOST_DIGITS = 9


async def content_of(request: web.Request) -> Json:
    """The body, which has to be an object."""
    try:
        found = json.loads(await request.text())
    except (ValueError, RecursionError):
        raise Refusal(400, "wrong") from None
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "large") from None
    if not isinstance(found, dict):
        raise Refusal(400, "wrong")
    return found


def message_of(seat: Seat, asked: Json) -> SeenMessage:
    """The message that is meant, which has to be in this chat now."""
    number = asked.get("message")
    return _there(seat, number if type(number) is int else None)


def message_at(seat: Seat, request: web.Request) -> SeenMessage:
    """The same, where the address names it."""
    said = request.match_info["message"]
    known = said.isascii() and said.isdecimal() and len(said) <= _MOST_DIGITS
    return _there(seat, int(said) if known else None)


def text_of(asked: Json, most: int) -> str:
    """What was written, without the blanks around it; `most` UTF-16 units of it."""
    text = asked.get("text", "")
    if not isinstance(text, str):
        raise Refusal(400, "wrong")
    if utf16_length(text) > most or not _is_utf8(text):
        raise Refusal(400, "long")
    return text.strip()


def _there(seat: Seat, number: int | None) -> SeenMessage:
    message = None if number is None else seat.message(number)
    if message is None:
        raise Refusal(404, "gone")
    return message


def _is_utf8(text: str) -> bool:
    """JSON can spell half of a surrogate pair, which is no text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
