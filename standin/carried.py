"""Which files the messages of a chat carry."""

from collections.abc import Iterator

from standin.state import Chat


def files_in(chat: Chat) -> set[str]:
    """The ids of all files that its messages have or had."""
    looks = [look.content for message in chat.messages.values() for look in message.history]
    return set(_ids(looks))


def shown_in(chat: Chat) -> set[str]:
    """The same of those that nobody deleted."""
    there = [message for message in chat.messages.values() if not message.deleted]
    return set(_ids([look.content for message in there for look in message.history]))


def file_ids(content: object) -> frozenset[str]:
    """The ids of the files in a message's content."""
    return frozenset(_ids(content))


def _ids(found: object) -> Iterator[str]:
    if isinstance(found, list):
        for item in found:
            yield from _ids(item)
    elif isinstance(found, dict):
        if "file_id" in found:
            yield found["file_id"]
        yield from _ids(list(found.values()))
