"""A picture that changes on the way keeps its shape, and is never handed on as it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.planning.plan import Action
from converter.request import Request
from tests.support import entries, eyes, measures, outputs
from tests.support.bench import Bench, BenchOn
from tests.support.clips import AAC, H264, ffmpeg
from tests.support.recordings import (
    MPEG2,
    OPUS,
    VP8,
    VP9,
    again,
    film,
    halves,
    paint,
)

WIDE, TALL = "160x120", "120x160"
FLAT = (*H264, "-bf", "0", *AAC)
# Another kind of stream in a picture of the same size.
PLAIN = ("-preset", "veryfast", "-profile:v", "main", "-x264-params", "cabac=0:8x8dct=0:ref=1")
AT_THE_SIDES = ("black", "lime", "lime", "lime", "black")
ABOVE = ("black", *["lime"] * 7, "black")


@dataclass(frozen=True, slots=True)
class Case:
    """Two seconds of red, then two of lime: `row` and `column` are the colours of the lime part
    from left to right and from above to below."""

    name: str
    make: Callable[[Path], Path]
    row: tuple[str, ...] = AT_THE_SIDES
    column: tuple[str, ...] = ("lime",)
    sound: bool = True
    target: str = "mp4"
    height: int | None = None
    docker: bool = False


def _sizes(folder: Path, suffix: str, second: str, *options: str) -> Path:
    later = ("-output_ts_offset", "2")
    parts = halves(
        folder / "parts.ts", *(options or FLAT), seconds=(2, 2), sizes=(WIDE, second), later=later
    )
    return parts if suffix == "ts" else again(parts, folder / f"film.{suffix}")


def _listed(folder: Path, suffix: str, second: str, *options: str) -> Path:
    """Joined by packets, not by bytes."""
    for name, colour, size, tone in (("a", "red", WIDE, 440), ("b", "lime", second, 880)):
        film(folder / f"{name}.{suffix}", *options, picture=paint(colour, size), tones=(tone,))
    parts = folder / "parts.txt"
    parts.write_text(f"file a.{suffix}\nfile b.{suffix}\n")
    path = folder / f"film.{suffix}"
    ffmpeg("-f", "concat", "-i", str(parts), "-c", "copy", str(path))
    return path


def _entries(folder: Path, second: str, *options: str) -> Path:
    red = film(folder / "red.mp4", *H264, "-bf", "0", picture=paint("red", WIDE), tones=())
    lime = film(
        folder / "lime.mp4", *H264, *options, "-bf", "0", picture=paint("lime", second), tones=()
    )
    return entries.one_track(folder / "film.mp4", red, lime)


def _parameters(folder: Path, suffix: str) -> Path:
    later = ("-output_ts_offset", "2", *PLAIN)
    parts = halves(folder / "parts.ts", *FLAT, seconds=(2, 2), later=later)
    return parts if suffix == "ts" else again(parts, folder / f"film.{suffix}")


_ALL = ("lime",)

CASES = (
    Case("mkv", lambda f: _sizes(f, "mkv", TALL), docker=True),
    Case("ts", lambda f: _sizes(f, "ts", TALL)),
    Case("mp4", lambda f: _sizes(f, "mp4", TALL)),
    Case("two entries", lambda f: _entries(f, TALL), sound=False, docker=True),
    Case("lower", lambda f: _sizes(f, "mkv", "160x92"), _ALL, ABOVE),
    Case("as small as wished", lambda f: _sizes(f, "mkv", TALL), height=64),
    Case("of the same shape", lambda f: _sizes(f, "mkv", "320x240"), _ALL),
    Case("vp8", lambda f: _listed(f, "webm", TALL, *VP8, *OPUS)),
    Case("vp9", lambda f: _listed(f, "webm", TALL, *VP9, *OPUS)),
    Case("vp8 in mkv", lambda f: _listed(f, "mkv", TALL, *VP8, *AAC)),
    Case("mpeg2", lambda f: _sizes(f, "ts", TALL, *MPEG2, *AAC)),
    Case("mpeg2 in mkv", lambda f: _sizes(f, "mkv", TALL, *MPEG2, *AAC)),
    Case("to hevc", lambda f: _sizes(f, "mkv", TALL), target="hevc"),
    Case("parameters", lambda f: _parameters(f, "mkv"), _ALL),
    Case("parameters in mp4", lambda f: _parameters(f, "mp4"), _ALL),
    Case("parameters of an entry", lambda f: _entries(f, WIDE, *PLAIN), _ALL, sound=False),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_on_the_host(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("bwrap"), tmp_path)


@pytest.mark.docker
@pytest.mark.parametrize("case", [c for c in CASES if c.docker], ids=lambda case: case.name)
async def test_in_a_container(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("docker"), tmp_path)


async def convert_and_judge(case: Case, bench: Bench, folder: Path) -> None:
    request = Request(target=case.target, height=case.height)
    result = await bench.convert(case.make(folder), request=request)
    assert result.plan.action is Action.ENCODE, result.plan.reasons
    assert result.notes == ()
    path = result.path
    assert measures.complaints(path) == ""
    assert len(measures.pictures(path)) == pytest.approx(100, abs=2)
    width, height = outputs.read(path).size
    assert width / height == pytest.approx(4 / 3, abs=0.05)
    for at, row, column in ((1, ("red",), ("red",)), (3, case.row, case.column)):
        assert tuple(eyes.colours(path, len(row), 1, at)) == row
        assert tuple(eyes.colours(path, 1, len(column), at)) == column
    if case.sound:
        heard = measures.sound(path)
        assert heard.pitch(1) == pytest.approx(440, abs=15)
        assert heard.pitch(3) == pytest.approx(880, abs=25)


@pytest.mark.parametrize("second", [(), PLAIN], ids=["the same", "others"])
async def test_parts_of_the_same_kind_are_copied(
    second: tuple[str, ...], bench_on: BenchOn, tmp_path: Path
) -> None:
    """What tells the joined recordings of one camera from those that changed."""
    later = ("-output_ts_offset", "2", *second)
    parts = halves(tmp_path / "parts.ts", *FLAT, seconds=(2, 2), later=later)
    source = again(parts, tmp_path / "film.mkv")
    result = await bench_on("bwrap").convert(source)
    wanted = Action.ENCODE if second else Action.REMUX
    assert result.plan.action is wanted, result.plan.reasons
