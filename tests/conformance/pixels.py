"""Small pictures in plain Python: turned, and compared with each other."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul
from typing import Final

_WINDOW: Final = 8
_STEP: Final = 4
# The constants of SSIM for 8 bits.
_C1: Final = (0.01 * 255) ** 2
_C2: Final = (0.03 * 255) ** 2
_OPAQUE: Final = 255


@dataclass(frozen=True, slots=True)
class Small:
    """A small picture in luma and chroma of full size each, 8 bits, video range. Where `opaque`
    isn't 255 nobody knows what is seen."""

    width: int
    height: int
    luma: bytes
    blue: bytes
    red: bytes
    opaque: bytes = b""

    @property
    def contrast(self) -> float:
        """Standard deviation of its luma."""
        return _deviation(self.luma)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a picture resembles another. `ssim` 1 is the same. `colour`: mean difference of chroma
    in levels of 255; `brightness`: difference of mean luma; `contrast`: ratio of deviations, 1
    where both are flat."""

    ssim: float
    colour: float
    brightness: float
    contrast: float


def turned(small: Small, turn: tuple[int, int, int, int]) -> Small:
    """Moved as a display matrix (a, b, c, d) says: x' = ax + cy, y' = bx + dy."""
    a, b, c, d = turn
    if turn == (1, 0, 0, 1) or abs(a * d - b * c) != 1:
        return small
    w, h = small.width, small.height
    wide, high = (h, w) if a == 0 else (w, h)
    left = min(0, a * (w - 1)) + min(0, c * (h - 1))
    top = min(0, b * (w - 1)) + min(0, d * (h - 1))

    def moved(plane: bytes) -> bytes:
        to = bytearray(len(plane))
        for y in range(h):
            for x in range(w):
                to[(b * x + d * y - top) * wide + a * x + c * y - left] = plane[y * w + x]
        return bytes(to)

    planes = (small.luma, small.blue, small.red, small.opaque)
    return Small(wide, high, *(moved(plane) if plane else b"" for plane in planes))


def likeness(one: Small, other: Small) -> Likeness | None:
    """Compare two pictures of one size where both are opaque; None where that is nowhere."""
    places = list(_windows(one, other))
    if not places:
        return None
    chroma = [
        abs(_mean(a, at, one.width) - _mean(b, at, one.width))
        for at in places
        for a, b in ((one.blue, other.blue), (one.red, other.red))
    ]
    ours = b"".join(_window(one.luma, at, one.width) for at in places)
    theirs = b"".join(_window(other.luma, at, one.width) for at in places)
    before, after = _deviation(ours), _deviation(theirs)
    return Likeness(
        ssim=sum(_ssim(one, other, at) for at in places) / len(places),
        colour=sum(chroma) / len(chroma),
        brightness=(sum(theirs) - sum(ours)) / len(ours),
        # A level or two of noise keeps flat pictures from any ratio at all.
        contrast=(after + 2) / (before + 2),
    )


def _windows(one: Small, other: Small) -> Iterator[int]:
    """Where each window that is opaque in both begins."""
    for y in range(0, one.height - _WINDOW + 1, _STEP):
        for x in range(0, one.width - _WINDOW + 1, _STEP):
            at = y * one.width + x
            masks = [small.opaque for small in (one, other) if small.opaque]
            if all(min(_window(mask, at, one.width)) == _OPAQUE for mask in masks):
                yield at


def _window(plane: bytes, at: int, width: int) -> bytes:
    rows = range(at, at + _WINDOW * width, width)
    return b"".join(plane[row : row + _WINDOW] for row in rows)


def _mean(plane: bytes, at: int, width: int) -> float:
    return sum(_window(plane, at, width)) / (_WINDOW * _WINDOW)


def _ssim(one: Small, other: Small, at: int) -> float:
    a, b = (_window(small.luma, at, small.width) for small in (one, other))
    n = len(a)
    mean_a, mean_b = sum(a) / n, sum(b) / n
    var_a = sum(map(mul, a, a)) / n - mean_a * mean_a
    var_b = sum(map(mul, b, b)) / n - mean_b * mean_b
    both: float = sum(map(mul, a, b)) / n - mean_a * mean_b
    light: float = (2 * mean_a * mean_b + _C1) / (mean_a * mean_a + mean_b * mean_b + _C1)
    return float(light * (2 * both + _C2) / (var_a + var_b + _C2))


def _deviation(plane: bytes) -> float:
    if not plane:
        return 0.0
    mean = sum(plane) / len(plane)
    return math.sqrt(max(0.0, sum(map(mul, plane, plane)) / len(plane) - mean**2))
