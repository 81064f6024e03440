"""Sound as a row of short windows: how loud each is, on the file's clock."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import mul
from pathlib import Path
from typing import Final

from tests.conformance.facts import Facts, Sound
from tests.conformance.toolbox import Toolbox

Samples = Sequence[int]

RATE: Final = 8000
# Seconds, and samples, of a window.
WINDOW: Final = 0.01
_SAMPLES: Final = 80
# Longer films are judged by this much of them.
_MOST_SECONDS: Final = 1800.0
FLOOR: Final = -90.0


@dataclass(frozen=True, slots=True)
class Wave:
    """A track. `start` in seconds on the file's clock; `levels` in dB from there on, None where
    there is no sound at all; `samples` as they were decoded, one after the other."""

    start: float
    levels: tuple[float | None, ...]
    samples: Samples

    def pitch(self, at: float, seconds: float = 0.5) -> float:
        """How often the wave goes up through zero, times a second, from a moment of what was
        decoded on."""
        first = int(at * RATE)
        piece = self.samples[first : first + int(seconds * RATE)]
        ups = sum(a < 0 <= b for a, b in pairwise(piece))
        return ups / (len(piece) / RATE) if piece else 0.0

    @property
    def rhythm(self) -> float:
        """The same of a good part of the track."""
        length = len(self.samples) / RATE
        return self.pitch(length * 0.25, min(10.0, length / 2))


def wave(tools: Toolbox, path: Path, facts: Facts, sound: Sound) -> Wave:
    """Decode a track to one channel of a telephone's quality."""
    said = tools.pour(
        path,
        (),
        (
            *("-map", f"0:{sound.index}", "-t", f"{_MOST_SECONDS:g}", "-ac", "1"),
            *("-ar", str(RATE), "-f", "s16le"),
        ),
    )
    samples = array("h", said.data[: len(said.data) // 2 * 2])
    runs = ((0.0, math.inf),) if facts.leaps else sound.runs or ((0.0, math.inf),)
    start = sound.span.start if sound.span else 0.0
    return Wave(start, laid(samples, runs), samples)


def laid(samples: Samples, runs: Sequence[tuple[float, float]]) -> tuple[float | None, ...]:
    """Levels of windows, each piece of the track where its time is."""
    levels: list[float | None] = []
    first = 0
    for start, seconds in runs:
        place = max(len(levels) - 2, round((start - runs[0][0]) / WINDOW))
        levels += [None] * (min(place, int(_MOST_SECONDS / WINDOW)) - len(levels))
        last = len(samples) if math.isinf(seconds) else first + round(seconds * RATE)
        levels += [
            _level(samples[at : at + _SAMPLES])
            for at in range(first, min(last, len(samples)) - _SAMPLES + 1, _SAMPLES)
        ]
        first = last
    return tuple(levels)


def _level(piece: Samples) -> float:
    power = sum(map(mul, piece, piece)) / (len(piece) * 32768**2)
    return max(FLOOR, 10 * math.log10(power)) if power > 0 else FLOOR
