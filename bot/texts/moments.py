"""Moments of a film in words. Pure."""

import math
from collections.abc import Sequence
from typing import Final

from bot.texts.sentences import clock

_DIGITS: Final = (0, 1, 2)


def times(moments: Sequence[float]) -> list[str]:
    """``1:05`` each, in seconds as a player shows them; with as many digits behind them as it takes
    to tell one from the other."""
    shown: list[str] = []
    for digits in _DIGITS:
        shown = [clock(math.floor(at * 10**digits + 1e-6) / 10**digits) for at in moments]
        if len(set(shown)) == len(shown):
            break
    return shown
