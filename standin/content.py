"""What people send: the content of their messages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from standin.contents import film
from standin.entities import utf16_length
from standin.files import FileStore
from standin.media import describe
from standin.room import Room
from standin.state import Topic
from standin.views import SeenMessage

Json = dict[str, Any]


@dataclass(frozen=True)
class Quality:
    """A rendition of a video; sides that aren't given are those of the file."""

    path: Path | str
    width: int | None = None
    height: int | None = None
    codec: str = "h264"


_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?")
_MENTION = re.compile(r"(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{4,31}\b")
_DEFAULTS: dict[str, Json] = {
    "animation": {"width": 320, "height": 240, "duration": 1},
    "audio": {"duration": 1},
    "document": {},
    "live_photo": {"width": 320, "height": 240, "duration": 3},
    "photo": {},
    "sticker": {"emoji": "🙂"},
    "video": {"width": 320, "height": 240, "duration": 1},
    "video_note": {"length": 384, "duration": 1},
    "voice": {"duration": 1},
}
_MIME = {
    "animation": "video/mp4",
    "live_photo": "video/mp4",
    "photo": "image/jpeg",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}


class MessageOptions(TypedDict, total=False):
    """Where a person's message goes, and where it comes from.

    `reply_to` is the message that it answers, `thread` a forum's topic or its id, `album` what it
    shares with others (from `albums.new_id`), and `forwarded_from` who wrote it first: a person, a
    group or a channel of the stand-in, a message of theirs, or just the name of somebody who hides.
    """

    reply_to: SeenMessage | None
    album: str
    thread: Topic | int | None
    forwarded_from: Room | SeenMessage | str | None


class FileOptions(MessageOptions, total=False):
    """What a person's client says of a file, which need not be true.

    `file_name` (an empty one is left out), `mime_type`, `file_size` in bytes, or
    `size_known=False` for none; `width`, `height` and a round note's `length` in pixels,
    `duration` in seconds; `caption`; a video's `qualities`: smaller files of the same film.
    """

    file_name: str
    mime_type: str
    file_size: int
    size_known: bool
    caption: str
    width: int
    height: int
    length: int
    duration: int
    title: str
    performer: str
    qualities: Sequence[Path | str | Quality]


_ATTRIBUTES = frozenset({"width", "height", "length", "duration", "title", "performer"})


def text(words: str) -> Json:
    """A text, its bot commands and mentions marked as Telegram does."""
    found = _marks(words)
    return {"text": words, **({"entities": found} if found else {})}


def caption(words: str) -> Json:
    """The same under a file."""
    found = _marks(words)
    said = {"caption": words} if words else {}
    return said | ({"caption_entities": found} if found else {})


def _marks(words: str) -> list[Json]:
    return [
        {
            "type": kind,
            "offset": utf16_length(words[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for kind, pattern in (("bot_command", _COMMAND), ("mention", _MENTION))
        for match in pattern.finditer(words)
    ]


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
    if options.get("qualities"):
        given["qualities"] = [_quality(files, rendition) for rendition in options["qualities"]]
    files.say(stored.file_id, _DEFAULTS[kind] | given)
    made = describe(kind, stored, files.said(stored.file_id))
    return made | caption(options.get("caption", ""))


def live_photo(files: FileStore, path: Path, photo: Path, options: FileOptions) -> Json:
    """A photo that moves: a short film, and the picture for those who know no such thing."""
    still = media(files, "photo", photo, {})["photo"]
    made = media(files, "live_photo", path, options)
    made["live_photo"]["photo"] = still
    return made | {"photo": still}


def _quality(files: FileStore, rendition: Path | str | Quality) -> Json:
    """A VideoQuality object."""
    quality = rendition if isinstance(rendition, Quality) else Quality(rendition)
    stored = files.add(Path(quality.path), "video")
    seen = film(stored.path)
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "width": quality.width or (seen.width if seen else 0),
        "height": quality.height or (seen.height if seen else 0),
        "codec": quality.codec,
        "file_size": stored.size,
    }


def contact(first_name: str, phone_number: str) -> Json:
    """A shared contact."""
    return {"contact": {"phone_number": phone_number, "first_name": first_name}}


def location(latitude: float, longitude: float) -> Json:
    """A point on the map, in degrees."""
    return {"location": {"latitude": latitude, "longitude": longitude}}
