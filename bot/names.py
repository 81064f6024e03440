"""What files are called: what comes out is called as what came in, with nothing in the name that
a file system, a chat or a reader could trip over. Pure."""

import re
import unicodedata
from typing import Final

# Bytes of a name without its suffix: file systems take 255, and our own marks need some.
LONGEST: Final = 200
_NAMELESS: Final = "video"
# A suffix is a few letters and digits of one case: not the ".0" of "v1.0", nor the ".Bean" of a
# name.
_SUFFIX: Final = re.compile(r"\.(?=\w*[A-Za-z])(?:[a-z0-9]{1,5}|[A-Z0-9]{1,5})", re.ASCII)
_PARTS: Final = re.compile(r"[/\\]")
_RESERVED: Final = frozenset('<>:"|?*')
_EDGES: Final = " .-"
_ZWNJ, _ZWJ = "\u200c", "\u200d"
_JOINERS: Final = frozenset({_ZWNJ, _ZWJ})
_SKINS: Final = range(0x1F3FB, 0x1F400)
_FLAGS: Final = range(0x1F1E6, 0x1F200)
# Vowels and final consonants of Korean in pieces, as Apple's file systems give it.
_JAMO: Final = range(0x1160, 0x1200)
_NO_CHARACTERS: Final = range(0xFDD0, 0xFDF0)
_PLANE: Final = 0xFFFE


def result_name(name: str, suffix: str) -> str:
    """The name of what is made of a file called `name`: the same, ending in `suffix` instead.

    One part of a path, never hidden and never an option; at most LONGEST bytes and the suffix.
    """
    stem = _trimmed(clean(_stem(_PARTS.split(name)[-1].strip())))
    stem = "".join("_" if c in _RESERVED else c for c in stem)
    return (_trimmed(_shortened(stem, LONGEST)) or _NAMELESS) + suffix


def _stem(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    # A hidden file's whole name is no suffix.
    return stem if stem.strip(".") and _SUFFIX.fullmatch(dot + ending) else name


def clean(text: str) -> str:
    """One line without what can't be seen: controls and direction marks go, what joins letters
    and emoji stays."""
    kept = "".join(map(_clean, text)).strip()
    # A joiner that joins nothing would be a name that nobody can see or type.
    return kept.strip("".join(_JOINERS)).strip()


def _clean(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc"}:
        return " " if category != "Cc" or character.isspace() else ""
    if category in {"Cf", "Cs"}:
        return character if character in _JOINERS else ""
    point = ord(character)
    # Other characters without a category stay: emoji are younger than the tables of this Python.
    return "" if point in _NO_CHARACTERS or point & _PLANE == _PLANE else character


def elided(text: str, most: int, tail: int) -> str:
    """At most so many characters, `tail` of them from its end, where most names differ."""
    if len(text) <= most:
        return text
    head = next((at for at in range(most - tail - 1, 0, -1) if _begins(text, at)), 0)
    last = next((at for at in range(len(text) - tail, len(text)) if _begins(text, at)), len(text))
    return f"{text[:head]}…{text[last:]}"


def _shortened(text: str, most: int) -> str:
    """As much of the beginning as takes `most` bytes, without cutting through what is read as one
    character (where that alone isn't longer)."""
    end, size = 0, 0
    while end < len(text) and (size := size + len(text[end].encode())) <= most:
        end += 1
    if end == len(text):
        return text
    whole = next((at for at in range(end, 0, -1) if _begins(text, at)), end)
    return text[:whole]


def _begins(text: str, at: int) -> bool:
    """Whether the character at this place begins a new one for readers."""
    point = ord(text[at])
    if unicodedata.category(text[at]).startswith("M") or text[at] in _JOINERS:
        return False
    if point in _SKINS or point in _JAMO or text[at - 1] == _ZWJ:
        return False
    if point not in _FLAGS:
        return True
    before = text[:at]
    run = len(before) - len(before.rstrip("".join(map(chr, _FLAGS))))
    return run % 2 == 0


def _trimmed(stem: str) -> str:
    return stem.strip("".join((_EDGES, *_RESERVED, *_JOINERS)))
