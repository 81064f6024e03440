"""The small picture that stands for a video until it plays."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conformance.pixels import Small
from tests.conformance.toolbox import Toolbox

_SIDE: Final = 64
_WHAT: Final = re.compile(r"Video: (\w+)\b.*?[ ,](\d+)x(\d+)\b")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture file: bytes, codec, pixels, and the standard deviation of its luma."""

    size: int
    codec: str
    width: int
    height: int
    contrast: float


def look(tools: Toolbox, path: Path) -> Thumbnail | None:
    """What it is and shows; None where it can't be decoded."""
    after = ("-vf", f"scale={_SIDE}:{_SIDE},format=gray", "-frames:v", "1", "-f", "rawvideo")
    said = tools.pour(path, (), after)
    found = _WHAT.search(said.err)
    if found is None or len(said.data) < _SIDE * _SIDE:
        return None
    small = Small(_SIDE, _SIDE, said.data[: _SIDE * _SIDE], b"", b"")
    return Thumbnail(path.stat().st_size, found[1], int(found[2]), int(found[3]), small.contrast)
