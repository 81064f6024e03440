"""People: they write to the bot, send it files, tap its buttons, edit, forward and block."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from standin import content
from standin.content import FileOptions
from standin.room import Room
from standin.server import Server
from standin.state import Account, CallbackQuery, Chat, Json
from standin.views import Button, SeenMessage


class CallbackAnswer:
    """What the bot answered to a tap."""

    def __init__(self, answer: Json) -> None:
        self.text: str = answer.get("text", "")
        self.show_alert: bool = answer.get("show_alert", False)
        self.url: str | None = answer.get("url")

    def __repr__(self) -> str:
        return f"CallbackAnswer(text={self.text!r}, show_alert={self.show_alert})"


class Person(Room):
    """Somebody in a chat: in their private one, or as a member of a group.

    Every `send_…` queues an update and returns the message as the chat shows it. The keywords
    that all file methods share are in `FileOptions`.
    """

    def __init__(self, server: Server, chat: Chat, account: Account) -> None:
        super().__init__(server, chat)
        self.account = account
        self.last_update_id: int | None = None

    async def send_text(self, words: str, *, reply_to: SeenMessage | None = None) -> SeenMessage:
        """A text or a command."""
        return self._send(content.text(words), _reply(reply_to))

    async def send_contact(
        self, first_name: str = "Contact", phone_number: str = "+10000000000"
    ) -> SeenMessage:
        return self._send(content.contact(first_name, phone_number))

    async def send_location(self, latitude: float = 55.75, longitude: float = 37.62) -> SeenMessage:
        return self._send(content.location(latitude, longitude))

    async def send_document(self, path: Path | str, **options: Unpack[FileOptions]) -> SeenMessage:
        return await self.send_file("document", path, **options)

    async def send_video(self, path: Path | str, **options: Unpack[FileOptions]) -> SeenMessage:
        return await self.send_file("video", path, **options)

    async def send_animation(self, path: Path | str, **options: Unpack[FileOptions]) -> SeenMessage:
        return await self.send_file("animation", path, **options)

    async def send_video_note(
        self, path: Path | str, **options: Unpack[FileOptions]
    ) -> SeenMessage:
        return await self.send_file("video_note", path, **options)

    async def send_audio(self, path: Path | str, **options: Unpack[FileOptions]) -> SeenMessage:
        return await self.send_file("audio", path, **options)

    async def send_voice(self, path: Path | str, **options: Unpack[FileOptions]) -> SeenMessage:
        return await self.send_file("voice", path, **options)

    async def send_photo(self, path: Path | str, **options: Unpack[FileOptions]) -> SeenMessage:
        return await self.send_file("photo", path, **options)

    async def send_sticker(self, path: Path | str, **options: Unpack[FileOptions]) -> SeenMessage:
        return await self.send_file("sticker", path, **options)

    async def send_file(
        self, kind: str, path: Path | str, **options: Unpack[FileOptions]
    ) -> SeenMessage:
        """A file as media of this kind; the bot downloads what lies at `path` by then."""
        reply = _reply(options.pop("reply_to", None))
        return self._send(content.media(self._state.files, kind, Path(path), options), reply)

    async def send_album(
        self, paths: Sequence[Path | str], *, kind: str = "video", caption: str = ""
    ) -> list[SeenMessage]:
        """Several files at once; the first carries the caption."""
        group = {"media_group_id": str(10**16 + self._state.number())}
        options: FileOptions = {"caption": caption}
        sent = []
        for path in paths:
            made = content.media(self._state.files, kind, Path(path), options)
            sent.append(self._send(made, group))
            options = {}
        return sent

    async def forward(self, message: SeenMessage) -> SeenMessage:
        """Somebody's message again, with where it came from. The file keeps its ids."""
        sender = message.raw.sender.as_json()
        origin = {"type": "user", "sender_user": sender, "date": message.raw.date}
        extra = {
            "forward_origin": origin,
            "forward_from": sender,
            "forward_date": message.raw.date,
        }
        return self._send(dict(message.raw.content), extra)

    async def edit(
        self, message: SeenMessage, *, text: str | None = None, caption: str | None = None
    ) -> SeenMessage:
        """Change one's own text or caption; the bot gets `edited_message`."""
        new = dict(message.raw.content)
        if text is not None:
            new = content.text(text)
        if caption is not None:
            new["caption"] = caption
        message.raw.change(new, None)
        self._push("edited_message", message.raw.as_json())
        return message

    async def tap(
        self,
        message: SeenMessage,
        text: str | None = None,
        *,
        callback_data: str | None = None,
        timeout: float = 10.0,
    ) -> CallbackAnswer:
        """Tap a button and wait for the bot's answer to it.

        The button is found by its text (a part is enough) or its exact data; data that is on no
        button is a forged tap. AssertionError if the button is not there or no answer came.
        """
        query = self.tap_only(message, text, callback_data=callback_data)
        answer = await self._until(lambda: query.answer, timeout, "the answer to a tap")
        return CallbackAnswer(answer)

    def tap_only(
        self, message: SeenMessage, text: str | None = None, *, callback_data: str | None = None
    ) -> CallbackQuery:
        """Tap a button and wait for nothing."""
        data = callback_data or self._button(message, text or "").callback_data
        query = CallbackQuery(str(4 * 10**18 + self._state.number()), self._chat, self._state.now())
        self._state.queries[query.id] = query
        payload = {
            "id": query.id,
            "from": self.account.as_json(),
            "message": message.raw.as_json(),
            "chat_instance": str(message.chat_id * 7919),
            "data": data,
        }
        self._push("callback_query", payload)
        return query

    def _button(self, message: SeenMessage, text: str) -> Button:
        found = [b for b in message.buttons if text in b.text and b.callback_data]
        exact = [b for b in found if b.text == text]
        if not found:
            raise AssertionError(f"no button {text!r} on {message!r}\n{self.listing()}")
        return (exact or found)[0]

    def _send(self, made: Json, extra: Json | None = None) -> SeenMessage:
        self._chat.started = True
        message = self._state.post(self._chat, self.account, made, extra=extra or {})
        self._push("message", message.as_json())
        return self._seen(message)

    def _push(self, kind: str, payload: Json) -> None:
        self.last_update_id = self._state.updates.push(kind, payload)
        self._state.changed.fire()


class User(Person):
    """A person in their private chat with the bot."""

    def block(self) -> None:
        """Block the bot: it is told, and every further call about this chat gets 403."""
        self._member("member", "kicked")
        self._chat.blocked = True

    def unblock(self) -> None:
        """Unblock the bot."""
        self._chat.blocked = False
        self._member("kicked", "member")

    def forbid_voices(self) -> None:
        """Take neither voice nor round messages from now on; the bot isn't told."""
        self._chat.voices_forbidden = True

    def _member(self, old: str, new: str) -> None:
        bot = self._state.bot.as_json()
        payload = {
            "chat": self._chat.as_json(),
            "from": self.account.as_json(),
            "date": int(time.time()),
            "old_chat_member": _membership(bot, old),
            "new_chat_member": _membership(bot, new),
        }
        self._push("my_chat_member", payload)


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


def _membership(bot: Json, status: str) -> Json:
    return {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def _reply(message: SeenMessage | None) -> Json:
    return {} if message is None else {"reply_to_message_id": message.id}
