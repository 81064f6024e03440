"""Groups and channels that the bot is in, and chats that speak for themselves."""

from standin.origins import origin_fields
from standin.people import Person
from standin.room import Room
from standin.server import Server
from standin.state import Account, Chat, Json, Topic
from standin.topics import open_topic
from standin.views import SeenMessage
from standin.writers import Writer

# Accounts of Telegram's own, under which a chat speaks as itself.
_ANONYMOUS = Account(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
_CHANNEL = Account(136817688, "Channel", username="Channel_Bot", is_bot=True)
_TELEGRAM = Account(777000, "Telegram")


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

    def topic(self, name: str) -> Topic:
        """Open a topic, to be passed as `thread`; it makes a forum of a supergroup.

        ValueError for a basic group, which has none.
        """
        if self._chat.type != "supergroup":
            raise ValueError("only a supergroup has topics")
        people = self._chat.members
        return open_topic(self._state, self._chat, name, people[0] if people else _ANONYMOUS)

    @property
    def anonymous(self) -> "Masked":
        """An admin who writes as the group itself."""
        return Masked(self._server, self._chat, _ANONYMOUS, self._chat)

    def speaking_as(self, channel: "Channel") -> "Masked":
        """Somebody who writes into this group as their channel."""
        return Masked(self._server, self._chat, _CHANNEL, channel.chat)

    def discuss(self, post: SeenMessage) -> SeenMessage:
        """A channel's post, as Telegram itself puts it into the channel's discussion group."""
        extra = {"sender_chat": post.raw.chat.as_json(), "is_automatic_forward": True}
        content = dict(post.raw.content)
        message = self._state.post(
            self._chat, _TELEGRAM, content, extra=extra | origin_fields(post)
        )
        self._state.updates.push("message", message.as_json())
        self._state.changed.fire()
        return self._seen(message)


class Masked(Writer):
    """Somebody in a group who writes as a chat.

    The bot is told `sender_chat`; `from` is an account of Telegram's own, the same for all.
    """

    def __init__(self, server: Server, chat: Chat, account: Account, mask: Chat) -> None:
        super().__init__(server, chat, account)
        self._mask = mask

    @property
    def origin(self) -> Account | Chat:
        """Whom a message that is forwarded from here comes from."""
        return self._mask

    def _signature(self) -> Json:
        return {"sender_chat": self._mask.as_json()}


class Channel(Writer):
    """A channel that the bot is an admin of: its posts come as `channel_post`."""

    _new = "channel_post"
    _edited = "edited_channel_post"

    def __init__(self, server: Server, chat: Chat) -> None:
        super().__init__(server, chat, Account(chat.id, chat.title))

    @property
    def chat(self) -> Chat:
        """The channel as Telegram remembers it."""
        return self._chat
