"""What the bot answers to a tap and to an inline query, as the person sees it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin.files import FileStore
from standin.views import Button

Json = dict[str, Any]

# The field that names a file which Telegram has, and the kind that it must be of.
CACHED = {
    "audio": ("audio_file_id", "audio"),
    "document": ("document_file_id", "document"),
    "gif": ("gif_file_id", "animation"),
    "mpeg4_gif": ("mpeg4_file_id", "animation"),
    "photo": ("photo_file_id", "photo"),
    "sticker": ("sticker_file_id", "sticker"),
    "video": ("video_file_id", "video"),
    "voice": ("voice_file_id", "voice"),
}


class CallbackAnswer:
    """What the bot answered to a tap."""

    def __init__(self, answer: Json) -> None:
        self.text: str = answer.get("text", "")
        self.show_alert: bool = answer.get("show_alert", False)
        self.url: str | None = answer.get("url")

    def __repr__(self) -> str:
        return f"CallbackAnswer(text={self.text!r}, show_alert={self.show_alert})"


@dataclass(frozen=True)
class InlineResult:
    """One offer; `file_id` and `path` are those of a file that Telegram has, or None."""

    id: str
    type: str
    title: str
    description: str
    caption: str
    file_id: str | None
    path: Path | None
    keyboard: list[list[Button]]
    raw: Json


class InlineAnswer:
    """What the bot offered; `button` is shown above the offers."""

    def __init__(self, answer: Json, files: FileStore) -> None:
        self.results = [_result(item, files) for item in answer["results"]]
        self.button: Json | None = answer.get("button")
        self.cache_time: int = answer.get("cache_time", 300)
        self.is_personal: bool = answer.get("is_personal", False)
        self.next_offset: str = answer.get("next_offset", "")

    def __repr__(self) -> str:
        return f"InlineAnswer({[(r.type, r.title) for r in self.results]})"


def _result(item: Json, files: FileStore) -> InlineResult:
    field, _ = CACHED.get(item["type"], ("", ""))
    file_id: str | None = item.get(field)
    rows = item.get("reply_markup", {}).get("inline_keyboard", [])
    return InlineResult(
        id=item["id"],
        type=item["type"],
        title=item.get("title", ""),
        description=item.get("description", ""),
        caption=item.get("caption", ""),
        file_id=file_id,
        path=None if file_id is None else files.get(file_id).path,
        keyboard=[[Button.of(button) for button in row] for row in rows],
        raw=item,
    )
