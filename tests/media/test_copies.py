"""A copy is counted before it counts: every packet is there, in order and of use, or the film is
encoded anew."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.planning.plan import Action
from converter.request import Request
from tests.support import harm, measures, outputs
from tests.support.bench import Bench, BenchOn
from tests.support.clips import AAC, H264, ffmpeg
from tests.support.recordings import COPY, HEVC, SHOT, again, film, streamed

GROUPS = (*H264, "-g", "25", *AAC)
_TS_PACKET = 188


@dataclass(frozen=True, slots=True)
class Case:
    """A film whose packets all belong into the copy."""

    name: str
    make: Callable[[Path], Path]
    target: str = "mp4"
    docker: bool = False


def _open_groups(folder: Path) -> Path:
    options = ("-x264-params", "open-gop=1:keyint=12:bframes=3:b-pyramid=normal")
    return film(folder / "film.mkv", *H264, "-preset", "veryfast", *options, *AAC)


CASES = (
    Case("mkv", lambda f: film(f / "film.mkv"), docker=True),
    Case("mp4", lambda f: film(f / "film.mp4")),
    Case("mov", lambda f: film(f / "film.mov")),
    Case("flv", lambda f: film(f / "film.flv", *SHOT, "-ar", "44100")),
    Case("pieces", lambda f: film(f / "film.mp4", *SHOT, "-movflags", "frag_keyframe+empty_moov")),
    Case("live", lambda f: streamed(film(f / "film.mkv"), f / "live.mkv", "matroska")),
    Case("open groups", _open_groups),
    Case("ts", lambda f: film(f / "film.ts"), docker=True),
    Case("ts that begins late", lambda f: film(f / "film.ts", *SHOT, "-output_ts_offset", "5000")),
    Case("hevc", lambda f: film(f / "film.mkv", *HEVC, *AAC), "hevc"),
    Case("to mov", lambda f: film(f / "film.mkv"), "mov"),
    Case("to mkv", lambda f: film(f / "film.mp4"), "mkv"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_on_the_host(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("bwrap"), tmp_path)


@pytest.mark.docker
@pytest.mark.parametrize("case", [c for c in CASES if c.docker], ids=lambda case: case.name)
async def test_in_a_container(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("docker"), tmp_path)


async def convert_and_judge(case: Case, bench: Bench, folder: Path) -> None:
    source = case.make(folder)
    result = await bench.convert(source, request=Request(target=case.target))
    assert result.plan.copies_video, result.plan.reasons
    before, after = measures.packets(source), measures.packets(result.path)
    assert len(after) == len(before)
    assert measures.in_order(result.path)
    assert "K" in after[0].flags
    # How far apart they are shown, whatever the beginning.
    spans = [max(p.shown for p in f) - min(p.shown for p in f) for f in (before, after)]
    assert spans[1] == pytest.approx(spans[0], abs=0.005)
    assert outputs.decoded_md5(source) == outputs.decoded_md5(result.path)
    assert measures.complaints(result.path) == ""
    assert len(measures.packets(result.path, "a:0")) == pytest.approx(
        len(measures.packets(source, "a:0")), abs=3
    )


# --- copies that would be wrong


@dataclass(frozen=True, slots=True)
class Broken:
    """`pictures` that must be there at least; `encoded`: a copy is no good in any case."""

    name: str
    make: Callable[[Path], Path]
    pictures: int
    encoded: bool = False
    docker: bool = False


def _tuned_in(folder: Path, suffix: str = "ts") -> Path:
    """A recording that begins in the middle of a group of pictures."""
    whole = film(folder / "whole.ts", *GROUPS, seconds=4)
    data = whole.read_bytes()
    start = next(p.at for p in measures.packets(whole)[10:])
    part = folder / "part.ts"
    # The tables come again a few times a second.
    part.write_bytes(data[start // _TS_PACKET * _TS_PACKET :])
    return part if suffix == "ts" else again(part, folder / f"film.{suffix}")


def _without(folder: Path, suffix: str, which: str, *options: str) -> Path:
    whole = film(folder / f"whole.{suffix}", *(options or GROUPS), seconds=4)
    return again(whole, folder / f"film.{suffix}", "-bsf:v", f"noise=drop='{which}'")


def _noise(folder: Path) -> Path:
    return harm.bits_turned(film(folder / "film.mp4", *GROUPS, seconds=4), folder, "v:0", 200)


def _lost_in_ts(folder: Path) -> Path:
    """Every fiftieth packet of a broadcast didn't arrive."""
    path = film(folder / "whole.ts", *GROUPS, seconds=4)
    data = path.read_bytes()
    parts = [data[at : at + _TS_PACKET] for at in range(0, len(data), _TS_PACKET)]
    path.write_bytes(b"".join(part for n, part in enumerate(parts) if n % 50 != 49))
    return path


def _no_parameters(folder: Path) -> Path:
    """Raw units without a group's beginning, in a container that asks for none."""
    whole = film(folder / "whole.h264", *H264, "-g", "25", seconds=4, tones=())
    data = whole.read_bytes()
    # The picture after the first one's.
    second = data.index(b"\x00\x00\x01\x41", 200)
    path = folder / "film.h264"
    path.write_bytes(data[second:])
    return path


BROKEN = (
    Broken("tuned in", _tuned_in, 60, docker=True),
    Broken("tuned in, as mkv", lambda f: _tuned_in(f, "mkv"), 60),
    Broken("tuned in, as mp4", lambda f: _tuned_in(f, "mp4"), 60),
    Broken("first keyframe lost", lambda f: _without(f, "mkv", "eq(n\\,0)"), 70),
    Broken("first group lost in mp4", lambda f: _without(f, "mp4", "lt(n\\,10)"), 70),
    Broken("a keyframe lost", lambda f: _without(f, "mkv", "eq(n\\,50)"), 70),
    Broken("some pictures lost", lambda f: _without(f, "mkv", "between(n\\,30\\,36)"), 80),
    Broken("turned bits", _noise, 50, encoded=True),
    Broken("packets lost", _lost_in_ts, 60, encoded=True, docker=True),
    Broken("raw, tuned in", _no_parameters, 60),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
async def test_broken_on_the_host(case: Broken, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge_broken(case, bench_on("bwrap"), tmp_path)


@pytest.mark.docker
@pytest.mark.parametrize("case", [c for c in BROKEN if c.docker], ids=lambda case: case.name)
async def test_broken_in_a_container(case: Broken, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge_broken(case, bench_on("docker"), tmp_path)


async def convert_and_judge_broken(case: Broken, bench: Bench, folder: Path) -> None:
    result = await bench.convert(case.make(folder))
    outputs.assert_plays(result.path)
    assert measures.in_order(result.path)
    assert "K" in measures.packets(result.path)[0].flags
    shown = measures.pictures(result.path)
    assert case.pictures <= len(shown) <= 101
    assert shown == sorted(set(shown))
    assert shown[-1] - shown[0] < 4.1
    if case.encoded:
        assert result.plan.action is Action.ENCODE


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
async def test_a_part_at_a_keyframe_begins_with_it(
    suffix: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = film(tmp_path / f"film.{suffix}", *GROUPS, seconds=4)
    request = Request(start=1.3, exact=False)
    result = await bench_on("bwrap").convert(source, request=request)
    assert "K" in measures.packets(result.path)[0].flags
    assert measures.in_order(result.path)
    assert 2.6 < measures.plays(result.path) < 3.1


async def test_a_sound_with_lost_packets_is_still_in_order(
    bench_on: BenchOn, tmp_path: Path
) -> None:
    whole = film(tmp_path / "whole.mkv", seconds=4)
    source = tmp_path / "film.mkv"
    drop = ("-bsf:a", "noise=drop='not(mod(n+1\\,40))'")
    ffmpeg("-i", str(whole), *COPY, *drop, str(source))
    result = await bench_on("bwrap").convert(source)
    outputs.assert_plays(result.path)
    assert measures.in_order(result.path, "a:0")
    assert measures.sound(result.path).seconds == pytest.approx(4, abs=0.12)
