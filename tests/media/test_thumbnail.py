"""The small picture that stands for a film shows something, upright and in its shape."""

from pathlib import Path

import pytest

from converter.planning.plan import Action
from converter.request import Request
from tests.support import eyes, outputs
from tests.support.bench import Bench, BenchOn, ClipOf
from tests.support.clips import ffmpeg
from tests.support.engines import DOCKER

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-profile:v", "high")


@pytest.fixture
def bench(bench_on: BenchOn) -> Bench:
    return bench_on("bwrap")


def film(folder: Path, chain: str, *codec: str, seconds: float = 12, suffix: str = "mp4") -> Path:
    target = folder / f"film.{suffix}"
    picture = f"testsrc2=s=640x360:r=25:d={seconds},{chain}"
    sound = ("-f", "lavfi", "-i", f"sine=440:r=48000:d={seconds}", "-c:a", "aac")
    first = ("-movflags", "+faststart") if suffix == "mp4" else ()
    video = ("-f", "lavfi", "-i", picture)
    ffmpeg(*video, *sound[:4], *(codec or H264), *sound[4:], *first, str(target))
    return target


def colours(path: Path) -> int:
    """In how many of a hundred places it is neither black, white nor grey."""
    rows = eyes.picture(path, (10, 10))
    return sum(max(dot) - min(dot) > 60 for row in rows for dot in row)


DARK = [
    ("fade=in:st=2:d=2:color=black", (), 12, "mp4"),
    ("fade=in:st=2:d=2:color=black", ("-c:v", "mpeg4", "-q:v", "4"), 12, "avi"),
    ("fade=in:st=1.5:d=0.5:color=white", (), 12, "mp4"),
    ("drawbox=t=fill:c=black:enable='between(t,0.5,1.5)'", (), 12, "mp4"),
    # One keyframe, and nothing to be seen in it: what comes after has to be decoded.
    ("fade=in:st=2:d=1:color=black", (*H264, "-g", "999"), 5, "mp4"),
    ("drawbox=t=fill:c=black:enable='lt(t,0.7)'", (), 1, "mp4"),
    ("drawbox=t=fill:c=white:enable='gt(t,0.2)'", (), 1, "mp4"),
    # Black but for the end of its beginning.
    ("drawbox=t=fill:c=black:enable='gt(t,2)+lt(t,1.6)'", (), 12, "mp4"),
]


@pytest.mark.parametrize(("chain", "codec", "seconds", "suffix"), DARK)
async def test_it_shows_something(
    chain: str, codec: tuple[str, ...], seconds: float, suffix: str, bench: Bench, tmp_path: Path
) -> None:
    clip = film(tmp_path, chain, *codec, seconds=seconds, suffix=suffix)
    result = await bench.convert(clip)
    assert result.thumbnail is not None
    assert colours(result.thumbnail) > 40


@pytest.mark.parametrize("engine", ["wheel", DOCKER])
async def test_it_shows_something_with_every_build(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    clip = film(tmp_path, "fade=in:st=2:d=2:color=black")
    result = await bench_on(engine).convert(clip)
    assert result.plan.action is Action.NOTHING
    assert result.thumbnail is not None
    assert colours(result.thumbnail) > 40


async def test_black_alone_is_black(bench: Bench, tmp_path: Path) -> None:
    result = await bench.convert(film(tmp_path, "drawbox=t=fill:c=black", seconds=4))
    assert result.thumbnail is not None
    assert eyes.colours(result.thumbnail) == ["black"]


@pytest.mark.parametrize(("target", "ten_bit"), [("mp4", False), ("hevc", True), ("mkv", False)])
async def test_hdr_is_mapped(target: str, clip: ClipOf, bench: Bench, *, ten_bit: bool) -> None:
    wish = Request(target, ten_bit=ten_bit)
    result = await bench.convert(clip("hdr10"), request=wish)
    assert result.thumbnail is not None
    left, right = (dot[0] for dot in eyes.picture(result.thumbnail, (2, 1), pixels="gray")[0])
    # A signal of 58% is paper white: grey as PQ stores it.
    assert left < 40
    assert right > 180


@pytest.mark.parametrize(
    ("sar", "shape"), [("64/45", 64 / 45 * 640 / 360), ("1/2", 0.5 * 640 / 360)]
)
async def test_pixels_that_are_no_squares(
    sar: str, shape: float, bench: Bench, tmp_path: Path
) -> None:
    clip = film(tmp_path, f"setsar={sar}", seconds=2, suffix="mkv")
    result = await bench.convert(clip, request=Request("mkv"))
    assert result.plan.copies_video
    assert result.thumbnail is not None
    width, height = outputs.read(result.thumbnail).size
    assert width / height == pytest.approx(shape, rel=0.03)
    assert max(width, height) == 320


@pytest.mark.parametrize("name", ["one_frame", "tiny", "gif", "variable_rate"])
async def test_films_of_few_pictures(name: str, clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip(name))
    assert result.thumbnail is not None
    assert 0 < result.thumbnail.stat().st_size <= 200_000


async def test_its_colours_are_the_film_s(clip: ClipOf, bench: Bench, tmp_path: Path) -> None:
    """JPEG means another matrix than films of this size do."""
    clip_ = film(tmp_path, "drawbox=t=fill:c=0xE08020,scale=1280:720:out_color_matrix=bt709")
    result = await bench.convert(clip_)
    assert result.thumbnail is not None
    assert eyes.picture(result.thumbnail, (1, 1))[0][0] == pytest.approx((224, 128, 32), abs=12)


@pytest.mark.parametrize(("chain", "codec", "seconds", "suffix"), DARK[:4])
async def test_a_single_picture_of_no_moment_shows_something(
    chain: str, codec: tuple[str, ...], seconds: float, suffix: str, bench: Bench, tmp_path: Path
) -> None:
    clip = film(tmp_path, chain, *codec, seconds=seconds, suffix=suffix)
    result = await bench.convert(clip, request=Request("frame"))
    assert colours(result.path) > 40
    # A moment that was asked for stays that one.
    result = await bench.convert(clip, request=Request("frame", at=1.0))
    assert colours(result.path) == 0


async def test_a_single_picture_of_a_part(clip: ClipOf, bench: Bench) -> None:
    result = await bench.convert(clip("moments"), request=Request("frame", start=1.0, end=1.45))
    assert eyes.colours(result.path) == ["blue"]
