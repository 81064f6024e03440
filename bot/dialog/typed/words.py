"""A wish in a few words, as people write it behind a command: ``mp3``, ``720p 12MB``, ``кружок``.
Pure."""

import re
from collections.abc import Mapping
from typing import Final

from bot.dialog.typed import typed
from bot.dialog.wish import changed
from converter.formats import TARGETS
from converter.request import Request

_CALLED: Final[Mapping[str, str]] = {
    **{key: key for key in TARGETS},
    **dict.fromkeys(("video", "видео"), "mp4"),
    **dict.fromkeys(("h265", "x265"), "hevc"),
    **dict.fromkeys(("circle", "round", "кружок", "кружочек"), "note"),
    **dict.fromkeys(("voice", "ogg", "голос", "голосовое"), "opus"),
    **dict.fromkeys(("audio", "sound", "аудио", "звук"), "mp3"),
    **dict.fromkeys(("picture", "photo", "jpg", "jpeg", "картинка", "кадр"), "frame"),
    **dict.fromkeys(("гиф", "гифка"), "gif"),
    **dict.fromkeys(("анимация",), "animation"),
    **dict.fromkeys(("стикер",), "sticker"),
    **dict.fromkeys(("эмодзи",), "emoji"),
}
_FLAGS: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("mute", "silent", "немое"), ("mute", "true")),
    **dict.fromkeys(("small", "маленькое"), ("quality", "small")),
    **dict.fromkeys(("best", "лучшее"), ("quality", "original")),
}
_HEIGHT: Final = re.compile(r"(\d{2,4})p")
_MOST_WORDS: Final = 8


def target_of(word: str) -> str | None:
    """The target that a word means."""
    return _CALLED.get(word.casefold())


def wish_of(text: str, request: Request) -> Request:
    """The request with what the words say. Raises ValueError with the first word that says nothing,
    and Refused for what makes no sense."""
    words = text.split()[:_MOST_WORDS]
    # The format goes first: the others are held against it.
    for word in sorted(words, key=lambda one: target_of(one) is None):
        request = changed(request, **_values(word))
    return request


def _values(word: str) -> dict[str, str]:
    if target := target_of(word):
        return {"target": target}
    if flag := _FLAGS.get(word.casefold()):
        return {flag[0]: flag[1]}
    if found := _HEIGHT.fullmatch(word.casefold()):
        return {"height": found[1]}
    try:
        return dict(typed.read("max_bytes", word, None))
    except (ValueError, TypeError, OverflowError):
        raise ValueError(word) from None
