"""Which moments of a film stand for the whole of it. Pure."""

from typing import Final

from converter.media import MediaInfo
from converter.planning.cuts import cut_at

# One alone is no series.
FEWEST: Final = 2
# Seconds between two moments, at least: closer ones show the same.
_APART: Final = 0.2


def findable(info: MediaInfo) -> bool:
    """Whether a moment of the film can be found without reading all before it."""
    return bool(info.videos) and cut_at(info, 1.0).skip == 0


def spread(
    length: float | None, count: int, start: float = 0.0, end: float | None = None
) -> tuple[float, ...]:
    """The middle of each of `count` equal parts of what lies between `start` and `end` of a film
    that is so long, all in seconds on its own time line. Fewer where they would be too close
    together; none where nobody knows its length."""
    if length is None:
        return ()
    part = (length if end is None else min(length, end)) - start
    count = min(count, int(part / _APART))
    step = part / max(1, count)
    return tuple(round(start + step * (number + 0.5), 3) for number in range(count))
