"""How often somebody may say a wrong word at the door. A right one is let in whatever the count:
behind a proxy all have one address, and a stranger must not keep the operator out."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

EACH: Final = 10
TOGETHER: Final = 100
WINDOW: Final = 300.0
_MOST_ADDRESSES: Final = 2 * TOGETHER


class Throttle:
    """Counts what failed within the last 5 minutes: 10 tries of one address, 100 in all. `clock` in
    seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all: deque[float] = deque()
        self._each: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait(self, address: str) -> float:
        """In how many seconds this address may try; 0 is now."""
        since = self._clock() - WINDOW
        _forget(self._all, since)
        theirs = self._each.get(address, deque())
        _forget(theirs, since)
        full = [
            tries[0]
            for tries, most in ((theirs, EACH), (self._all, TOGETHER))
            if _many(tries, most)
        ]
        return max((began - since for began in full), default=0.0)

    def failed(self, address: str) -> None:
        """A try of this address was wrong."""
        now = self._clock()
        self._all.append(now)
        self._each[address].append(now)
        if len(self._each) > _MOST_ADDRESSES:
            since = now - WINDOW
            lately = ((one, tries) for one, tries in self._each.items() if tries)
            kept = {one: tries for one, tries in lately if tries[-1] > since}
            self._each = defaultdict(deque, kept)

    def __len__(self) -> int:
        """How many addresses it remembers."""
        return len(self._each)


def _many(tries: deque[float], most: int) -> bool:
    return len(tries) >= most


def _forget(tries: deque[float], since: float) -> None:
    while tries and tries[0] <= since:
        tries.popleft()
