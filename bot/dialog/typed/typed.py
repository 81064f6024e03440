"""What people type where a button is not enough, made into options. Pure.

Raises ValueError for what can't be understood; whoever asked says what it takes.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.dialog.typed.amounts import read_size, read_time
from converter.options import OPTIONS, Unit

# What people type is short; whatever isn't is no value, and costs no time.
_LONGEST: Final = 64
_MOST_SECONDS: Final = 1_000_000.0
_BETWEEN: Final = re.compile(r" ?(?:-|–|—|\.\.|\bto\b|\bдо\b) ?")
_FIRST: Final = re.compile(r"(?:the\s+)?(?:first|перв\w+)\s+(.+)", re.IGNORECASE)
_LAST: Final = re.compile(r"(?:the\s+)?(?:last|последн\w+)\s+(.+)", re.IGNORECASE)
_UNIT: Final = re.compile(r"\s*(?:s|sec|seconds?|с|сек\w*)\.?\s*$", re.IGNORECASE)
_MINUTES: Final = re.compile(
    r"\s*(\d+(?:[.,]\d+)?)\s*(?:m|min|minutes?|м|мин\w*)\.?\s*$", re.IGNORECASE
)


def read(field: str, text: str, seconds: float | None) -> Mapping[str, str]:
    """The options, in words, that a text means for `field`: an option's name, or "trim". `seconds`
    is the file's length, where it is known."""
    if field == "trim":
        return trim(text, seconds)
    text = _short(text)
    option = OPTIONS[field]
    reader: Callable[[str], object] = _READERS.get(option.takes.unit, str.strip)
    return {field: str(option.takes.read(reader(text)))}


def trim(text: str, seconds: float | None) -> dict[str, str]:
    """``0:10–0:42``, ``first 30 s``, ``last 30 s``, or one moment: from there to the end."""
    text = _short(text)
    if found := _FIRST.fullmatch(text):
        return {"start": "", "end": str(moment(found[1]))}
    if found := _LAST.fullmatch(text):
        length = moment(found[1])
        if seconds is None or length <= 0:
            raise ValueError("nobody knows where the end is")
        return {"start": str(max(0.0, seconds - length)), "end": ""}
    if len(parts := _BETWEEN.split(text)) == 2:  # noqa: PLR2004 - from, to
        start, end = map(moment, parts)
        if end <= start:
            raise ValueError("it ends before it begins")
        return {"start": str(start) if start else "", "end": str(end)}
    return {"start": str(moment(text)), "end": ""}


def moment(text: str) -> float:
    """Seconds: ``90``, ``90 s``, ``1.5 min``, ``1:30.5`` or ``1:02:03``."""
    text = _short(text)
    if found := _MINUTES.fullmatch(text):
        seconds = float(found[1].replace(",", ".")) * 60
    else:
        seconds = read_time(_UNIT.sub("", text).replace(",", "."))
    if seconds > _MOST_SECONDS:
        raise ValueError("nothing is that long")
    return seconds


def _short(text: str) -> str:
    """On one line, with single spaces."""
    text = " ".join(text[: 4 * _LONGEST].split())
    if len(text) > _LONGEST:
        raise ValueError("too long for a value")
    return text


def _number(text: str) -> str:
    return re.sub(r"[^\d.+-]", "", text.replace(",", "."))


def _whole(text: str) -> str:
    """``720p`` is a height too."""
    return re.sub(r"\s*(?:p|px|пикс\w*)$", "", text.strip(), flags=re.IGNORECASE)


def _bytes(text: str) -> int:
    return read_size(text.replace(",", ".").upper().translate(_CYRILLIC))


_CYRILLIC: Final = str.maketrans({"М": "M", "К": "K", "Г": "G", "Б": "B"})

_READERS: Final[Mapping[Unit, Callable[[str], object]]] = {
    Unit.BYTES: _bytes,
    Unit.SECONDS: moment,
    Unit.NUMBER: _number,
    Unit.WHOLE: _whole,
}
