"""Where in Telegram something is said: the chat, its topic, and the message that it answers."""

from typing import Protocol, TypedDict

from aiogram.types import Message, ReplyParameters


class Addressed(Protocol):
    """A job or a draft. Its ids are Telegram's numbers, as text."""

    @property
    def chat_id(self) -> str:
        """The chat."""
        ...

    @property
    def thread_id(self) -> str | None:
        """The topic, None outside of topics."""
        ...

    @property
    def message_id(self) -> str:
        """The message that asked for it."""
        ...


class Address(TypedDict):
    """The fields of a request that say where it goes."""

    chat_id: int
    message_thread_id: int | None


def address(of: Addressed) -> Address:
    """Where what is said about it belongs."""
    thread = int(of.thread_id) if of.thread_id is not None else None
    return {"chat_id": int(of.chat_id), "message_thread_id": thread}


def reply_to(of: Addressed) -> ReplyParameters:
    """As an answer to the message that asked for it, wherever that is still there."""
    return ReplyParameters(message_id=int(of.message_id), allow_sending_without_reply=True)


def topic_of(message: Message) -> str | None:
    """The topic that a message is in. A thread of answers in a group is none, though it has an id:
    nothing can be sent to it."""
    return str(message.message_thread_id) if message.is_topic_message else None
