"""What a person sees: messages, buttons and media, read-only and always current."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin.files import FileStore, StoredFile
from standin.state import MEDIA_KINDS, Message, Version

Json = dict[str, Any]


_SAME_NAMES = (
    "text",
    "callback_data",
    "url",
    "style",
    "switch_inline_query",
    "switch_inline_query_current_chat",
)


@dataclass(frozen=True)
class Button:
    """An inline button; a tap on one with `callback_data` reaches the bot.

    `style` is "danger", "success" or "primary"; `copy_text` is what a tap copies;
    `switch_inline_query` begins an inline query in a chat that the person chooses (of any kind, or
    of those that the bot allows), `switch_inline_query_current_chat` in this one. One that is
    `disabled` does nothing.
    """

    text: str
    callback_data: str | None = None
    url: str | None = None
    style: str | None = None
    copy_text: str | None = None
    switch_inline_query: str | None = None
    switch_inline_query_current_chat: str | None = None
    disabled: bool = False

    @classmethod
    def of(cls, button: Json) -> "Button":
        """From an InlineKeyboardButton."""
        same = {name: button[name] for name in _SAME_NAMES if name in button}
        copied = button.get("copy_text", {}).get("text")
        chosen = button.get("switch_inline_query_chosen_chat", {}).get("query")
        if chosen is not None:
            same["switch_inline_query"] = chosen
        return cls(copy_text=copied, disabled="disabled" in button, **same)


@dataclass(frozen=True)
class Thumbnail:
    """The small picture of a file; sides in pixels."""

    path: Path
    width: int
    height: int


@dataclass(frozen=True)
class Media:
    """A file in a message, with what the bot passed about it (0 or None if it did not).

    `path` is the real file on disk, `size` in bytes, `duration` in seconds.
    """

    kind: str
    path: Path
    file_id: str
    file_name: str | None
    mime_type: str | None
    size: int
    width: int
    height: int
    duration: int
    supports_streaming: bool
    thumbnail: Thumbnail | None
    cover: Thumbnail | None = None


class SeenMessage:
    """A message as it looks now. Two of them are equal if they are the same message."""

    def __init__(self, message: Message, files: FileStore) -> None:
        self.raw = message
        self._files = files

    @property
    def id(self) -> int:
        return self.raw.message_id

    @property
    def chat_id(self) -> int:
        return self.raw.chat.id

    @property
    def from_bot(self) -> bool:
        return self.raw.own

    @property
    def kind(self) -> str:
        """`text`, `video`, `document`, …"""
        return self.raw.kind

    @property
    def text(self) -> str:
        """The text, or the caption of media, without markup."""
        return str(self.raw.content.get("text") or self.caption)

    @property
    def caption(self) -> str:
        return str(self.raw.content.get("caption", ""))

    @property
    def entities(self) -> list[Json]:
        """MessageEntity objects of the text or the caption."""
        content = self.raw.content
        return list(content.get("entities") or content.get("caption_entities") or [])

    @property
    def deleted(self) -> bool:
        return self.raw.deleted

    @property
    def edited(self) -> bool:
        return self.raw.edit_date is not None

    @property
    def history(self) -> list[Version]:
        """Every look the message had, the first and the current one included."""
        return list(self.raw.history)

    @property
    def texts(self) -> list[str]:
        """The text or caption of every version, oldest first."""
        return [str(v.content.get("text") or v.content.get("caption", "")) for v in self.history]

    @property
    def reply_to(self) -> int | None:
        """The id of the message that this one answers."""
        return self.raw.extra.get("reply_to_message_id")

    @property
    def thread(self) -> int | None:
        """The id of the topic that it is in; None in the general one and outside forums."""
        return self.raw.thread

    @property
    def reactions(self) -> list[str]:
        """The emoji that the bot put under it."""
        return list(self.raw.reactions)

    @property
    def album(self) -> str | None:
        """What the items of one album share."""
        return self.raw.extra.get("media_group_id")

    @property
    def keyboard(self) -> list[list[Button]]:
        """Inline buttons by row."""
        rows = (self.raw.reply_markup or {}).get("inline_keyboard", [])
        return [[Button.of(button) for button in row] for row in rows]

    @property
    def buttons(self) -> list[Button]:
        """Inline buttons, row after row."""
        return [button for row in self.keyboard for button in row]

    @property
    def media(self) -> Media | None:
        """The file, whatever its kind; None for a message without one."""
        if self.kind not in MEDIA_KINDS:
            return None
        content = self.raw.content[self.kind]
        return self._media(content[-1] if isinstance(content, list) else content)

    @property
    def video(self) -> Media:
        """The file of a video, animation or round note; AttributeError for another message."""
        media = self.media
        if media is None or media.kind not in {"video", "animation", "video_note"}:
            raise AttributeError(f"message {self.id} is of kind {self.kind}, not a video")
        return media

    @property
    def file_path(self) -> Path:
        """The real file on disk; AttributeError for a message without one."""
        media = self.media
        if media is None:
            raise AttributeError(f"message {self.id} is of kind {self.kind}, without a file")
        return media.path

    def _media(self, content: Json) -> Media:
        stored = self._files.get(content["file_id"])
        side: int = content.get("length", 0)
        return Media(
            kind=self.kind,
            path=stored.path,
            file_id=stored.file_id,
            file_name=content.get("file_name"),
            mime_type=content.get("mime_type"),
            size=stored.real_size,
            width=content.get("width", side),
            height=content.get("height", side),
            duration=content.get("duration", 0),
            supports_streaming=bool(self.raw.passed.get("supports_streaming")),
            thumbnail=self._thumbnail(content.get("thumbnail")),
            cover=self._thumbnail((content.get("cover") or [None])[-1]),
        )

    def _thumbnail(self, content: Json | None) -> Thumbnail | None:
        if content is None:
            return None
        stored: StoredFile = self._files.get(content["file_id"])
        return Thumbnail(stored.path, content["width"], content["height"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SeenMessage) and other.raw is self.raw

    def __hash__(self) -> int:
        return id(self.raw)

    def __repr__(self) -> str:
        who = "bot" if self.from_bot else self.raw.sender.first_name
        what = self.text.replace("\n", " ⏎ ")
        kind = "" if self.kind == "text" else f"[{self.kind}] "
        buttons = "".join(f" [{b.text}]" for b in self.buttons)
        edits = f" ({len(self.raw.history) - 1} edits)" if self.edited else ""
        return f"#{self.id} {who}: {kind}{what}{buttons}{edits}"


Look = Callable[[SeenMessage], bool]
