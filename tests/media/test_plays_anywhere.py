"""What some players trip over is not handed on: MP3 in MP4, labels that lie, media behind an edit
list, an index at the end, and more bytes than phones load beforehand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.limits import Limits
from converter.planning.plan import Action
from converter.request import Quality, Request
from tests.support import eyes, measures, outputs
from tests.support.bench import BenchOn
from tests.support.clips import AAC, FIRST, H264, ffmpeg
from tests.support.engines import DOCKER
from tests.support.recordings import COPY, HEVC, MP3, again, film, paint

PRELOADED = 14 * 1024 * 1024

# --- MP3


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
@pytest.mark.parametrize("suffix", ["mp4", "flv", "mkv", "mov"])
async def test_mp3_becomes_aac(suffix: str, engine: str, bench_on: BenchOn, tmp_path: Path) -> None:
    if engine == "docker" and suffix != "mp4":
        return
    source = film(tmp_path / f"film.{suffix}", *H264, *MP3, rate=44_100, seconds=3)
    result = await bench_on(engine).convert(source)
    output = outputs.assert_plays(result.path)
    assert output.of("audio")[0]["codec_name"] == "aac"
    assert outputs.packets_md5(source, "0:v") == outputs.packets_md5(result.path, "0:v")
    heard = measures.sound(result.path)
    assert heard.seconds == pytest.approx(3, abs=0.1)
    assert heard.pitch(1) == pytest.approx(440, abs=10)


# --- labels


def _label(path: Path, box: bytes, offset: int, value: int) -> Path:
    data = bytearray(path.read_bytes())
    data[data.index(box) + 4 + offset] = value
    path.write_bytes(data)
    return path


@dataclass(frozen=True, slots=True)
class Label:
    """A byte of a description that is made to lie."""

    name: str
    codec: tuple[str, ...]
    box: bytes
    offset: int
    value: int
    target: str = "mp4"
    suffix: str = "mp4"


LABELS = (
    Label("level 6.2", H264, b"avcC", 3, 62),
    Label("level 1", H264, b"avcC", 3, 10),
    Label("profile High 10", H264, b"avcC", 1, 110),
    Label("profile Main", H264, b"avcC", 1, 77),
    Label("constraints", H264, b"avcC", 2, 0x10),
    Label("in mov", H264, b"avcC", 3, 62, suffix="mov"),
    Label("hevc level", HEVC, b"hvcC", 12, 186, "hevc"),
    Label("hevc level in mov", HEVC, b"hvcC", 12, 153, "hevc", "mov"),
)


@pytest.mark.parametrize("case", LABELS, ids=lambda case: case.name)
async def test_a_label_is_written_anew(case: Label, bench_on: BenchOn, tmp_path: Path) -> None:
    honest = film(tmp_path / f"film.{case.suffix}", *case.codec, *AAC, *FIRST)
    at = honest.read_bytes().index(case.box) + 4 + case.offset
    truth = honest.read_bytes()[at]
    assert truth != case.value
    source = _label(honest, case.box, case.offset, case.value)
    result = await bench_on("bwrap").convert(source, request=Request(target=case.target))
    data = result.path.read_bytes()
    assert data[data.index(case.box) + 4 + case.offset] == truth
    assert result.plan.action is Action.REMUX, result.plan.reasons
    assert outputs.decoded_md5(source) == outputs.decoded_md5(result.path)
    assert outputs.index_stands_first(data)


# --- edit lists


def _whole(folder: Path) -> Path:
    """Red for two seconds, then lime; 440 Hz, then 880."""
    red, lime = paint("red"), paint("lime")
    graph = f"{red}:d=2[a];{lime}:d=2[b];[a][b]concat=n=2:v=1:a=0"
    tone = "sine=440:r=48000:d=2[a];sine=880:r=48000:d=2[b];[a][b]concat=n=2:v=0:a=1"
    path = folder / "whole.mp4"
    sources = ("-f", "lavfi", "-i", graph, "-f", "lavfi", "-i", tone)
    ffmpeg(*sources, *H264, "-g", "200", "-sc_threshold", "0", *AAC, *FIRST, str(path))
    return path


def _hidden_head(folder: Path, suffix: str) -> Path:
    """Cut without encoding: what comes before is there, and not shown."""
    path = folder / f"part.{suffix}"
    ffmpeg("-ss", "2.3", "-i", str(_whole(folder)), *COPY, *FIRST, str(path))
    return path


def _hidden_tail(folder: Path, suffix: str) -> Path:
    """Only the first second is shown of what is there."""
    path = again(_whole(folder), folder / f"part.{suffix}", *FIRST)
    data = bytearray(path.read_bytes())
    scale = int.from_bytes(data[(at := data.index(b"mvhd") + 16) : at + 4], "big")
    at = data.find(b"elst")
    while at >= 0:
        data[at + 12 : at + 16] = scale.to_bytes(4, "big")
        at = data.find(b"elst", at + 4)
    path.write_bytes(data)
    return path


HIDING: dict[str, tuple[Callable[[Path, str], Path], float, str, float]] = {
    "head": (_hidden_head, 1.7, "lime", 880),
    "tail": (_hidden_tail, 1.0, "red", 440),
}


@pytest.mark.parametrize(
    ("which", "suffix", "engine"),
    [
        ("head", "mp4", "bwrap"),
        ("head", "mov", "bwrap"),
        ("tail", "mp4", "bwrap"),
        ("tail", "mov", "bwrap"),
        pytest.param("head", "mp4", "docker", marks=pytest.mark.docker),
        pytest.param("tail", "mp4", "docker", marks=pytest.mark.docker),
    ],
)
async def test_what_an_edit_list_hides_is_gone(
    which: str, suffix: str, engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    make, seconds, colour, tone = HIDING[which]
    result = await bench_on(engine).convert(make(tmp_path, suffix))
    outputs.assert_plays(result.path)
    for stream, least in (("v:0", 0.06), ("a:0", 0.12)):
        assert measures.plays(result.path, stream) == pytest.approx(seconds, abs=least)
    assert [p for p in measures.packets(result.path) if "D" in p.flags] == []
    # Read past all edit lists, too.
    bare = again(result.path, tmp_path / "bare.ts")
    assert len(measures.packets(bare)) == pytest.approx(seconds * 25, abs=2)
    for at in (0.0, seconds / 2, seconds - 0.1):
        assert eyes.colours(bare if at else result.path, at=at) == [colour]
    heard = measures.sound(result.path)
    assert heard.seconds == pytest.approx(seconds, abs=0.12)
    for at in (0.1, seconds - 0.4):
        assert heard.pitch(at) == pytest.approx(tone, abs=20)


# --- the index


@pytest.mark.parametrize("options", [(), ("-movflags", "frag_keyframe+empty_moov")])
@pytest.mark.parametrize("target", ["mp4", "hevc", "m4a", "mov"])
async def test_the_index_comes_first(
    target: str, options: tuple[str, ...], bench_on: BenchOn, tmp_path: Path
) -> None:
    codec = HEVC if target == "hevc" else H264
    source = film(tmp_path / "film.mp4", *codec, *AAC, *options)
    result = await bench_on("bwrap").convert(source, request=Request(target=target))
    assert outputs.index_stands_first(result.path.read_bytes())
    assert result.plan.action in {Action.REMUX, Action.AUDIO}, result.plan.reasons


# --- what phones load beforehand

SMALL = Request(quality=Quality.SMALL)


async def test_small_is_small_enough_for_phones(bench_on: BenchOn, tmp_path: Path) -> None:
    noise = "color=c=gray:s=640x480:r=25,noise=alls=90:allf=t"
    options = (*H264, "-qp", "14", *AAC, *FIRST)
    source = film(tmp_path / "film.mp4", *options, seconds=3, picture=noise)
    assert source.stat().st_size > PRELOADED
    result = await bench_on("bwrap").convert(source, request=SMALL)
    outputs.assert_plays(result.path)
    assert result.path.stat().st_size <= PRELOADED
    assert measures.plays(result.path) == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize(("minutes", "rate"), [(30, "1/5"), (150, "1/30")])
async def test_small_does_for_a_long_film(
    minutes: int, rate: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = film(
        tmp_path / "film.mkv",
        *(*H264, "-g", "20", "-c:a", "aac", "-ar", "8000", "-ac", "1"),
        seconds=minutes * 60,
        picture=f"testsrc2=s=160x120:r={rate}",
        tones=(),
    )
    result = await bench_on("bwrap").convert(source, Limits(), request=SMALL)
    assert result.path.stat().st_size <= PRELOADED
    assert measures.plays(result.path) == pytest.approx(minutes * 60, abs=40)


async def test_small_keeps_what_is_small(bench_on: BenchOn, tmp_path: Path) -> None:
    source = film(tmp_path / "film.mkv", *H264, *AAC, picture=paint("red", "320x240"))
    result = await bench_on("bwrap").convert(source, request=SMALL)
    assert result.plan.action is Action.REMUX
