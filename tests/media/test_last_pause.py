"""The last picture of an animation, or of slides, stands as long as in the original."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.request import Request
from tests.support import eyes, measures, webps
from tests.support.bench import BenchOn
from tests.support.clips import H264, ffmpeg
from tests.support.recordings import MPEG4

THREE = "color=c=red:s=160x120:r=10:d=0.3,drawbox=c=lime:t=fill:enable='eq(n,1)'"
THREE += ",drawbox=c=blue:t=fill:enable='eq(n,2)'"


def _gif(folder: Path, last: float) -> Path:
    path = folder / "film.gif"
    delay = ("-final_delay", str(round(last * 100)))
    ffmpeg("-f", "lavfi", "-i", THREE, *delay, str(path))
    return path


def _apng(folder: Path, last: float) -> Path:
    path = folder / "film.png"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        THREE,
        "-plays",
        "0",
        "-final_delay",
        f"{last}",
        "-f",
        "apng",
        str(path),
    )
    return path


def _webp(folder: Path, last: float) -> Path:
    return webps.blink(folder / "film.webp", (100, 100, round(last * 1000)))


def _slides(folder: Path, last: float, suffix: str, *options: str) -> Path:
    """Red, lime and blue, the last one for so long."""
    bare, path = folder / f"bare.{suffix}", folder / f"slides.{suffix}"
    ffmpeg("-f", "lavfi", "-i", THREE, *options, str(bare))
    stands = f"setts=duration='if(eq(N\\,2)\\,{last}/TB\\,DURATION)'"
    ffmpeg("-i", str(bare), "-c", "copy", "-bsf:v", stands, str(path))
    return path


MAKES: dict[str, Callable[[Path, float], Path]] = {
    "gif": _gif,
    "apng": _apng,
    "webp": _webp,
    "mp4": lambda f, last: _slides(f, last, "mp4", *H264, "-bf", "0"),
    "png in mov": lambda f, last: _slides(f, last, "mov", "-c:v", "png"),
    "mpeg4": lambda f, last: _slides(f, last, "mp4", *MPEG4),
}


@dataclass(frozen=True, slots=True)
class Case:
    """The last picture stands for `last` seconds after 0.2 s of others."""

    source: str
    target: str
    engine: str
    last: float = 3.0


CASES = (
    *(Case("gif", target, "bwrap") for target in ("mp4", "hevc", "webm", "gif", "mkv", "mov")),
    Case("gif", "mp4", "bwrap", 0.5),
    Case("gif", "mp4", "bwrap", 15.0),
    Case("gif", "mp4", "docker"),
    Case("gif", "webm", "docker"),
    Case("gif", "mp4", "wheel"),
    Case("gif", "gif", "wheel"),
    Case("apng", "mp4", "bwrap"),
    Case("apng", "gif", "bwrap"),
    Case("apng", "hevc", "docker"),
    Case("apng", "webm", "wheel"),
    Case("webp", "mp4", "bwrap"),
    Case("webp", "mp4", "docker"),
    Case("webp", "hevc", "wheel"),
    Case("mp4", "webm", "bwrap"),
    Case("mp4", "gif", "bwrap"),
    Case("png in mov", "mp4", "bwrap"),
    Case("png in mov", "hevc", "bwrap"),
    Case("png in mov", "mp4", "wheel"),
    Case("png in mov", "mp4", "docker"),
    Case("mpeg4", "mp4", "bwrap"),
    Case("mpeg4", "gif", "wheel"),
)


def _named(case: Case) -> str:
    return f"{case.source} {case.last:g} s to {case.target} on {case.engine}"


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(c, marks=pytest.mark.docker if c.engine == "docker" else (), id=_named(c))
        for c in CASES
    ],
)
async def test_the_last_picture_stands(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    source = MAKES[case.source](tmp_path, case.last)
    result = await bench_on(case.engine).convert(source, request=Request(target=case.target))
    assert result.notes == ()
    assert measures.plays(result.path) == pytest.approx(0.2 + case.last, abs=0.12)
    assert eyes.colours(result.path) == ["red"]
    assert eyes.colours(result.path, at=0.1) == ["lime"]
    assert eyes.colours(result.path, at=0.2) == ["blue"]
    # No picture comes for the sake of the pause but the few that tell of it.
    assert len(measures.pictures(result.path)) <= 9


@pytest.mark.parametrize("source", ["gif", "apng"])
async def test_a_part_that_ends_before_the_pause(
    source: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    path = MAKES[source](tmp_path, 3.0)
    result = await bench_on("bwrap").convert(path, request=Request(end=1.0))
    assert measures.plays(result.path) == pytest.approx(1.0, abs=0.1)
