"""Filters that fit: pictures of a few pixels, in every kind of colour and with fields, and pictures
that stand for minutes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.request import Request
from tests.support import eyes, measures, outputs
from tests.support.bench import BenchOn
from tests.support.clips import AAC, H264, ffmpeg
from tests.support.engines import DOCKER
from tests.support.recordings import film, paint

# Width and height, kind of colour, which field is first.
SIZES = (
    ("1x1", "yuv420p", "tt"),
    ("1x1", "yuv444p", "progressive"),
    ("1x17", "yuv420p", "tt"),
    ("2x2", "yuv420p", "tt"),
    ("3x2", "yuv411p", "bb"),
    ("3x3", "yuv444p", "tt"),
    ("5x7", "yuv420p", "bb"),
    ("7x5", "yuv411p", "tt"),
    ("8x8", "yuv422p", "tt"),
    ("9x16", "yuv420p", "tt"),
    ("15x15", "yuv420p", "bb"),
    ("16x9", "yuv444p", "tt"),
    ("16x16", "yuv411p", "tt"),
    ("17x1", "yuv444p", "tt"),
    ("17x17", "yuv420p", "tt"),
    ("17x33", "yuv411p", "bb"),
    ("33x17", "yuv420p", "tt"),
    ("161x121", "yuv411p", "tt"),
)


def _tiny(folder: Path, size: str, pixels: str, order: str) -> Path:
    return film(
        folder / "film.mkv",
        *("-c:v", "ffv1", "-pix_fmt", pixels, "-field_order", order, *AAC),
        seconds=0.4,
        # Nothing paints less than two pixels of 4:2:0.
        picture=f"{paint('red', '64x64')},format=yuv444p,scale={size.replace('x', ':')}",
    )


@pytest.mark.parametrize(("size", "pixels", "order"), SIZES)
async def test_a_few_pixels(
    size: str, pixels: str, order: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    await _a_few_pixels("bwrap", size, pixels, order, bench_on, tmp_path)


@pytest.mark.parametrize(
    ("engine", "number"), [pytest.param("docker", 3, marks=pytest.mark.docker), ("wheel", 14)]
)
async def test_a_few_pixels_elsewhere(
    engine: str, number: int, bench_on: BenchOn, tmp_path: Path
) -> None:
    await _a_few_pixels(engine, *SIZES[number], bench_on, tmp_path)


async def _a_few_pixels(
    engine: str, size: str, pixels: str, order: str, bench_on: BenchOn, folder: Path
) -> None:
    source = _tiny(folder, size, pixels, order)
    result = await bench_on(engine).convert(source)
    output = outputs.assert_plays(result.path)
    assert result.notes == ()
    assert min(output.size) >= 2
    assert len(measures.pictures(result.path)) == 10
    assert eyes.colours(result.path) == ["red"]
    assert measures.sound(result.path).seconds == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("target", ["gif", "webm", "hevc", "note", "frame"])
async def test_a_few_pixels_for_other_targets(
    target: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = _tiny(tmp_path, "5x7", "yuv420p", "tt")
    result = await bench_on("bwrap").convert(source, request=Request(target=target))
    assert eyes.colours(result.path) == ["red"]


# --- pictures that stand


@dataclass(frozen=True, slots=True)
class Still:
    """`seconds` of few pictures, the first of them red."""

    name: str
    make: Callable[[Path], Path]
    seconds: float
    pictures: int
    docker: bool = False


def _still(folder: Path, suffix: str, *options: str, sound: bool = False) -> Path:
    return film(
        folder / f"still.{suffix}",
        *options,
        seconds=600,
        picture="color=c=red:s=320x240:r=1/600",
        tones=(440,) if sound else (),
        rate=8000,
    )


def _png(folder: Path, rate: str) -> Path:
    bare, path = folder / "still.png", folder / "still.mov"
    ffmpeg("-f", "lavfi", "-i", paint("red", "320x240"), "-frames:v", "1", str(bare))
    loop = ("-loop", "1", "-framerate", rate, "-t", "600", "-i", str(bare))
    ffmpeg(*loop, "-c:v", "png", str(path))
    return path


def _slow(folder: Path, rate: str, seconds: float, suffix: str, *options: str) -> Path:
    return film(
        folder / f"slow.{suffix}",
        *options,
        seconds=seconds,
        picture=f"color=c=red:s=160x120:r={rate}",
        tones=(),
    )


MJPEG = ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p")
SOUND = ("-c:a", "aac", "-b:a", "16k")

STILLS = (
    Still("png", lambda f: _png(f, "1/300"), 600, 2),
    Still("mjpeg", lambda f: _still(f, "mkv", *MJPEG), 600, 1, docker=True),
    Still("mjpeg in mp4", lambda f: _still(f, "mp4", *MJPEG), 600, 1),
    Still("h264", lambda f: _still(f, "mkv", *H264), 600, 1),
    Still("h264 in mp4", lambda f: _still(f, "mp4", *H264), 600, 1),
    Still("h264 with sound", lambda f: _still(f, "mkv", *H264, *SOUND, sound=True), 600, 1),
    Still("png each minute", lambda f: _png(f, "1/60"), 600, 10),
    Still("a second each", lambda f: _slow(f, "1", 8, "mp4", *H264), 8, 8),
    Still("a second each in mkv", lambda f: _slow(f, "1", 8, "mkv", *H264), 8, 8),
    Still("a second each in mpeg4", lambda f: _slow(f, "1", 8, "avi", "-c:v", "mpeg4"), 8, 8),
    Still("two seconds each", lambda f: _slow(f, "1/2", 20, "mp4", *MJPEG), 20, 10),
    Still("five seconds each", lambda f: _slow(f, "1/5", 60, "mkv", *MJPEG), 60, 12),
)


@pytest.mark.parametrize("case", STILLS, ids=lambda case: case.name)
async def test_what_stands_keeps_its_time(case: Still, bench_on: BenchOn, tmp_path: Path) -> None:
    await _stands("bwrap", case, bench_on, tmp_path)


@pytest.mark.parametrize("engine", [DOCKER])
@pytest.mark.parametrize("case", [c for c in STILLS if c.docker], ids=lambda case: case.name)
async def test_what_stands_in_a_container(
    engine: str, case: Still, bench_on: BenchOn, tmp_path: Path
) -> None:
    await _stands(engine, case, bench_on, tmp_path)


async def _stands(engine: str, case: Still, bench_on: BenchOn, folder: Path) -> None:
    result = await bench_on(engine).convert(case.make(folder))
    assert result.notes == ()
    outputs.assert_plays(result.path)
    assert measures.plays(result.path) == pytest.approx(case.seconds, rel=0.01)
    assert eyes.colours(result.path) == ["red"]
    # A few more tell how long the last one stands.
    assert case.pictures <= len(measures.pictures(result.path)) <= case.pictures + 5
