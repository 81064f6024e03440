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
