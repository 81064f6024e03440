"""Where a forwarded message comes from, in the words of the Bot API, old and new."""

import time
from typing import Any

from standin.room import Room
from standin.state import Account, Chat, Message
from standin.views import SeenMessage

Json = dict[str, Any]


def origin_fields(source: Room | SeenMessage | str) -> Json:
    """`forward_origin` and the fields that older clients read.

    A name alone is somebody who hides; of a room it is its owner, and of a message its author.
    """
    if isinstance(source, SeenMessage):
        return _of_message(source.raw)
    date = int(time.time())
    if isinstance(source, str):
        return _hidden(source, date)
    origin = source.origin
    if isinstance(origin, Account):
        return _of_account(origin, date)
    return _of_chat(origin, date, max(origin.messages, default=1))


def _of_message(message: Message) -> Json:
    before = {name: value for name, value in message.extra.items() if name.startswith("forward_")}
    if before:  # who wrote it first is what counts
        return before
    if message.chat.type == "channel":
        return _of_chat(message.chat, message.date, message.message_id)
    spoken_for = message.extra.get("sender_chat")
    if spoken_for is not None:
        return _chat_fields(spoken_for, message.date)
    return _of_account(message.sender, message.date)


def _of_account(account: Account, date: int) -> Json:
    if account.hides:
        return _hidden(account.first_name, date)
    user = account.as_json()
    return {
        "forward_origin": {"type": "user", "sender_user": user, "date": date},
        "forward_from": user,
        "forward_date": date,
    }


def _hidden(name: str, date: int) -> Json:
    return {
        "forward_origin": {"type": "hidden_user", "sender_user_name": name, "date": date},
        "forward_sender_name": name,
        "forward_date": date,
    }


def _of_chat(chat: Chat, date: int, message_id: int) -> Json:
    where = chat.as_json()
    if chat.type != "channel":
        return _chat_fields(where, date)
    origin = {"type": "channel", "chat": where, "message_id": message_id, "date": date}
    return {
        "forward_origin": origin,
        "forward_from_chat": where,
        "forward_from_message_id": message_id,
        "forward_date": date,
    }


def _chat_fields(chat: Json, date: int) -> Json:
    return {
        "forward_origin": {"type": "chat", "sender_chat": chat, "date": date},
        "forward_from_chat": chat,
        "forward_date": date,
    }
