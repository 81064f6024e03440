"""Groups and channels that the bot is in."""

from standin.people import Person
from standin.room import Room
from standin.server import Server
from standin.state import Chat


class Group(Room):
    """A group that the bot is in."""

    def __init__(self, server: Server, chat: Chat) -> None:
        super().__init__(server, chat)
        self._people = {account.id: Person(server, chat, account) for account in chat.members}

    @property
    def members(self) -> list[Person]:
        return list(self._people.values())

    def member(self, user: Person) -> Person:
        """The same person, writing in this group; KeyError for a stranger."""
        return self._people[user.account.id]
