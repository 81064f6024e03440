"""How often a person is answered: commands that only cause answers make no flood of them. Pure, but
for the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_BURST: Final = 10.0
_PER_SECOND: Final = 0.5
# The same words again so soon are a finger that slipped, or a machine.
_SAME_SECONDS: Final = 3.0
_MOST_PEOPLE: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    said: str | None = None
    said_at: float = 0.0
    dry: bool = False


class Throttle:
    """A bucket of answers for each person: ten at once, then one in two seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def allows(self, who: str, words: str | None) -> bool:
        """Whether a person may be answered now. The same `words`, with nothing done in between, are
        answered once in three seconds; None is never the same."""
        now = self._clock()
        bucket = self._bucket(who, now)
        bucket.left = min(_BURST, bucket.left + (now - bucket.at) * _PER_SECOND)
        bucket.at = now
        again = words is not None and words == bucket.said
        if bucket.left < 1 or (again and now - bucket.said_at < _SAME_SECONDS):
            return False
        bucket.said, bucket.said_at = words, now
        bucket.left -= 1
        bucket.dry = False
        return True

    def acted(self, who: str) -> None:
        """A person tapped or sent something: the same words again ask for something new."""
        if (bucket := self._buckets.get(who)) is not None:
            bucket.said = None

    def first_time(self, who: str) -> bool:
        """Whether this is the first answer that is kept from a person since they got one: worth a
        line in the log."""
        bucket = self._bucket(who, self._clock())
        first, bucket.dry = not bucket.dry, True
        return first

    def _bucket(self, who: str, now: float) -> _Bucket:
        if who not in self._buckets:
            if len(self._buckets) >= _MOST_PEOPLE:
                self._forget(now)
            self._buckets[who] = _Bucket(_BURST, now)
        return self._buckets[who]

    def _forget(self, now: float) -> None:
        """Whoever has been silent for so long that their bucket is full again; all, if need be."""
        full = _BURST / _PER_SECOND
        self._buckets = {who: b for who, b in self._buckets.items() if now - b.at < full}
        if len(self._buckets) >= _MOST_PEOPLE:
            self._buckets.clear()
