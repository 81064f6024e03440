"""Values out of somebody else's JSON: whatever makes no sense becomes "unknown". Pure."""

import contextlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

_MAD: Final = 1 << 63
"""What no count and no time of ffmpeg's reaches: it keeps both in 64 bits."""
_TICK: Final = 1e-6
"""Its shortest time, seconds."""

Json = Mapping[str, Any]


def text(value: object) -> str:
    """A string, "" for anything else."""
    return value if isinstance(value, str) else ""


def colour(value: object) -> str:
    """A colour's name, "" where it says nothing."""
    name = text(value)
    return "" if name in {"unknown", "unspecified", "reserved"} else name


def whole(value: object) -> int:
    """A whole number, 0 where there is none."""
    number = seconds(value)
    return int(number) if number is not None else 0


def seconds(value: object) -> float | None:
    """A number that ffmpeg could have counted, None where there is none."""
    if isinstance(value, str | int | float):
        with contextlib.suppress(ValueError, OverflowError):
            number = float(value)
            return number if -_MAD < number < _MAD else None
    return None


def positive(value: object) -> float | None:
    """Such a number of at least a microsecond (or a millionth), None otherwise."""
    number = seconds(value)
    return number if number is not None and number >= _TICK else None


def fraction(value: object, separator: str) -> Fraction | None:
    """Two whole numbers above 0 around `separator`, None otherwise."""
    top, found, bottom = text(value).partition(separator)
    if not found:
        return None
    with contextlib.suppress(ValueError, ZeroDivisionError):
        fraction = Fraction(int(top), int(bottom))
        return (
            fraction if fraction > 0 and fraction.numerator < _MAD > fraction.denominator else None
        )
    return None


def rate(value: object) -> Fraction | None:
    """``30000/1001``, None where it makes no sense."""
    return fraction(value, "/")


def ratio(value: object) -> Fraction:
    """``4:3``, 1 where it makes no sense."""
    return fraction(value, ":") or Fraction(1)


def mapping(value: object) -> Json:
    """An object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """A list, an empty one for anything else."""
    return value if isinstance(value, list) else []
