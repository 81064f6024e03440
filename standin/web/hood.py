"""Under the hood of a message: the calls that made it, and what whoever runs the bot knows."""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from standin.calls import CallRecord
from standin.carried import file_ids
from standin.standin import StandIn
from standin.touched import answered
from standin.views import SeenMessage
from standin.web.questions import message_at
from standin.web.scrubbed import pathless, scrubbed
from standin.web.seats import Seat
from standin.web.visitors import Visitor

Json = dict[str, Any]

# Calls that are told, the first and the newest.
_FIRST: Final = 20
_MOST: Final = 100
_LONGEST_PARAMS: Final = 8_000


@dataclass(frozen=True)
class Subject:
    """What is asked about: a message of a chat, whose people these are, by id. `answers` is the one
    that it replies to, if it is the bot's. `private` words must not come with the answer where it
    is for others."""

    chat: int
    message: int
    answers: int | None
    people: tuple[int, ...]
    private: bool


@dataclass(frozen=True)
class Section:
    """A part of what is known, with a name that the page has words for (`hood-name`): lines, or
    rows of a table."""

    name: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


Tell = Callable[[Subject], Awaitable[Iterable[Section]]]


class Hood:
    """Handlers over one stand-in; `tell` knows about the bot. With `discreet` nobody is shown more
    than what may be saved."""

    def __init__(self, standin: StandIn, tell: Tell | None, *, discreet: bool) -> None:
        self._standin = standin
        self._tell = tell
        self._discreet = discreet

    async def answer(self, request: web.Request, _visitor: Visitor, seat: Seat) -> web.Response:
        """For the page, or to be saved and sent to whoever mends the bot."""
        message = message_at(seat, request)
        save = "save" in request.query
        found = await self._known(seat, message, private=not (save or self._discreet))
        body = json.dumps(found, ensure_ascii=False, indent=1 if save else None)
        headers = {"X-Content-Type-Options": "nosniff"}
        if save:
            headers["Content-Disposition"] = f'attachment; filename="message-{message.id}.json"'
        return web.Response(text=body, content_type="application/json", headers=headers)

    async def _known(self, seat: Seat, message: SeenMessage, *, private: bool) -> Json:
        records = calls_about(self._standin.calls, message)
        shown = records if len(records) <= _MOST else records[:_FIRST] + records[_FIRST - _MOST :]
        answers = message.reply_to if message.from_bot else None
        subject = Subject(message.chat_id, message.id, answers, seat.people, private)
        sections = [] if self._tell is None else await self._tell(subject)
        return {
            "message": {"id": message.id, "kind": message.kind, "room": seat.room},
            "calls": [_call(record, private=private) for record in shown],
            "left_out": len(records) - len(shown),
            "sections": [
                {"name": one.name, "lines": one.lines, "rows": one.rows} for one in sections
            ],
        }


def calls_about(records: Iterable[CallRecord], message: SeenMessage) -> list[CallRecord]:
    """The calls that made a message and changed it, those that answered it or asked for its file,
    and those that tried in vain to make it. Pure."""
    place = (message.chat_id, message.id)
    answers = None if message.reply_to is None else (message.chat_id, message.reply_to)
    ids = frozenset() if message.from_bot else file_ids(message.raw.content)
    return [record for record in records if _is_about(record, place, answers, ids)]


def _is_about(
    record: CallRecord,
    place: tuple[int, int],
    answers: tuple[int, int] | None,
    ids: frozenset[str],
) -> bool:
    file_id = record.params.get("file_id")
    if place in record.messages or (isinstance(file_id, str) and file_id in ids):
        return True
    meant = answered(record.params)
    return meant == place or (meant is not None and meant == answers and not record.messages)


def _call(record: CallRecord, *, private: bool) -> Json:
    params, description = record.params, record.description
    if not private:
        params, description = scrubbed(params), pathless(description or "")
    text = json.dumps(params, ensure_ascii=False, indent=1)
    return {
        "method": record.method,
        "at": record.time,
        "seconds": round(record.seconds, 4),
        "status": record.status,
        "description": description or "",
        "dropped": record.dropped,
        "params": text if len(text) <= _LONGEST_PARAMS else f"{text[:_LONGEST_PARAMS]}…",
    }
