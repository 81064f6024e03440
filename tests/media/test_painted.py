"""Painted subtitles and letters over pictures that aren't like the screen they were made for."""

from pathlib import Path

import pytest

from converter.request import Request, Subtitles
from tests.support import eyes, outputs, painted
from tests.support.bench import Bench, BenchOn
from tests.support.clips import ffmpeg
from tests.support.engines import DOCKER

BURN = Subtitles.BURN
HDR = "colorprim=bt2020:transfer={}:colormatrix=bt2020nc:log-level=error:pools=1:frame-threads=1"


@pytest.fixture
def bench(bench_on: BenchOn) -> Bench:
    return bench_on("bwrap")


def film(
    folder: Path,
    size: str,
    *,
    screen: tuple[int, int] = (1920, 1080),
    sar: str = "1",
    transfer: str = "",
    words: bool = False,
) -> Path:
    """Two seconds of black, half a second in a square of 120 pixels near the bottom of the screen,
    or letters."""
    target = folder / "film.mkv"
    source = folder / ("words.srt" if words else "painted.sup")
    if words:
        source.write_text("1\n00:00:00,500 --> 00:00:02,000\n<b>████</b>\n")
    else:
        at = (screen[0] // 2 - 60, screen[1] - 160)
        source.write_bytes(painted.sup(screen, (120, 120), at=at, shown=(0.5, 2.0)))
    codec: tuple[str, ...] = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    if transfer:
        codec = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le")
        codec += ("-x265-params", HDR.format(transfer))
    picture = f"color=c=black:s={size}:r=10:d=2,setsar={sar}"
    late = () if words else ("-itsoffset", "0.5")
    ffmpeg(
        *("-f", "lavfi", "-i", picture, *late, "-i", str(source), "-map", "0", "-map", "1"),
        *(*codec, "-c:s", "srt" if words else "copy", str(target)),
    )
    return target


def box(path: Path) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is bright after a second, in pixels."""
    width, height = outputs.read(path).size
    rows = eyes.picture(path, (width, height), 1.0, pixels="gray")
    columns = [x for row in rows for x, dot in enumerate(row) if dot[0] > 90]
    lines = [y for y, row in enumerate(rows) if any(dot[0] > 90 for dot in row)]
    assert columns, "nothing is seen"
    left, top = min(columns), min(lines)
    return left, top, max(columns) - left + 1, max(lines) - top + 1


@pytest.mark.parametrize(
    ("size", "screen", "sar"),
    [
        ("1920x1080", (1920, 1080), "1"),
        ("1920x800", (1920, 1080), "1"),
        ("1440x1080", (1920, 1080), "1"),
        ("720x576", (1920, 1080), "64/45"),
        ("640x480", (640, 480), "1"),
        ("1280x720", (720, 576), "1"),
    ],
)
async def test_a_square_stays_one(
    size: str, screen: tuple[int, int], sar: str, bench: Bench, tmp_path: Path
) -> None:
    clip = film(tmp_path, size, screen=screen, sar=sar)
    result = await bench.convert(clip, request=Request(subtitles=BURN, height=480))
    _, top, width, height = box(result.path)
    # What television paints is meant for pixels that are wider than high.
    shape = 64 / 45 if screen == (720, 576) else 1
    assert width / height == pytest.approx(shape, rel=0.06)
    assert top > outputs.read(result.path).size[1] / 2


@pytest.mark.parametrize(
    "wish", [Request("note", subtitles=BURN), Request(rotate=90, subtitles=BURN)]
)
async def test_a_square_stays_one_in_another_shape(
    wish: Request, bench: Bench, tmp_path: Path
) -> None:
    result = await bench.convert(film(tmp_path, "1280x720"), request=wish)
    _, _, width, height = box(result.path)
    assert width / height == pytest.approx(1, abs=0.1)


async def test_pixels_that_are_no_squares_are_the_subtitles_too(
    bench: Bench, tmp_path: Path
) -> None:
    clip = film(tmp_path, "720x576", screen=(720, 576), sar="64/45")
    result = await bench.convert(clip, request=Request(subtitles=BURN))
    left, top, width, height = box(result.path)
    assert outputs.read(result.path).size == (1024, 576)
    assert (left, width) == pytest.approx((300 * 64 / 45, 120 * 64 / 45), abs=6)
    assert (top, height) == pytest.approx((416, 120), abs=4)


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
@pytest.mark.parametrize(("transfer", "signal"), [("smpte2084", 0.5806), ("arib-std-b67", 0.75)])
@pytest.mark.parametrize("words", [True, False], ids=["letters", "painted"])
async def test_white_is_paper_s_in_hdr(
    transfer: str, signal: float, engine: str, bench_on: BenchOn, tmp_path: Path, *, words: bool
) -> None:
    clip = film(tmp_path, "640x360", transfer=transfer, words=words)
    wish = Request("hevc", subtitles=BURN, ten_bit=True)
    result = await bench_on(engine).convert(clip, request=wish)
    assert outputs.read(result.path).video["pix_fmt"] == "yuv420p10le"
    assert brightest(result.path) == pytest.approx(64 + 876 * signal, abs=16)


@pytest.mark.parametrize("words", [True, False], ids=["letters", "painted"])
async def test_white_is_white_once_hdr_is_gone(
    bench: Bench, tmp_path: Path, *, words: bool
) -> None:
    clip = film(tmp_path, "640x360", transfer="smpte2084", words=words)
    result = await bench.convert(clip, request=Request(subtitles=BURN))
    assert brightest(result.path) == pytest.approx(235, abs=10)


def brightest(path: Path) -> int:
    """The brightest luma after a second, as it is stored."""
    argv = ["-f", "lavfi", "-read_intervals", "%+#12", "-show_entries"]
    argv += ["frame_tags=lavfi.signalstats.YMAX"]
    source = Path(f"movie={path},signalstats")
    return max(int(line) for line in eyes.ffprobe(source, *argv).split())
