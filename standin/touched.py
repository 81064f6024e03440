"""Which messages a call had to do with, by what it asked and what came of it. Pure."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
Place = tuple[int, int]


def touched(params: Json, result: object = None) -> frozenset[Place]:
    """The messages, as chat and number, that a call made, changed or named. Parameters may be
    anything: they come from outside."""
    return frozenset((*_made(params, result), *_named(params)))


def answered(params: Json) -> Place | None:
    """The message that a call meant to answer, in the chat that it named."""
    chat, reply = params.get("chat_id"), params.get("reply_parameters")
    number = reply.get("message_id") if isinstance(reply, dict) else None
    return (chat, number) if isinstance(chat, int) and isinstance(number, int) else None


def _made(params: Json, result: object) -> Iterator[Place]:
    for one in result if isinstance(result, list) else [result]:
        if not isinstance(one, dict) or "message_id" not in one:
            continue
        # What was copied comes back as a number alone.
        chat = one["chat"]["id"] if "chat" in one else params.get("chat_id")
        if isinstance(chat, int):
            yield chat, one["message_id"]


def _named(params: Json) -> Iterator[Place]:
    chat, several = params.get("chat_id"), params.get("message_ids")
    numbers = [params.get("message_id"), *(several if isinstance(several, list) else ())]
    for number in numbers:
        if isinstance(chat, int) and isinstance(number, int):
            yield chat, number
