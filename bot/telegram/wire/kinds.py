"""How each target reaches a person: the one table from what is made to messages of Telegram.

Telegram's own rules decide. What every client plays is a video, and what is asked for as a file
(for a player, an editor, a sticker set) is a document, which nobody shrinks or encodes anew: a
photo would lose its pixels, a GIF would become an MP4. A WebM can't be uploaded as a sticker:
clients show one as such only as part of a set, and @Stickers takes it as a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from aiogram.enums import ChatAction
from aiogram.methods import (
    SendAnimation,
    SendAudio,
    SendDocument,
    SendVideo,
    SendVideoNote,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import (
    InputMediaAnimation,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)

from bot.jobs.made import Sent
from bot.names import clean
from converter.convert import Result
from converter.shots import Shot, Shots

Media = InputMediaAnimation | InputMediaAudio | InputMediaDocument | InputMediaVideo

# What goes into an album of pictures.
Pictured = InputMediaPhoto | InputMediaDocument

# Telegram's bounds of a photo: bytes, width and height together, one to the other.
_PHOTO_BYTES: Final = 10_000_000
_PHOTO_SIDES: Final = 10_000
_PHOTO_RATIO: Final = 20
_LONGEST_TITLE: Final = 128
_PERFORMERS: Final = ("artist", "album_artist", "performer")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message with a file.

    `name` is what Telegram calls it, `send` the method that sends one, `media` what puts one in
    the place of a text, None where Telegram doesn't allow that. `says` names what is told of the
    file with it; `captioned`: words may stand under it, `thumbnailed`: a small picture may come
    with it, `covered`: a large one too; `named`: the file's name is seen with it, or when it is
    saved. `action` is what the chat shows while it is uploaded.
    """

    name: str
    action: ChatAction
    send: type[TelegramMethod[Message]]
    media: type[Media] | None
    says: frozenset[str]
    captioned: bool = True
    thumbnailed: bool = True
    named: bool = True
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """The kind of message that a target becomes, and the plainer one where Telegram refuses that
    to this person or in this chat (no voices, no round notes)."""

    kind: Kind
    otherwise: Kind | None = None

    @property
    def heard(self) -> bool:
        """It comes as a new message, which is heard; an edit is not."""
        return self.kind.media is None


_PICTURE: Final = frozenset({"width", "height", "duration"})

VIDEO: Final = Kind(
    "video",
    ChatAction.UPLOAD_VIDEO,
    SendVideo,
    InputMediaVideo,
    _PICTURE | {"supports_streaming"},
    covered=True,
)
ANIMATION: Final = Kind(
    "animation", ChatAction.UPLOAD_VIDEO, SendAnimation, InputMediaAnimation, _PICTURE
)
AUDIO: Final = Kind(
    "audio",
    ChatAction.UPLOAD_DOCUMENT,
    SendAudio,
    InputMediaAudio,
    frozenset({"duration", "title", "performer"}),
)
DOCUMENT: Final = Kind(
    "document",
    ChatAction.UPLOAD_DOCUMENT,
    SendDocument,
    InputMediaDocument,
    frozenset({"disable_content_type_detection"}),
)
NOTE: Final = Kind(
    "video_note",
    ChatAction.UPLOAD_VIDEO_NOTE,
    SendVideoNote,
    None,
    frozenset({"length", "duration"}),
    captioned=False,
    named=False,
)
VOICE: Final = Kind(
    "voice",
    ChatAction.UPLOAD_VOICE,
    SendVoice,
    None,
    frozenset({"duration"}),
    thumbnailed=False,
    named=False,
)

# An animation is said to be a document too: what comes first counts.
KINDS: Final = (VIDEO, ANIMATION, AUDIO, DOCUMENT, NOTE, VOICE)

DELIVERIES: Final[Mapping[str, Delivery]] = MappingProxyType(
    {
        "mp4": Delivery(VIDEO),
        "hevc": Delivery(VIDEO),
        # Older phones show it black in the chat; whoever asks for it has a player.
        "av1": Delivery(DOCUMENT),
        "webm": Delivery(DOCUMENT),
        "mkv": Delivery(DOCUMENT),
        "mov": Delivery(DOCUMENT),
        "animation": Delivery(ANIMATION),
        "gif": Delivery(DOCUMENT),
        "note": Delivery(NOTE, VIDEO),
        "sticker": Delivery(DOCUMENT),
        "emoji": Delivery(DOCUMENT),
        "mp3": Delivery(AUDIO),
        "m4a": Delivery(AUDIO),
        "opus": Delivery(VOICE, AUDIO),
        "flac": Delivery(DOCUMENT),
        "frame": Delivery(DOCUMENT),
    }
)


def way_of(target: str, *, as_file: bool) -> Delivery:
    """How a target comes: as its own kind of message, or as a plain file where that is wished."""
    return Delivery(DOCUMENT) if as_file else DELIVERIES[target]


def album_of(shots: Shots, *, as_file: bool) -> tuple[type[Pictured], ...]:
    """How several pictures come together: as photos, which are seen at once, and as files where
    Telegram takes no such photo, where nothing of them may be lost, or where that is wished. The
    second way is for when the first is refused. One album is all of one kind."""
    photos = not as_file and all(map(_is_photo, shots.pictures))
    return (InputMediaPhoto, InputMediaDocument) if photos else (InputMediaDocument,)


def _is_photo(shot: Shot) -> bool:
    long, short = max(shot.width, shot.height), min(shot.width, shot.height)
    bounded = shot.size <= _PHOTO_BYTES and long + short <= _PHOTO_SIDES
    # A PNG was asked for as what loses nothing, and a photo loses.
    return bounded and long <= short * _PHOTO_RATIO and shot.path.suffix == ".jpg"


def kind_of(name: str) -> Kind | None:
    """The kind that Telegram calls so, None for one that isn't of ours."""
    return next((kind for kind in KINDS if kind.name == name), None)


def sent_as(message: Message, meant: Kind) -> Sent | None:
    """What Telegram calls the file in a message of ours, which was `meant` to be of that kind."""
    for kind in KINDS:
        media = getattr(message, kind.name)
        if media is not None:
            return Sent(media.file_id, kind.name, named=kind.named, as_meant=kind is meant)
    return None


def said_of(kind: Kind, result: Result) -> dict[str, object]:
    """What is told of a result with a message of this kind. Telegram reads nothing of a larger
    file itself: without these it is shown as a square of no length."""
    facts: dict[str, object] = {
        "duration": max(1, round(result.after.duration or 0.0)),
        "supports_streaming": True,
        "disable_content_type_detection": True,
        "title": _tag(result, "title"),
        "performer": _tag(result, *_PERFORMERS),
    }
    if result.after.videos:
        width, height = result.after.videos[0].display_size
        facts |= {"width": width, "height": height, "length": width}
    return {name: facts[name] for name in kind.says if facts.get(name) is not None}


def _tag(result: Result, *names: str) -> str | None:
    found = (clean(result.after.tags.get(name, "")) for name in names)
    return next((text[:_LONGEST_TITLE] for text in found if text), None)
