"""Combed pictures come out whole whatever their flags say; a progressive film is left alone."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.planning.plan import Action
from tests.support import measures, outputs
from tests.support.bench import Bench, BenchOn
from tests.support.clips import AAC, H264
from tests.support.recordings import HEVC, MPEG2, MPEG4, film

# Share of frames that idet may take for combed, after and before.
WHOLE, COMBED = 0.2, 0.6
MJPEG = ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj422p")
FFV1 = ("-c:v", "ffv1", "-pix_fmt", "yuv422p")
MP3 = ("-c:a", "libmp3lame")
WOVEN = ("-flags", "+ildct+ilme")


@dataclass(frozen=True, slots=True)
class Case:
    """A film of 50 fields a second, woven the upper or the lower one first, whose frames say of
    themselves that they are `flagged`."""

    name: str
    suffix: str
    options: tuple[str, ...]
    size: str = "640x480"
    order: str = "top"
    flagged: str = "prog"
    docker: bool = False

    def make(self, folder: Path) -> Path:
        """The film."""
        woven = f"scroll=horizontal=0.01,tinterlace=interleave_{self.order},setfield={self.flagged}"
        return film(
            folder / f"film.{self.suffix}",
            *(*self.options, "-vf", woven),
            picture=f"testsrc2=s={self.size}:r=50",
        )


CASES = (
    Case("h264", "mp4", (*H264, *AAC), docker=True),
    Case("h264 bff", "mkv", (*H264, *AAC), order="bottom"),
    Case("h264 in pal", "ts", (*H264, *AAC), "720x576"),
    Case("small h264", "mkv", (*H264, *AAC), "320x240", "bottom"),
    Case("mpeg4", "avi", (*MPEG4, *MP3)),
    Case("mpeg4 bff in pal", "avi", (*MPEG4, *MP3), "720x576", "bottom"),
    Case("small mpeg4", "mp4", (*MPEG4, *AAC), "320x240"),
    Case("mjpeg", "avi", (*MJPEG, *MP3), "320x240"),
    Case("ffv1 bff", "mkv", (*FFV1, *AAC), "320x240", "bottom"),
    Case("ffv1", "mkv", (*FFV1, *AAC)),
    Case("mjpeg bff", "mov", (*MJPEG, *AAC), "320x240", "bottom"),
    Case("hevc", "mp4", (*HEVC, *AAC), "320x240"),
    Case("hevc bff", "mkv", (*HEVC, *AAC), "320x240", "bottom"),
    # These say what they are.
    Case("told", "mkv", (*H264, *WOVEN, "-x264opts", "tff=1", *AAC), flagged="tff", docker=True),
    Case(
        "told bff",
        "mkv",
        (*H264, *WOVEN, "-x264opts", "bff=1", *AAC),
        "320x240",
        "bottom",
        "bff",
    ),
    Case("told in mpeg2", "ts", (*MPEG2, *WOVEN, *AAC), "320x240", flagged="tff"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_combed_on_the_host(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("bwrap"), tmp_path)


@pytest.mark.docker
@pytest.mark.parametrize("case", [c for c in CASES if c.docker], ids=lambda case: case.name)
async def test_combed_in_a_container(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("docker"), tmp_path)


async def convert_and_judge(case: Case, bench: Bench, folder: Path) -> None:
    source = case.make(folder)
    assert measures.woven(source) > COMBED
    result = await bench.convert(source)
    outputs.assert_plays(result.path)
    assert measures.woven(result.path) < WHOLE
    assert len(measures.pictures(result.path)) == len(measures.pictures(source))
    assert result.notes == ()


@pytest.mark.parametrize("size", ["720x480", "320x240"])
async def test_telecine(size: str, bench_on: BenchOn, tmp_path: Path) -> None:
    """Two frames of five are woven of two pictures."""
    source = film(
        tmp_path / "film.mp4",
        *(*H264, *AAC, "-vf", "telecine"),
        picture=f"testsrc2=s={size}:r=24",
    )
    assert measures.woven(source) > WHOLE
    result = await bench_on("bwrap").convert(source)
    assert result.notes == ()
    assert len(measures.pictures(result.path)) == len(measures.pictures(source))
    assert measures.woven(result.path) < WHOLE
    assert measures.plays(result.path) == pytest.approx(2, abs=0.1)


# --- films in which nothing is woven

FILMS = {
    "noise": "color=c=gray:s=320x240:r=25,noise=alls=70:allf=t",
    "stripes that climb": "nullsrc=s=320x240:r=25,geq=lum='mod(Y+N*3,4)*60':cb=128:cr=128",
    "stripes that pass": "nullsrc=s=320x240:r=25,geq=lum='mod(X+N*5,16)*15':cb=128:cr=128",
    "credits": "testsrc2=s=320x240:r=25,scroll=vertical=0.013",
    "a game of life": "life=s=320x240:r=25:mold=10:ratio=0.3",
    "a test picture": "testsrc2=s=640x480:r=25",
    "a pan": "testsrc=s=320x240:r=25,scroll=horizontal=0.03",
    "nothing": "color=c=blue:s=320x240:r=25",
    "a fractal": "mandelbrot=s=320x240:r=25",
}


@pytest.mark.parametrize("name", FILMS)
async def test_a_progressive_film_is_left_alone(
    name: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = film(tmp_path / "film.mkv", picture=FILMS[name])
    result = await bench_on("bwrap").convert(source)
    assert result.plan.action is Action.REMUX, result.plan.reasons
    assert outputs.packets_md5(source, "0:v") == outputs.packets_md5(result.path, "0:v")


@pytest.mark.parametrize("engine", ["docker"])
@pytest.mark.docker
async def test_a_progressive_film_in_a_container(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    await test_a_progressive_film_is_left_alone("noise", lambda _: bench_on(engine), tmp_path)


@pytest.mark.parametrize("name", ["a test picture", "a pan"])
async def test_a_progressive_film_that_is_encoded_keeps_its_lines(
    name: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = film(tmp_path / "film.avi", *MPEG4, *MP3, picture=FILMS[name])
    result = await bench_on("bwrap").convert(source)
    picture = result.plan.picture
    assert picture is not None
    assert not [f for f in picture.filters if f.text.startswith("bwdif=mode=send_frame:parity=t")]
    assert len(measures.pictures(result.path)) == len(measures.pictures(source))
