"""Small files for the tests of the judge, right ones and wrong ones."""

import functools
import tempfile
from pathlib import Path
from typing import Final

from tests.conformance.case import Case
from tests.conformance.compare import compare
from tests.conformance.expectations import EXPECTATIONS
from tests.conformance.facts import Facts
from tests.conformance.judge import judge
from tests.conformance.look import look
from tests.conformance.rules_likeness import RULES
from tests.conformance.toolbox import Toolbox
from tests.support.clips import ffmpeg

SECONDS: Final = 1.0
PICTURE: Final = "testsrc2=size=160x120:rate=25:duration=1"
SOUND: Final = "sine=frequency=440:duration=1"
H264: Final = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
PROFILE: Final = ("-profile:v", "high")
AAC: Final = ("-c:a", "aac", "-b:a", "64k")
FIRST: Final = ("-movflags", "+faststart")
RIGHT: Final = (*H264, *PROFILE, *AAC, *FIRST)
TOOLS: Final = Toolbox(seconds=60)
LIMIT: Final = 1_000_000
_FOLDER = tempfile.TemporaryDirectory(prefix="conformance-made-")


def make(name: str, *output: str, picture: str | None = PICTURE, sound: str | None = SOUND) -> Path:
    """A file of that name, made of the graphs with these output options."""
    path = Path(_FOLDER.name) / name
    inputs: list[str] = []
    for graph in (picture, sound):
        inputs += ["-f", "lavfi", "-i", graph] if graph else []
    ffmpeg(*inputs, *output, str(path))
    return path


@functools.cache
def right() -> Path:
    """An MP4 that nothing is wrong with."""
    return make("right.mp4", *RIGHT)


@functools.cache
def facts_of(path: Path) -> Facts:
    """Its facts, as those of an output."""
    found = look(TOOLS, path, strictly=True)
    assert found is not None
    return found


def faults(
    output: Facts | Path, source: Facts | Path | None = None, *, target: str = "mp4"
) -> set[str]:
    """The kinds of fault that an output has, made of `source` or else of `right`."""
    before = facts_of(source if isinstance(source, Path) else right())
    case = Case(
        source if isinstance(source, Facts) else before,
        facts_of(output) if isinstance(output, Path) else output,
        EXPECTATIONS[target],
        LIMIT,
    )
    return {fault.kind for fault in judge(case)}


def unlike(
    output: Path, source: Path, *, target: str = "mp4", thumbnail: Path | None = None
) -> set[str]:
    """The kinds of fault that show when an output is laid beside its source."""
    before, after, want = facts_of(source), facts_of(output), EXPECTATIONS[target]
    compared = compare(TOOLS, (source, before), (output, after), want, thumbnail)
    case = Case(before, after, want, LIMIT, compared=compared)
    found = {fault.kind for rule in RULES for fault in rule(case)}
    return found if thumbnail is not None else found - {"thumbnail_missing"}
