"""What people send: the content of their messages."""

import re
from pathlib import Path
from typing import Any, TypedDict

from standin.entities import utf16_length
from standin.files import FileStore
from standin.media import describe
from standin.views import SeenMessage

Json = dict[str, Any]

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?")
_DEFAULTS: dict[str, Json] = {
    "animation": {"width": 320, "height": 240, "duration": 1},
    "audio": {"duration": 1},
    "document": {},
    "photo": {},
    "sticker": {"emoji": "🙂"},
    "video": {"width": 320, "height": 240, "duration": 1},
    "video_note": {"length": 384, "duration": 1},
    "voice": {"duration": 1},
}
_MIME = {
    "animation": "video/mp4",
    "photo": "image/jpeg",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}


class FileOptions(TypedDict, total=False):
    """What a person's client says of a file, which need not be true.

    `file_name` (an empty one is left out), `mime_type`, `file_size` in bytes, or
    `size_known=False` for none; `width`, `height` and a round note's `length` in pixels,
    `duration` in seconds; `caption` and the message it replies to.
    """

    file_name: str
    mime_type: str
    file_size: int
    size_known: bool
    caption: str
    reply_to: SeenMessage
    width: int
    height: int
    length: int
    duration: int
    title: str
    performer: str


_ATTRIBUTES = frozenset({"width", "height", "length", "duration", "title", "performer"})


def text(words: str) -> Json:
    """A text, its bot commands marked as Telegram does."""
    found = [
        {
            "type": "bot_command",
            "offset": utf16_length(words[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _COMMAND.finditer(words)
    ]
    return {"text": words, **({"entities": found} if found else {})}


def media(files: FileStore, kind: str, path: Path, options: FileOptions) -> Json:
    """A file with its caption."""
    stored = files.add(
        path,
        kind,
        name=options.get("file_name"),
        mime_type=options.get("mime_type") or _MIME.get(kind),
        size=options.get("file_size"),
        size_known=options.get("size_known", True),
    )
    given: Json = {name: value for name, value in options.items() if name in _ATTRIBUTES}
    made = describe(kind, stored, _DEFAULTS[kind] | given)
    caption = options.get("caption")
    return made | ({"caption": caption} if caption else {})


def contact(first_name: str, phone_number: str) -> Json:
    """A shared contact."""
    return {"contact": {"phone_number": phone_number, "first_name": first_name}}


def location(latitude: float, longitude: float) -> Json:
    """A point on the map, in degrees."""
    return {"location": {"latitude": latitude, "longitude": longitude}}
