"""What Telegram remembers: people, chats, messages and their edits."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from standin.errors import bad_request, forbidden
from standin.files import FileLimits, FileStore
from standin.local import LocalDisk
from standin.pace import Pace
from standin.signal import Signal
from standin.updates import UpdateQueue

Json = dict[str, Any]

MEDIA_KINDS = (
    "animation",
    "video",
    "video_note",
    "audio",
    "voice",
    "live_photo",
    "photo",
    "sticker",
    "document",
)


@dataclass
class Account:
    """A person or the bot, as a User object of the Bot API. One who `hides` is only a name in what
    is forwarded from them. `photo` is the file_id of their own picture."""

    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False
    hides: bool = False
    photo: str | None = None

    def as_json(self) -> Json:
        whole = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {name: value for name, value in whole.items() if value is not None}


@dataclass(frozen=True)
class Topic:
    """A thread of a forum; its id is that of the service message that opened it."""

    id: int
    name: str


@dataclass
class Version:
    """How a message looked from `time` (Unix seconds) on."""

    content: Json
    reply_markup: Json | None
    time: float


@dataclass
class Message:
    """A message; `content` holds its Bot API fields (`text`, `video`, `caption`, …).

    `passed` is what the bot passed with its file and Telegram does not give back, such as
    `supports_streaming`. `own` is true of the bot's messages, `reactions` are the bot's.
    """

    chat: "Chat"
    message_id: int
    sender: Account
    date: int
    content: Json
    reply_markup: Json | None = None
    extra: Json = field(default_factory=dict)
    passed: Json = field(default_factory=dict)
    own: bool = False
    reactions: list[str] = field(default_factory=list)
    edit_date: int | None = None
    deleted: bool = False
    history: list[Version] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._remember()

    @property
    def kind(self) -> str:
        """`text`, a kind of media, `contact`, `location` or another content field."""
        for kind in (*MEDIA_KINDS, "text"):
            if kind in self.content:
                return kind
        return next(iter(self.content), "empty")

    @property
    def thread(self) -> int | None:
        """The forum topic it is in; None in the general one and outside forums."""
        found: int | None = self.extra.get("message_thread_id")
        return found if self.extra.get("is_topic_message") else None

    def change(self, content: Json, reply_markup: Json | None, passed: Json | None = None) -> None:
        """Edit in place; ApiError 400 if that would change nothing."""
        if content == self.content and reply_markup == self.reply_markup:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        self.content, self.reply_markup = content, reply_markup
        self.passed = self.passed if passed is None else passed
        self.edit_date = int(time.time())
        self._remember()

    def as_json(self, *, with_reply: bool = True) -> Json:
        """The Message object of the Bot API."""
        result: Json = {
            "message_id": self.message_id,
            **self._author(),
            "chat": self.chat.as_json(),
            "date": self.date,
            **self.extra,
            **self.content,
        }
        if self.edit_date is not None:
            result["edit_date"] = self.edit_date
        if self.reply_markup is not None:
            result["reply_markup"] = self.reply_markup
        # Whatever answers nothing in a forum's topic answers the message that opened it.
        opening = self.thread if self.chat.type == "supergroup" else None
        original = self.chat.visible(result.pop("reply_to_message_id", opening))
        if with_reply and original is not None and original is not self:
            result["reply_to_message"] = original.as_json(with_reply=False)
        return result

    def _author(self) -> Json:
        """A post of a channel is the channel's, whoever wrote it."""
        if self.chat.type == "channel":
            return {"sender_chat": self.chat.as_json()}
        return {"from": self.sender.as_json()}

    def _remember(self) -> None:
        self.history.append(Version(self.content, self.reply_markup, time.time()))


@dataclass
class Chat:
    """A private chat (its id is the person's), a group or a channel. `voices_forbidden`: the person
    takes no voice and no round messages from strangers. `topics` by id make a forum of it. In a
    `read_only` one the bot may not write."""

    id: int
    type: str
    title: str
    members: list[Account]
    started: bool = False
    blocked: bool = False
    voices_forbidden: bool = False
    read_only: bool = False
    username: str | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    actions: list[tuple[float, str]] = field(default_factory=list)
    topics: dict[int, Topic] = field(default_factory=dict)

    def as_json(self) -> Json:
        if self.type != "private":
            more: Json = {"is_forum": True} if self.topics else {}
            if self.username:
                more["username"] = self.username
            return {"id": self.id, "type": self.type, "title": self.title, **more}
        person = self.members[0]
        return {
            "id": self.id,
            "type": self.type,
            "first_name": person.first_name,
            **({"username": person.username} if person.username else {}),
        }

    def visible(self, message_id: int | None) -> Message | None:
        """A message that is still there."""
        message = self.messages.get(message_id) if message_id is not None else None
        return None if message is None or message.deleted else message


@dataclass
class CallbackQuery:
    """A tap on a button of a message; `answer` holds what the bot answered, once."""

    id: str
    chat: Chat
    asked_at: float
    answer: Json | None = None
    message_id: int = 0


@dataclass
class InlineQuery:
    """What somebody typed after the bot's name; `answer` holds what the bot answered, once."""

    id: str
    asked_at: float
    answer: Json | None = None


class State:
    """Everything that survives the bot: accounts, chats, updates, files and the bot's profile."""

    def __init__(
        self, bot: Account, files: FileStore, pace: Pace | None, disk: LocalDisk | None = None
    ) -> None:
        self.bot = bot
        self.files = files
        self.disk = disk
        self.logged_out = False
        self.pace = pace
        self.changed = Signal()
        self.updates = UpdateQueue(self.changed)
        self.problems = self.updates.problems
        # A server with --local calls webhooks anywhere.
        self.hooks_anywhere = False
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_mode = False
        self.profile: dict[str, Any] = {}
        self._numbers = itertools.count(1)
        self._message_ids: dict[int, itertools.count[int]] = {}

    @property
    def limits(self) -> FileLimits:
        return self.files.limits

    def now(self) -> float:
        """Seconds of a clock that never jumps."""
        return time.monotonic()

    def number(self) -> int:
        """A number that nobody else gets."""
        return next(self._numbers)

    def chat(self, chat_id: int | str) -> Chat:
        """A chat that the bot may write to; ApiError 400 or 403 otherwise."""
        text = str(chat_id)
        if text.startswith("@"):  # people aren't found by their names, channels are
            named = (c for c in self.chats.values() if f"@{c.username}" == text)
            chat = next(named, None)
        else:
            chat = self.chats.get(int(text)) if text.lstrip("-").isdecimal() else None
        if chat is None or not chat.started:
            raise bad_request("chat not found")
        if chat.blocked:
            if chat.type == "private":
                raise forbidden("bot was blocked by the user")
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        return chat

    def forget(self, chat_id: int) -> Chat:
        """A chat is gone, and what was asked in it."""
        for number in [n for n, query in self.queries.items() if query.chat.id == chat_id]:
            del self.queries[number]
        self._message_ids.pop(chat_id, None)
        return self.chats.pop(chat_id)

    def post(
        self,
        chat: Chat,
        sender: Account,
        content: Json,
        *,
        reply_markup: Json | None = None,
        extra: Json | None = None,
        passed: Json | None = None,
    ) -> Message:
        """Put a new message into a chat."""
        # A supergroup's first message tells of its making, and its number means the general topic.
        first = 2 if chat.type == "supergroup" else 1
        ids = self._message_ids.setdefault(chat.id, itertools.count(first))
        message = Message(
            chat,
            next(ids),
            sender,
            int(time.time()),
            content,
            reply_markup,
            extra or {},
            passed or {},
            own=sender is self.bot,
        )
        chat.messages[message.message_id] = message
        self.changed.fire()
        return message
