"""ffmpeg's ``-progress`` lines made into how far it has come. Pure."""

import contextlib
import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one run has come.

    `seconds` of output written; `speed` in seconds of video for each second of work, None before
    it is known; `total` seconds expected, None when unknown.
    """

    seconds: float = 0.0
    speed: float | None = None
    total: float | None = None
    finished: bool = False

    @property
    def fraction(self) -> float | None:
        """0.0 to 1.0, None when the total is unknown."""
        if self.finished:
            return 1.0
        if not self.total:
            return None
        return min(1.0, max(0.0, self.seconds / self.total))

    @property
    def seconds_left(self) -> float | None:
        """Time until the end at this speed, None when it can't be told."""
        if not self.total or not self.speed:
            return None
        return max(0.0, self.total - self.seconds) / self.speed


def advance(progress: Progress, line: str) -> Progress:
    """The progress after one more line ``key=value``. Whatever makes no sense changes nothing."""
    key, _, value = line.strip().partition("=")
    value = value.strip()
    if key == "out_time_us":
        seconds = _number(value)
        # Before the first packet ffmpeg prints the smallest 64-bit number.
        if seconds is not None and seconds >= 0:
            return replace(progress, seconds=seconds / 1_000_000)
    elif key == "speed":
        speed = _number(value.removesuffix("x"))
        if speed is not None and speed > 0:
            return replace(progress, speed=speed)
    elif key == "progress" and value == "end":
        return replace(progress, finished=True)
    return progress


def _number(text: str) -> float | None:
    with contextlib.suppress(ValueError):
        number = float(text)
        return number if math.isfinite(number) else None
    return None
