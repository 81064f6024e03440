"""Whether frames are made of two fields of different moments. `idet` counts them; where it finds
many, this looks once more, because fine drawings that move deceive it."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.conformance.facts import Picture
from tests.conformance.frames import Box, Fit, small_frames
from tests.conformance.pixels import Small
from tests.conformance.toolbox import Toolbox

_PLACES: Final = (0.15, 0.35, 0.55, 0.75)
_WIDTH: Final = 320
_MOST_ROWS: Final = 1088
# By so many levels a pixel has changed since the frame before.
_MOVED: Final = 12
# So many have to.
_FEW: Final = 200
# Lines of the other field are less alike than the next of the same, by so much.
_TORN: Final = 1.3


def combed(tools: Toolbox, path: Path, picture: Picture) -> bool:
    """Where it moves, lines beside each other differ more than every other line does."""
    pairs = sorted({min(picture.frames - 2, int(part * picture.frames)) for part in _PLACES})
    rows = min(_MOST_ROWS, picture.height)
    wanted = {n for first in pairs for n in (first, first + 1) if n >= 0}
    as_stored = replace(picture, turn=(1, 0, 0, 1))
    box = Box(min(_WIDTH, picture.width), rows, fit=Fit.STRETCHED)
    frames, _ = small_frames(tools, path, as_stored, wanted, box)
    beside = apart = moved = 0
    for first in pairs:
        if first in frames and first + 1 in frames:
            found = _torn(frames[first], frames[first + 1])
            beside, apart, moved = beside + found[0], apart + found[1], moved + found[2]
    return moved >= _FEW and beside > _TORN * apart


def _torn(before: Small, after: Small) -> tuple[int, int, int]:
    """Of pixels that moved: how much they differ from the line below, from the one after that,
    and how many there are."""
    w = after.width
    beside = apart = moved = 0
    then, now = before.luma, after.luma
    for at in range(len(now) - 2 * w):
        if abs(now[at] - then[at]) > _MOVED:
            moved += 1
            beside += abs(now[at] - now[at + w])
            apart += abs(now[at] - now[at + 2 * w])
    return beside, apart, moved
