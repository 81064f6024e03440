"""How often something may be done."""

import time
from collections.abc import Callable
from typing import Final

_MINUTE: Final = 60.0
# Addresses that are remembered; whoever was quiet longest is forgotten.
_MOST: Final = 10_000


Clock = Callable[[], float]


class Rate:
    """So many times in a minute, all at once if need be; None for as often as one likes. The clock
    tells seconds and never jumps."""

    def __init__(self, most: int | None, clock: Clock = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._left = float(most or 0)
        self._at = clock()

    def take(self) -> bool:
        """Once more; False where that is too often."""
        if self._most is None:
            return True
        now = self._clock()
        self._left += (now - self._at) * self._most / _MINUTE
        self._left, self._at = min(self._left, float(self._most)), now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Rates:
    """The same for each of many."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._known: dict[str, Rate] = {}

    def take(self, whose: str) -> bool:
        """Once more for this one."""
        if self._most is None:
            return True
        rate = self._known.pop(whose, None) or Rate(self._most)
        self._known[whose] = rate
        if len(self._known) > _MOST:
            del self._known[next(iter(self._known))]
        return rate.take()
