"""A chat as its people see it: what is visible, and waiting for what comes."""

from collections.abc import Callable
from typing import TypeVar

from standin.calls import CallRecord
from standin.server import Server
from standin.signal import PATIENCE, RESULT_PATIENCE
from standin.state import Account, Chat, Message, State
from standin.views import Look, SeenMessage

T = TypeVar("T")

RESULT_KINDS = ("video", "animation", "video_note")


class Room:
    """A chat as one looks at it: its messages and waiting for them."""

    def __init__(self, server: Server, chat: Chat) -> None:
        self._server = server
        self._state: State = server.state
        self._chat = chat
        self._taken: set[tuple[int, str]] = set()

    @property
    def id(self) -> int:
        """The chat's id; for a person also the user id."""
        return self._chat.id

    @property
    def origin(self) -> Account | Chat:
        """Whom a message that is forwarded from here comes from."""
        return self._chat

    @property
    def messages(self) -> list[SeenMessage]:
        """What is visible now, oldest first, people's messages included."""
        return [self._seen(m) for _, m in sorted(self._chat.messages.items()) if not m.deleted]

    @property
    def bot_messages(self) -> list[SeenMessage]:
        """What is visible now of the bot's messages, oldest first."""
        return [m for m in self.messages if m.from_bot]

    @property
    def all_messages(self) -> list[SeenMessage]:
        """Deleted ones too."""
        return [self._seen(m) for _, m in sorted(self._chat.messages.items())]

    @property
    def results(self) -> list[SeenMessage]:
        """The visible messages of the bot that carry a video."""
        return [m for m in self.bot_messages if m.kind in RESULT_KINDS]

    @property
    def actions(self) -> list[str]:
        """Every `sendChatAction` of the bot here."""
        return [action for _, action in self._chat.actions]

    async def wait_for_message(
        self,
        look: Look | str = lambda _message: True,
        *,
        timeout: float = PATIENCE,
        after: SeenMessage | None = None,
    ) -> SeenMessage:
        """The first visible message of the bot that satisfies `look`, now or later.

        A string is looked for in the text. With `after`, only younger messages count.
        AssertionError with the whole chat when `timeout` seconds are over.
        """
        wanted: Look = (lambda m: look in m.text) if isinstance(look, str) else look
        newer_than = 0 if after is None else after.id

        def find() -> SeenMessage | None:
            return next((m for m in self.bot_messages if m.id > newer_than and wanted(m)), None)

        return await self._until(find, timeout, "the message that was waited for")

    async def wait_for_result(
        self, *, timeout: float = RESULT_PATIENCE, kinds: tuple[str, ...] = RESULT_KINDS
    ) -> SeenMessage:
        """The next message of the bot that carries a video, sent or edited in.

        Each result is returned once; AssertionError with the whole chat when `timeout` seconds
        are over. `kinds` can name other media ("document", "audio", …).
        """

        def find() -> SeenMessage | None:
            for message in self.bot_messages:
                key = (message.id, message.media.file_id if message.media else "")
                if message.kind in kinds and key not in self._taken:
                    self._taken.add(key)
                    return message
            return None

        return await self._until(find, timeout, f"a result ({', '.join(kinds)})")

    async def wait_for(self, find: Callable[[], T | None]) -> T:
        """The first thing that `find` finds, looking whenever something happens; for ever."""
        return await self._state.changed.until(find, None)

    async def wait_until(
        self, condition: Callable[[], bool], *, timeout: float = PATIENCE, what: str = "a condition"
    ) -> None:
        """Until `condition` holds; looked at whenever something happens on the server."""
        await self._until(lambda: condition() or None, timeout, what)

    def delete(self, message: SeenMessage) -> None:
        """Remove a message for everybody. The bot is not told, as in Telegram."""
        message.raw.deleted = True
        self._state.changed.fire()

    def listing(self) -> str:
        """The whole chat as text, for error messages and for reading."""
        lines = [f"chat {self.id} ({self._chat.title}):"]
        for message in self.all_messages:
            lines.append(f"  {message!r}{' (deleted)' if message.deleted else ''}")
            lines += [f"      was: {text}" for text in message.texts[:-1]]
        return "\n".join(lines)

    async def _until(self, find: Callable[[], T | None], timeout: float, what: str) -> T:
        try:
            return await self._state.changed.until(find, timeout)
        except TimeoutError:
            last = [f"  {r.method} {r.status} {r.description or ''}" for r in self._recent()]
            raise AssertionError(
                f"{what} did not come within {timeout:g} s\n{self.listing()}\n"
                + "\n".join(["last calls:", *last])
            ) from None

    def _recent(self) -> list[CallRecord]:
        calls = [r for r in self._server.calls.records if r.method != "getUpdates"]
        return calls[-10:]

    def _seen(self, message: Message) -> SeenMessage:
        return SeenMessage(message, self._state.files)
