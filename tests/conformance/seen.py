"""What is seen: moments of an output beside the same moments of its source."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.conformance.combed import combed
from tests.conformance.expectations import Expectation, Family, Shape
from tests.conformance.facts import Facts, Picture
from tests.conformance.frames import Box, Fit, matrix_of, small_frames
from tests.conformance.pixels import Likeness, Small, likeness
from tests.conformance.toolbox import Toolbox

_MOMENTS: Final = (0.2, 0.5, 0.8)
# The longer side of what is compared, in pixels, and the least of the shorter.
_SIDE: Final = 96
_LEAST: Final = 16
# A frame is found again at its moment, or one or two frames beside it.
_NEAR: Final = (0, 1, -1, 2, -2)
_SURELY: Final = 0.97
# Two ways to lay one clock over the other can't be told apart below this.
_AS_GOOD: Final = 0.02
_SHAPE_SLACK: Final = 0.035
_ROUNDING: Final = 2.5
_SAME_CLOCK: Final = 0.005
_SLACK: Final = 0.06
_LEAST_SLACK: Final = 0.25
# A single picture is looked for in so many places, then in so many around the best, down to single
# frames. (ffmpeg's expressions bear about a hundred terms.)
_PLACES: Final = 48


@dataclass(frozen=True, slots=True)
class Seen:
    """Moments compared. `shifts`: by how much the output's clock may be ahead of the source's, as
    far as the pictures tell; none where only their order counts. `contrast` is the most that the
    output shows. `fields`: the source is made of fields, and then `whole` is the share of the
    output's frames that aren't."""

    moments: tuple[Likeness, ...]
    shifts: tuple[float, ...]
    contrast: float
    fields: bool = False
    whole: float = 1.0


@dataclass(frozen=True, slots=True)
class _Clock:
    """A way to find the source's frame for a frame of the output."""

    shift: float | None
    frame: Callable[[int], int]


def compare(
    tools: Toolbox,
    source: tuple[Path, Facts],
    output: tuple[Path, Facts],
    want: Expectation,
) -> Seen | None:
    """None where one of them has no picture, or the source's is next to none."""
    before, after = source[1].picture, output[1].picture
    if before is None or after is None or want.family is Family.SOUND:
        return None
    if min(before.shown) < _LEAST:
        # Of 13 by 7 pixels, rounding to an even size leaves nothing to compare.
        return None
    box = _box(before, after, want)
    if want.family is Family.FRAME:
        return _single(tools, source[0], before, (output[0], after), box)
    ours = sorted({int(part * after.frames) for part in _MOMENTS})
    clocks = _clocks(source[1], output[1])
    theirs = {
        min(before.frames - 1, max(0, clock.frame(number) + near))
        for clock in clocks
        for number in ours
        for near in _NEAR
    }
    frames, woven = small_frames(tools, source[0], before, theirs, box, woven=True)
    inside = Fit.INSIDE if box.fit is Fit.INSIDE else Fit.BARS
    fields = woven.combed and combed(tools, source[0], before)
    inner = replace(box, fit=inside)
    made, left = small_frames(tools, output[0], after, ours, inner, woven=fields)
    found = _best(clocks, frames, made)
    return replace(found, fields=fields, whole=left.share)


def _single(
    tools: Toolbox, source: Path, before: Picture, output: tuple[Path, Picture], box: Box
) -> Seen:
    """A single picture beside the frame that is most like it: which one it is of is nobody's
    promise."""
    inner = replace(box, fit=Fit.INSIDE if box.fit is Fit.INSIDE else Fit.BARS)
    made = small_frames(tools, *output, {0}, inner)[0].get(0)
    if made is None:
        return Seen((), (), 0.0)
    last, best = max(0, before.frames - 1), 0
    found: Likeness | None = None
    reach = last
    while True:
        step = max(1, -(-reach // _PLACES))
        around = range(best - reach, best + reach + 1, step) if found else range(0, last + 1, step)
        theirs = {min(max(0, number), last) for number in around}
        for number, small in small_frames(tools, source, before, theirs, box)[0].items():
            alike = likeness(small, made)
            if alike is not None and (found is None or alike.ssim > found.ssim):
                best, found = number, alike
        if step == 1 or found is None:
            break
        reach = step
    return Seen((found,) if found else (), (), made.contrast)


def _best(
    clocks: Sequence[_Clock],
    before: Mapping[int, Small],
    after: Mapping[int, Small],
) -> Seen:
    """Moments by the clock that fits best."""
    found = [
        [_nearest(before, clock.frame(number), small) for number, small in after.items()]
        for clock in clocks
    ]
    alike = [[moment for moment in moments if moment is not None] for moments in found]
    marks = [sum(m.ssim for m in row) / len(row) if row else -1.0 for row in alike]
    best = max(marks)
    fitting = [c.shift for c, mark in zip(clocks, marks, strict=True) if mark >= best - _AS_GOOD]
    return Seen(
        moments=tuple(alike[marks.index(best)]),
        shifts=tuple(shift for shift in fitting if shift is not None),
        contrast=max((small.contrast for small in after.values()), default=0.0),
    )


def _nearest(frames: Mapping[int, Small], number: int, made: Small) -> Likeness | None:
    """The frame that is most like it of those around its moment."""
    best: Likeness | None = None
    last = max(frames, default=0)
    for step in _NEAR:
        small = frames.get(min(last, max(0, number + step)))
        found = likeness(small, made) if small is not None else None
        if found is not None and (best is None or found.ssim > best.ssim):
            best = found
        if best is not None and best.ssim > _SURELY:
            break
    return best


def _clocks(source: Facts, output: Facts) -> list[_Clock]:
    """By time, from where the picture begins or from where anything does; by order where time
    says nothing."""
    before, after = source.picture, output.picture
    assert before is not None
    assert after is not None
    clocks: list[_Clock] = []
    if before.times and after.times and not source.leaps and source.span and output.span:
        shifts = [after.times[0] - before.times[0], output.span.start - source.span.start]
        alike = abs(shifts[0] - shifts[1]) < _SAME_CLOCK
        clocks = [_by_time(before, after, shift) for shift in shifts[: 1 if alike else 2]]
    long, made = source.played(before), output.played(after)
    if not clocks or abs(long - made) > max(_LEAST_SLACK, _SLACK * long):
        last, ended = before.frames - 1, max(1, after.frames - 1)
        clocks.append(_Clock(None, lambda number: round(number * last / ended)))
    return clocks


def _by_time(before: Picture, after: Picture, shift: float) -> _Clock:
    def frame(number: int) -> int:
        time = after.times[min(number, len(after.times) - 1)] - shift
        at = bisect_left(before.times, time)
        near = [n for n in (at - 1, at) if 0 <= n < len(before.times)]
        return min(near, key=lambda n: abs(before.times[n] - time), default=0)

    return _Clock(shift, frame)


def _box(before: Picture, after: Picture, want: Expectation) -> Box:
    """The output's own shape, small; a luma matrix that at least one of the two has."""
    width, height = after.shown
    scale = _SIDE / max(width, height)
    size = (max(_LEAST, round(width * scale)), max(_LEAST, round(height * scale)))
    matrix = "bt709" if before.hdr else matrix_of(after) or matrix_of(before) or "bt601"
    fit = Fit.BARS
    if want.shape is Shape.SQUARE:
        fit = Fit.INSIDE if "yuva420p" in want.pixels else Fit.OVER
    # A pixel of rounding on both sides is much of a very small picture.
    slack = max(_SHAPE_SLACK, *(_ROUNDING / min(picture.shown) for picture in (before, after)))
    return Box(*size, matrix, fit, slack)
