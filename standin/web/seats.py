"""Where a visitor sits: as which of their people, in which of their chats."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from standin.people import Person
from standin.views import SeenMessage
from standin.web.chatlog import ChatLog

PRIVATE: Final = "private"
GROUP: Final = "group"
ROOMS: Final = (PRIVATE, GROUP)
# How many people a visitor can be: enough for a talk in a group, and for a queue.
PEOPLE: Final = 2


@dataclass(frozen=True)
class Seat:
    """One person of a visitor's (`number`, from 1) in a chat: `person` writes there, `log` tells
    what happens there. `people` are all of the visitor's, by id."""

    number: int
    room: str
    person: Person
    log: ChatLog
    people: tuple[int, ...]

    @property
    def query(self) -> str:
        """What an address says of it, "" for the first person's private chat."""
        said = {"person": str(self.number)} if self.number > 1 else {}
        said |= {"room": self.room} if self.room != PRIVATE else {}
        return urlencode(said)

    def message(self, number: int) -> SeenMessage | None:
        """A message that is in the chat now."""
        return next((m for m in self.person.messages if m.id == number), None)

    def owns(self, message: SeenMessage) -> bool:
        """Whether this person wrote it."""
        return message.raw.sender is self.person.account


def number_of(said: str) -> int | None:
    """Which person an address names; None for nobody."""
    found = int(said) if len(said) == 1 and said.isascii() and said.isdecimal() else 0
    return found if 1 <= found <= PEOPLE else None
