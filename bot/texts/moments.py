"""Moments of a film in words. Pure."""

import math
from collections.abc import Sequence
from typing import Final

from bot.texts.sentences import clock

_DIGITS: Final = (0, 1, 2)
# What is lost where a decimal fraction becomes a binary one.
_NEXT_TO_NOTHING: Final = 1e-6


def rounded(moments: Sequence[float]) -> list[float]:
    """In seconds as a player shows them: whole ones, or with as many digits behind them as it takes
    to tell one from the other."""
    found: list[float] = []
    for digits in _DIGITS:
        scale = 10**digits
        found = [math.floor(at * scale + _NEXT_TO_NOTHING) / scale for at in moments]
        if len(set(found)) == len(found):
            break
    return found


def times(moments: Sequence[float]) -> list[str]:
    """The same as ``1:05``."""
    return [clock(at) for at in rounded(moments)]
