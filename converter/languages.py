"""Codes of languages, as people type them and as files carry them. Pure."""

import re
from collections.abc import Mapping
from typing import Final

# ISO 639's two-letter codes as people type them, and the three letters that files carry.
_LETTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("eng",),
    "ru": ("rus",),
    "uk": ("ukr",),
    "be": ("bel",),
    "de": ("ger", "deu"),
    "fr": ("fre", "fra"),
    "es": ("spa",),
    "it": ("ita",),
    "pt": ("por",),
    "pl": ("pol",),
    "cs": ("cze", "ces"),
    "tr": ("tur",),
    "ar": ("ara",),
    "he": ("heb",),
    "fa": ("per", "fas"),
    "hi": ("hin",),
    "zh": ("chi", "zho"),
    "ja": ("jpn",),
    "ko": ("kor",),
    "kk": ("kaz",),
    "uz": ("uzb",),
    "nl": ("dut", "nld"),
    "sv": ("swe",),
    "fi": ("fin",),
    "el": ("gre", "ell"),
    "ro": ("rum", "ron"),
    "hu": ("hun",),
    "vi": ("vie",),
    "th": ("tha",),
    "id": ("ind",),
    "ka": ("geo", "kat"),
    "hy": ("arm", "hye"),
}

# What stands between the parts of a file's name.
_BETWEEN: Final = re.compile(r"[\s._\-\[\]()+]+")
# A name's last parts, of which one may be the language: "film.ru.forced".
_LOOKED_AT: Final = 3


def codes(language: str) -> frozenset[str]:
    """All codes of a language that is given, in small letters, by any of them."""
    for short, long in _LETTERS.items():
        if language == short or language in long:
            return frozenset({short, *long})
    return frozenset({language})


def of_name(name: str) -> str:
    """The language that a subtitle file says it is in, by the three letters that files carry:
    "rus" of "film.ru.srt"; "" where it says none."""
    parts = _BETWEEN.split(name.rpartition(".")[0].lower())[1:]
    for part in reversed(parts[-_LOOKED_AT:]):
        for short, long in _LETTERS.items():
            if part == short or part in long:
                return long[0]
    return ""
