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


@dataclass(frozen=True, slots=True)
class Stage:
    """One step's part of the whole: both numbers are shares of it, 0.0 to 1.0."""

    begun: float = 0.0
    share: float = 1.0

    def of(self, progress: Progress) -> Progress:
        """The whole's progress, when this step has come as far as `progress`."""
        if self.share >= 1 or not progress.total:
            return progress
        fraction = progress.fraction or 0.0
        last = self.begun + self.share >= 1
        return replace(
            progress,
            seconds=(self.begun + self.share * fraction) * progress.total,
            speed=progress.speed / self.share if progress.speed else None,
            finished=progress.finished and last,
        )


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
