"""Sizes and times as people type them."""

import re
from typing import Final

_UNITS: Final = {
    "": 1,
    "k": 10**3,
    "m": 10**6,
    "g": 10**9,
    "ki": 2**10,
    "mi": 2**20,
    "gi": 2**30,
}
# More digits make no size that there is, and so many more no number.
_LONGEST_NUMBER: Final = 20
_SIZE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?i?)b?\s*", re.IGNORECASE)
_TIME: Final = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)")


def read_size(text: str) -> int:
    """Bytes: ``50MB`` and ``50M`` are millions, ``50MiB`` is 52,428,800. Raises ValueError."""
    found = _SIZE.fullmatch(text)
    unit = found[2].lower() if found else "?"
    if found is None or unit not in _UNITS or len(found[1]) > _LONGEST_NUMBER:
        raise ValueError(f"{text} is no size; write 50MB, 700k or 8MiB")
    return int(float(found[1]) * _UNITS[unit])


def read_time(text: str) -> float:
    """Seconds: ``90``, ``1:30.5`` or ``1:02:03``. Raises ValueError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text} is no time; write 90, 1:30.5 or 1:02:03")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def say_size(count: float) -> str:
    """Bytes in a unit that is easy to read."""
    for unit, worth in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= worth:
            return f"{count / worth:.1f} {unit}"
    return f"{count:.0f} B"


def say_time(seconds: float) -> str:
    """``12.3 s`` or ``1:02:03``."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
