"""Looks closer at an output, for what a named case expects of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tests.conformance.cases import Expect
from tests.conformance.facts import Facts
from tests.conformance.frames import Box, Fit, small_frames
from tests.conformance.pixels import Small
from tests.conformance.toolbox import Toolbox
from tests.conformance.waves import wave

_BRIGHT: Final = 180
_DARK: Final = 24
# Painted letters change pixels by so many levels, and so many of them.
_PAINTED: Final = 60
_FEW: Final = 40


@dataclass(frozen=True, slots=True)
class Closer:
    """What was measured for an expectation: Hz by second, the share of whole frames, the width of
    a bright block in pixels, proportions of what isn't black, pixels painted, text."""

    tones: Mapping[float, float] = field(default_factory=dict)
    whole: float | None = None
    block: int | None = None
    shape: float | None = None
    painted: int | None = None
    words: str = ""


def closer(
    tools: Toolbox, source: tuple[Path, Facts | None], output: tuple[Path, Facts], expect: Expect
) -> Closer:
    """Measure what is asked for, and what any of its alternatives ask for."""
    path, facts = output
    asked = (expect, *expect.either)
    tones = {second: 0.0 for one in asked for second, _ in one.tones}
    if tones and facts.sound is not None:
        heard = wave(tools, path, facts, facts.sound)
        tones = {second: heard.pitch(second) for second in tones}
    frames = {name: _frame(tools, output, second) for name, second in _moments(asked).items()}
    block, shape, drawn = (frames.get(name) for name in ("block", "shape", "drawn"))
    before = None
    if drawn is not None and source[1] is not None:
        second = _moments(asked)["drawn"]
        before = _frame(tools, (source[0], source[1]), second)
    return Closer(
        tones=tones,
        whole=_whole(tools, output) if any(one.progressive for one in asked) else None,
        block=_width(block) if block is not None else None,
        shape=_shape(shape) if shape is not None else None,
        painted=_painted(before, drawn) if before is not None and drawn is not None else None,
        words=_words(tools, output) if any(one.words for one in asked) else "",
    )


def _moments(asked: tuple[Expect, ...]) -> dict[str, float]:
    """The second at which each kind of look is wanted."""
    found = {}
    for one in asked:
        if one.block is not None:
            found["block"] = one.block[0]
        if one.shape is not None:
            found["shape"] = one.shape[0]
        if one.drawn is not None:
            found["drawn"] = one.drawn
    return found


def _frame(tools: Toolbox, file: tuple[Path, Facts], second: float) -> Small | None:
    """A frame in its own size, at a second from the first one on."""
    path, facts = file
    picture = facts.picture
    if picture is None or not picture.times:
        return None
    number = sum(time <= picture.times[0] + second for time in picture.times) - 1
    box = Box(picture.width, picture.height, fit=Fit.STRETCHED)
    upright = replace(picture, turn=(1, 0, 0, 1), transfer="")
    return small_frames(tools, path, upright, {number}, box)[0].get(number)


def _whole(tools: Toolbox, output: tuple[Path, Facts]) -> float | None:
    """The share of all frames that `idet` takes for whole."""
    path, facts = output
    if facts.picture is None or not facts.picture.frames:
        return None
    box = Box(16, 16, fit=Fit.STRETCHED)
    last = {facts.picture.frames - 1}
    return small_frames(tools, path, facts.picture, last, box, woven=True)[1].share


def _words(tools: Toolbox, output: tuple[Path, Facts]) -> str:
    """The text of the first subtitle track."""
    said = tools.pour(output[0], (), ("-map", "0:s:0", "-f", "srt"))
    return said.data.decode("utf-8", "replace")


def _width(small: Small) -> int:
    """How wide what is bright is."""
    columns = [n % small.width for n, level in enumerate(small.luma) if level > _BRIGHT]
    return max(columns) - min(columns) + 1 if columns else 0


def _shape(small: Small) -> float:
    """Width by height of what isn't black."""
    seen = [n for n, level in enumerate(small.luma) if level > _DARK]
    columns, rows = {n % small.width for n in seen}, {n // small.width for n in seen}
    if not seen:
        return 0.0
    return (max(columns) - min(columns) + 1) / (max(rows) - min(rows) + 1)


def _painted(before: Small, after: Small) -> int:
    """How many pixels of the lower half differ by much; nothing for frames of two sizes."""
    if (before.width, before.height) != (after.width, after.height):
        return 0
    half = len(before.luma) // 2
    pairs = zip(before.luma[half:], after.luma[half:], strict=True)
    return sum(abs(a - b) > _PAINTED for a, b in pairs)
