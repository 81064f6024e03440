"""Single frames out of a file, small and raw, by a filter chain of the judge's own."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.conformance.facts import Picture
from tests.conformance.pixels import Small, turned
from tests.conformance.tones import mapped
from tests.conformance.toolbox import Toolbox

_MATRICES: Final = {
    "bt709": "bt709",
    "bt470bg": "bt601",
    "smpte170m": "bt601",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
    "bt2020c": "bt2020",
}
_IDET: Final = re.compile(r"Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+)")


_FEW: Final = 5
_HALF: Final = 0.5
_ORDER: Final = 0.9


class Fit(StrEnum):
    """How a frame of another shape gets into a box: inside with black bars, inside with nothing
    around, over its edges, or no longer in its own shape."""

    BARS = "bars"
    INSIDE = "inside"
    OVER = "over"
    STRETCHED = "stretched"


@dataclass(frozen=True, slots=True)
class Box:
    """How large, as shown, and by which luma matrix frames are to be compared. Shapes that differ
    by less than `slack` are one shape with rounded sides."""

    width: int
    height: int
    matrix: str = "bt601"
    fit: Fit = Fit.BARS
    slack: float = 0.035


@dataclass(frozen=True, slots=True)
class Woven:
    """How many frames `idet` takes for two fields, the top or the bottom one first, and for whole
    ones."""

    top: int = 0
    bottom: int = 0
    whole: int = 0

    @property
    def share(self) -> float:
        """Of the frames that it can tell, how many are whole."""
        told = self.top + self.bottom + self.whole
        return self.whole / told if told else 1.0

    @property
    def combed(self) -> bool:
        """Made of fields. Fine drawings deceive `idet`, but then it takes either field for the
        first by turns; what is made of fields has them in one order."""
        fields = self.top + self.bottom
        return (
            fields >= _FEW and self.share < _HALF and max(self.top, self.bottom) > _ORDER * fields
        )


def matrix_of(picture: Picture) -> str | None:
    """Which luma matrix it says it has, by ffmpeg's name for it."""
    return None if picture.rgb else _MATRICES.get(picture.space)


def small_frames(
    tools: Toolbox,
    path: Path,
    picture: Picture,
    wanted: Collection[int],
    box: Box,
    *,
    woven: bool = False,
) -> tuple[dict[int, Small], Woven]:
    """The frames of these numbers, counted in the order they are decoded, and with `woven` what
    all frames up to the last of them are."""
    flipped = picture.turn[0] == 0
    width, height = (box.height, box.width) if flipped else (box.width, box.height)
    local = sorted(
        {
            number - start
            for start, end in _parts(picture)
            for number in wanted
            if start <= number < end
        }
    )
    chosen = "+".join(f"eq(n,{number})" for number in local)
    chain = [f"select='{chosen}'", *_scaled(picture, replace(box, width=width, height=height))]
    if woven and not picture.rgb:
        chain.insert(0, "idet")
    order = [
        start + number for start, end in _parts(picture) for number in local if start + number < end
    ]
    said = tools.pour(
        path,
        ("-noautorotate", "-threads", "2"),
        (
            *("-map", f"0:{picture.index}", "-vf", ",".join(chain), "-fps_mode", "passthrough"),
            *("-frames:v", str(len(order)), "-f", "rawvideo"),
        ),
    )
    found = dict(zip(order, _cut(said.data, picture, width, height, box.fit), strict=False))
    return {
        number: turned(small, picture.turn) for number, small in found.items() if number in wanted
    }, _woven(said.err)


def _parts(picture: Picture) -> list[tuple[int, int]]:
    """First and last frame of each part of one size: ffmpeg begins to count anew at each."""
    edges = [0, *picture.sizes, max(picture.frames, 1)]
    return list(pairwise(edges))


def _scaled(picture: Picture, box: Box) -> Iterator[str]:
    w, h, ratio = box.width, box.height, f"{box.width}/{box.height}"
    same = "1" if box.fit is Fit.STRETCHED else f"lt(abs(dar/({ratio})-1),{box.slack:.3f})"
    over = box.fit is Fit.OVER
    least = "max" if over else "min"
    wide, high = f"{least}({w},round({h}*dar))", f"{least}({h},round({w}/dar))"
    size = f"w='max(2,if({same},{w},{wide}))':h='max(2,if({same},{h},{high}))'"
    if picture.hdr:
        yield f"scale={size}:in_color_matrix=bt2020:flags=area"
        yield "format=gbrp16le"
    else:
        told = matrix_of(picture) or box.matrix
        known = "" if picture.rgb else f":in_color_matrix={told}"
        yield f"scale={size}{known}:out_color_matrix={box.matrix}:out_range=tv:flags=area"
        yield f"format={_format(picture, box.fit)}"
        # What lies below black looks black, and is black in all that goes through full range.
        yield r"lutyuv=y=clip(val\,16\,235)"
    if over:
        yield f"crop={w}:{h}"
    elif box.fit is Fit.INSIDE and not picture.hdr:
        yield f"pad={w}:{h}:-1:-1:black@0"
    else:
        yield f"pad={w}:{h}:-1:-1:black"


def _format(picture: Picture, fit: Fit) -> str:
    return "yuva444p" if picture.alpha or fit is Fit.INSIDE else "yuv444p"


def _cut(data: bytes, picture: Picture, width: int, height: int, fit: Fit) -> Iterator[Small]:
    """Raw frames one after the other."""
    size = width * height
    planes = 4 if _format(picture, fit) == "yuva444p" else 3
    step = size * (6 if picture.hdr else planes)
    for at in range(0, len(data) - step + 1, step):
        piece = data[at : at + step]
        if picture.hdr:
            yield mapped(piece, width, height, picture.transfer)
        else:
            cut = [piece[n * size : (n + 1) * size] for n in range(planes)]
            yield Small(width, height, *cut)


def _woven(said: str) -> Woven:
    """What `idet` counted; a line for each part of one size."""
    counts = [[int(n) for n in found.groups()] for found in _IDET.finditer(said)]
    return Woven(*(sum(column) for column in zip(*counts, strict=True))) if counts else Woven()
