"""What changed in one chat, numbered, so that whoever was away goes on where they stopped.

Of each message only its newest look is told. So nothing piles up for a page that is slow or away,
and the log is no longer than the chat.
"""

import itertools
import secrets
from dataclasses import dataclass

from standin.room import Room
from standin.views import SeenMessage

# How many messages of a chat a page is told of.
LONGEST = 400

Look = tuple[int, bool, tuple[str, ...]]


@dataclass(frozen=True)
class Change:
    """A message that is new or looks otherwise; `number` counts all changes of the chat."""

    number: int
    message: SeenMessage


class ChatLog:
    """The changes of a chat. `epoch` is another after each start of the server."""

    def __init__(self, room: Room) -> None:
        self.epoch = secrets.token_hex(4)
        self._room = room
        self._looks: dict[int, Look] = {}
        # By message, in the order of the changes.
        self._changes: dict[int, Change] = {}
        self._numbers = itertools.count(1)

    def since(self, number: int) -> list[Change]:
        """The changes after one, oldest first."""
        self._look()
        found = itertools.takewhile(
            lambda change: change.number > number, reversed(self._changes.values())
        )
        return list(found)[::-1]

    def place(self, said: str) -> int | None:
        """The number in a Last-Event-ID; None for one that isn't of this log."""
        epoch, _, number = said.partition("-")
        if epoch != self.epoch or not (number.isascii() and number.isdecimal()):
            return None
        return int(number[:15])

    def name(self, change: Change) -> str:
        """The id of an event."""
        return f"{self.epoch}-{change.number}"

    def _look(self) -> None:
        messages = self._room.all_messages[-LONGEST:]
        for message in messages:
            look = _look_of(message)
            if self._looks.get(message.id) != look:
                self._looks[message.id] = look
                self._changes.pop(message.id, None)
                self._changes[message.id] = Change(next(self._numbers), message)
        for old in self._looks.keys() - {message.id for message in messages}:
            del self._looks[old]
            self._changes.pop(old, None)


def _look_of(message: SeenMessage) -> Look:
    return len(message.raw.history), message.deleted, tuple(message.reactions)
