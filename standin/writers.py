"""Whoever writes into a chat: what they send, edit and forward reaches the bot as updates."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from standin import albums, content
from standin.content import FileOptions, MessageOptions
from standin.origins import origin_fields
from standin.posting import thread_fields
from standin.room import Room
from standin.server import Server
from standin.state import Account, Chat, Json, Topic
from standin.views import SeenMessage


class Writer(Room):
    """Somebody who writes into a chat: a person, or a channel or a group itself.

    Every `send_…` queues an update and returns the message as the chat shows it. The keywords
    that all methods share are in `MessageOptions`, those of files in `FileOptions`.
    """

    _new = "message"
    _edited = "edited_message"

    def __init__(self, server: Server, chat: Chat, account: Account) -> None:
        super().__init__(server, chat)
        self.account = account
        self.last_update_id: int | None = None

    async def send_text(self, words: str, **options: Unpack[MessageOptions]) -> SeenMessage:
        """A text or a command."""
        return self._send(content.text(words), self._place(options))

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
        made = content.media(self._state.files, kind, Path(path), options)
        return self._send(made, self._place(options))

    async def send_live_photo(
        self, path: Path | str, photo: Path | str, **options: Unpack[FileOptions]
    ) -> SeenMessage:
        """A photo with the short film around it."""
        made = content.live_photo(self._state.files, Path(path), Path(photo), options)
        return self._send(made, self._place(options))

    async def send_album(
        self,
        items: Sequence[Path | str | tuple[str, Path | str]],
        *,
        kind: str = "video",
        split: int | None = None,
        pause: float = 0.0,
        **options: Unpack[FileOptions],
    ) -> list[SeenMessage]:
        """Several files at once; the first carries the caption.

        An item is a path, or its own kind and a path. More than ten become several albums, as
        clients make them, and one alone is none. The bot gets no more than `split` of them in one
        answer of getUpdates, and so many at a time with `pause` seconds between.
        ValueError for kinds that no client mixes.
        """
        pairs = [item if isinstance(item, tuple) else (kind, item) for item in items]
        albums.check_people(what for what, _ in pairs)
        caption, place = options.get("caption", ""), self._place(options)
        sent: list[SeenMessage] = []
        for at, (what, path) in enumerate(pairs):
            if at % albums.MOST == 0:
                group = self._album(len(pairs) - at)
            if split and at and at % split == 0:
                self._state.updates.end_answer()
                await asyncio.sleep(pause)
            said: FileOptions = {**options, "caption": "" if at else caption}
            made = content.media(self._state.files, what, Path(path), said)
            sent.append(self._send(made, place | group))
        return sent

    async def forward(self, message: SeenMessage, **options: Unpack[MessageOptions]) -> SeenMessage:
        """Somebody's message again, with where it came from. The file keeps its ids."""
        return self._send(dict(message.raw.content), self._place(options) | origin_fields(message))

    async def edit(
        self, message: SeenMessage, *, text: str | None = None, caption: str | None = None
    ) -> SeenMessage:
        """Change one's own text or caption; the bot gets `edited_message`."""
        new = dict(message.raw.content)
        if text is not None:
            new = content.text(text)
        if caption is not None:
            new = {k: v for k, v in new.items() if not k.startswith("caption")}
            new |= content.caption(caption)
        message.raw.change(new, None)
        self._push(self._edited, message.raw.as_json())
        return message

    def _place(self, options: MessageOptions | FileOptions) -> Json:
        """The fields of a message that say what it answers, where, and who wrote it first."""
        reply, thread = options.get("reply_to"), options.get("thread")
        number = thread.id if isinstance(thread, Topic) else thread
        if number is not None and number not in self._chat.topics:
            raise ValueError(f"there is no topic {number} in {self._chat.title}")
        fields = thread_fields(self._chat, number, reply.raw if reply is not None else None)
        if reply is not None:
            fields["reply_to_message_id"] = reply.id
        if "album" in options:
            fields["media_group_id"] = options["album"]
        source = options.get("forwarded_from")
        return fields if source is None else fields | origin_fields(source)

    def _album(self, left: int) -> Json:
        return {"media_group_id": albums.new_id(self._state)} if left > 1 else {}

    def _signature(self) -> Json:
        """What a message says of somebody who doesn't write under their own name."""
        return {}

    def _send(self, made: Json, extra: Json | None = None) -> SeenMessage:
        self._chat.started = True
        said = self._signature() | (extra or {})
        message = self._state.post(self._chat, self.account, made, extra=said)
        self._push(self._new, message.as_json())
        return self._seen(message)

    def _push(self, kind: str, payload: Json) -> None:
        self.last_update_id = self._state.updates.push(kind, payload)
        self._state.changed.fire()
