"""A second look at a picture whose frames seem to be woven of two fields: where it moves, do lines
beside each other really differ more than every other one does? Pure: the command, and what its
frames say.

`idet` takes fine drawings that move for fields; this doesn't. Measured: whole frames give up to
0.9, woven ones 1.1 to 7 (docs/decisions/0012-measured-not-believed.md).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from converter.input.guards import input_guards
from converter.media import VideoStream

_FRAMES: Final = 4
_WIDTH: Final = 160
# By so many levels a dot has changed since the frame before; and so many have to, to tell anything.
_MOVED: Final = 12
_FEW: Final = 150
_TORN: Final = 1.1
# Of telecine, two frames of five are woven.
_LEAST_SHARE: Final = 0.25


def argv(url: str, video: VideoStream, starts: Sequence[float], *, max_pixels: int) -> list[str]:
    """One ffmpeg call that gives a few frames of each stretch on standard output: brightness alone,
    a strip of at most `_WIDTH` columns, every line of it."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-v", "error"]
    for start in starts:
        command += ["-noaccurate_seek", "-ss", f"{start:.3f}"] if start > 0 else []
        command += ["-threads", "1", "-t", "1", *input_guards(max_pixels), "-i", url]
    # A drawing in the middle may stand still where the rest moves, so the strip is of all of it.
    strip = f"crop={width(video)}:{video.height},format=gray"
    parts = [
        f"[{n}:{video.index}]trim=end_frame={_FRAMES},{strip},setpts=N/25/TB[s{n}]"
        for n in range(len(starts))
    ]
    joined = "".join(f"[s{n}]" for n in range(len(starts)))
    graph = ";".join([*parts, f"{joined}concat=n={len(starts)}[v]"])
    return [*command, "-filter_complex", graph, "-map", "[v]", "-f", "rawvideo", "pipe:1"]


def width(video: VideoStream) -> int:
    """Columns of a frame that is looked at."""
    return min(_WIDTH, video.width)


def most_bytes(video: VideoStream, stretches: int) -> int:
    """What that call prints at most."""
    return width(video) * video.height * _FRAMES * stretches


def woven(frames: bytes, columns: int, rows: int) -> bool:
    """Whether enough of these frames are woven: brightness, row by row, frame by frame."""
    size = columns * rows
    whole = [frames[at : at + size] for at in range(0, len(frames) - size + 1, size)]
    stretches = [whole[at : at + _FRAMES] for at in range(0, len(whole), _FRAMES)]
    pairs = [pair for stretch in stretches for pair in pairwise(stretch)]
    told = [ratio for pair in pairs if (ratio := _ratio(*pair, columns)) is not None]
    return sum(ratio > _TORN for ratio in told) > len(told) * _LEAST_SHARE


def _ratio(before: bytes, now: bytes, columns: int) -> float | None:
    """How much more a line differs from the next than from the one after that, where it moves; None
    where nothing does."""
    beside = apart = moved = 0
    lines = zip(before, now, now[columns:], now[2 * columns :], strict=False)
    for then, dot, below, next_but_one in lines:
        if abs(dot - then) > _MOVED:
            moved += 1
            beside += abs(dot - below)
            apart += abs(dot - next_but_one)
    return beside / max(1, apart) if moved >= _FEW else None
