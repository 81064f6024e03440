"""What is heard: the loudness of an output, moment by moment, beside its source's. Pure but for
`compare`, which decodes."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from typing import Final

from tests.conformance.facts import Facts, Sound
from tests.conformance.toolbox import Toolbox
from tests.conformance.waves import FLOOR, WINDOW, Wave, wave

Levels = Sequence[float | None]

# How far apart two sounds are looked for, and how long a piece is for that, in windows.
_REACH: Final = 60
_PIECE: Final = 1500
_LEAST_PIECE: Final = 100
# A tone has no shape that could be found again, in dB.
_FLAT: Final = 2.0
# What is quieter than this, or by so much than the loudest, nobody misses.
_QUIET: Final = -50.0
_FAINT: Final = 35.0
# So much quieter than its surroundings tell, and it is gone.
_GONE: Final = 20.0
_UNHEARD: Final = -60.0
# Encoders blur both ends.
_EDGE: Final = 5
_AS_GOOD: Final = 0.02


@dataclass(frozen=True, slots=True)
class Heard:
    """An output's sound beside its source's. `lags` in seconds, positive where the output is late,
    at up to three places, on a common clock that both files begin at; empty where the sound has
    no shape to tell by. `alike` is the poorest correlation of those. `gone`: which part of what is
    heard in the source is silence, `longest` the longest piece of that in seconds. `best` is the
    track that the output is most like, `chosen` the one it should be, by their indices."""

    lags: tuple[float, ...]
    alike: float
    gone: float
    longest: float
    chosen: int
    best: int


def compare(
    tools: Toolbox, source: tuple[Path, Facts], output: tuple[Path, Facts], most: float = 0.0
) -> Heard | None:
    """None where one of them has no sound. No more than `most` seconds of the source are wanted,
    if it isn't 0."""
    wanted, made = source[1].sound, output[1].sound
    if wanted is None or made is None:
        return None
    tracks = [s for s in source[1].sounds if s.span is not None]
    waves = {s.index: wave(tools, *source, s) for s in tracks}
    ours = wave(tools, *output, made)
    before = _since(source[1], wanted, waves[wanted.index])
    if most:
        before = before[: int(most / WINDOW)]
    after = _since(output[1], made, ours)
    lags, alike = lags_of(before, after)
    gone, longest = silence(before, after, lags[0] if lags else 0.0)
    marks = {index: _distance(theirs, ours) for index, theirs in waves.items()}
    near = min(marks.values())
    same = marks[wanted.index] <= near * 1.25 + 0.5
    best = wanted.index if same else min(marks, key=lambda index: marks[index])
    return Heard(lags, alike, gone, longest, wanted.index, best)


def lags_of(before: Levels, after: Levels) -> tuple[tuple[float, ...], float]:
    """By how much `after` comes later, at the beginning, in the middle and at the end; and the
    poorest correlation among those."""
    length = min(len(before), len(after) + _REACH)
    size = min(_PIECE, length)
    starts = sorted({0, (length - size) // 2, length - size}) if size >= _LEAST_PIECE else []
    found = [_lag(before[at : at + size], after, at) for at in starts]
    told = [pair for pair in found if pair is not None]
    return tuple(lag for lag, _ in told), min((mark for _, mark in told), default=1.0)


def silence(before: Levels, after: Levels, lag: float) -> tuple[float, float]:
    """Which part of what is heard in `before` is nothing in `after`, and the longest piece of
    that in seconds."""
    shift = round(lag / WINDOW)
    loudest = max((level for level in before if level is not None), default=FLOOR)
    heard = [
        (n, level)
        for n, level in enumerate(before)
        if level is not None and level > max(_QUIET, loudest - _FAINT)
    ]
    heard = heard[_EDGE:-_EDGE]
    there = [(level, _around(after, n + shift)) for n, level in heard]
    gains = [now - level for level, now in there if now > FLOOR]
    if not heard:
        return 0.0, 0.0
    if not gains:
        return 1.0, len(heard) * WINDOW
    gain = statistics.median(gains)
    lost = [now < level + gain - _GONE for level, now in there]
    longest = run = 0
    for gone in lost:
        run = run + 1 if gone else 0
        longest = max(longest, run)
    return sum(lost) / len(lost), longest * WINDOW


def _since(facts: Facts, sound: Sound, heard: Wave) -> tuple[float | None, ...]:
    """Levels from the file's first moment on."""
    start = facts.span.start if facts.span and not facts.leaps else heard.start
    return (None,) * round((heard.start - start) / WINDOW) + heard.levels if sound else ()


def _around(levels: Levels, at: int) -> float:
    """The loudest of a window and its neighbours: coders smear by as much."""
    near = (levels[n] for n in (at - 1, at, at + 1) if 0 <= n < len(levels))
    return max((level for level in near if level is not None), default=FLOOR)


def _lag(piece: Levels, after: Levels, at: int) -> tuple[float, float] | None:
    """By how much later a piece that begins at window `at` is found again, the least among
    equals; and how well it fits."""
    shape = [_clear(level) for level in piece]
    if statistics.pstdev(shape) < _FLAT:
        return None
    around = range(at - _REACH, at + len(shape) + _REACH)
    there = [_clear(after[n] if 0 <= n < len(after) else None) for n in around]
    marks = {
        lag: _correlation(shape, there[lag + _REACH : lag + _REACH + len(shape)])
        for lag in range(-_REACH, _REACH + 1)
    }
    best = max(marks.values())
    fitting = [lag for lag, mark in marks.items() if mark >= best - _AS_GOOD]
    return min(fitting, key=abs) * WINDOW, best


def _clear(level: float | None) -> float:
    """What is hardly heard says nothing of a sound's shape."""
    return _UNHEARD if level is None else max(_UNHEARD, level)


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Pearson's; 0 where one of them is constant."""
    n = len(one)
    sums = sum(one), sum(other)
    both = n * sum(map(mul, one, other)) - sums[0] * sums[1]
    spread = [
        n * sum(map(mul, row, row)) - total**2
        for row, total in zip((one, other), sums, strict=True)
    ]
    product = spread[0] * spread[1]
    return both / math.sqrt(product) if product > 1 else 0.0


def _distance(one: Wave, other: Wave) -> float:
    """How unlike two tracks are: in the shape of their loudness and in pitch."""
    size = min(len(one.levels), len(other.levels), _PIECE)
    pairs = [
        (_clear(a), _clear(b)) for a, b in zip(one.levels[:size], other.levels[:size], strict=True)
    ]
    if not pairs:
        return math.inf
    gain = statistics.median(b - a for a, b in pairs)
    shape = statistics.fmean(abs(b - a - gain) for a, b in pairs)
    pitch = abs(math.log2((one.rhythm + 20) / (other.rhythm + 20)))
    return shape + 12 * pitch
