"""A result is as long as its own picture and sound, whatever headers, indexes and other tracks
say."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.errors import Code
from converter.limits import Limits
from converter.planning.plan import Action, Note
from converter.request import Request
from tests.support import eyes, harm, measures, recordings
from tests.support.bench import Bench, BenchOn
from tests.support.clips import AAC, FIRST, H264, ffmpeg
from tests.support.engines import DOCKER
from tests.support.recordings import (
    HEVC,
    MP3,
    MPEG2,
    MPEG4,
    OPUS,
    SHOT,
    VP8,
    WRAP,
    clocked,
    film,
    halves,
    streamed,
)


@dataclass(frozen=True, slots=True)
class Case:
    """`sound`: is there any; `joined`: a red part of that many seconds comes before a lime one;
    `copied`: nothing needs to be encoded anew."""

    name: str
    make: Callable[[Path], Path]
    seconds: float = 2.0
    sound: bool = True
    joined: float | None = None
    copied: bool = False
    target: str = "mp4"
    docker: bool = False


def _with_words(folder: Path, suffix: str, codec: str, *moments: float) -> Path:
    bare, path = film(folder / "bare.mkv"), folder / f"film.{suffix}"
    words = recordings.subtitle(folder, *moments)
    ffmpeg("-i", str(bare), "-i", str(words), "-c", "copy", "-c:s", codec, str(path))
    return path


def _second_sound(folder: Path, suffix: str) -> Path:
    path = folder / f"film.{suffix}"
    long = ("-f", "lavfi", "-i", "sine=880:r=48000:d=9")
    marks = ("-disposition:a:0", "default", "-disposition:a:1", "0")
    maps = ("-map", "0", "-map", "1")
    ffmpeg("-i", str(film(folder / "bare.mkv")), *long, *maps, "-c:v", "copy", *marks, str(path))
    return path


def _live(folder: Path, form: str, *options: str) -> Path:
    whole = film(folder / f"whole.{form}", *options)
    return streamed(whole, folder / f"live.{form}", {"mkv": "matroska"}.get(form, form))


def _raw(folder: Path, form: str, *options: str) -> Path:
    tones = () if options[0] == "-c:v" else (440,)
    return film(
        folder / f"raw.{form}",
        *options,
        picture=None if tones else recordings.MOVING,
        tones=tones,
    )


def _leaping(folder: Path, suffix: str, seconds: int) -> Path:
    """At half of it, the clock leaps ahead."""
    later = ("-output_ts_offset", f"{seconds}")
    if suffix == "ts":
        return halves(folder / "leaps.ts", seconds=(2, 2), later=later)
    parts = halves(folder / "joined.ts", seconds=(2, 2), later=("-output_ts_offset", "2"))
    even = recordings.again(parts, folder / "even.mkv")
    # Matroska counts milliseconds.
    step = f"T+gte(T\\,1990)*{seconds}000"
    picture = clocked(even, folder / "picture.mkv", "v", step)
    return clocked(picture, folder / "leaps.mkv", "a", step)


def _wrapping(folder: Path, suffix: str, *options: str) -> Path:
    whole = halves(folder / "whole.ts", *options, seconds=(2, 2), later=("-output_ts_offset", "2"))
    form = ("-f", "mpeg") if suffix == "mpg" else ()
    # Two seconds later the clock begins at nothing.
    start = ("-output_ts_offset", f"{WRAP - 3.4:.3f}")
    return recordings.again(whole, folder / f"wraps.{suffix}", *start, *form)


def _slides(folder: Path, suffix: str) -> Path:
    """Three pictures of 12 seconds, with or without sound."""
    options = (*H264, "-fps_mode", "vfr")
    return film(
        folder / f"slides.{suffix}",
        *options,
        seconds=36,
        picture="testsrc2=s=160x120:r=1/12",
        tones=(),
    )


_VOB = (*MPEG2, "-c:a", "ac3", "-f", "vob")
_PS = (*MPEG2, "-c:a", "mp2", "-f", "mpeg")

CASES = (
    Case("subtitles", lambda f: _with_words(f, "mkv", "srt", 0.5, 20), copied=True, docker=True),
    Case("ten hours of subtitles", lambda f: _with_words(f, "mkv", "ass", 36_000), copied=True),
    Case("subtitles in mp4", lambda f: _with_words(f, "mp4", "mov_text", 0.5, 20), copied=True),
    Case("second sound", lambda f: _second_sound(f, "mkv"), copied=True),
    Case("second sound in mp4", lambda f: _second_sound(f, "mp4"), copied=True),
    Case("live mkv", lambda f: _live(f, "mkv", *SHOT), copied=True),
    Case("live webm", lambda f: _live(f, "webm", *VP8, *OPUS)),
    Case("live flv", lambda f: _live(f, "flv", *H264, *AAC, "-ar", "44100"), copied=True),
    Case("raw h264", lambda f: _raw(f, "h264", *H264), sound=False),
    Case("raw hevc", lambda f: _raw(f, "hevc", *HEVC), sound=False),
    Case("raw mpeg2", lambda f: _raw(f, "m2v", *MPEG2), sound=False),
    Case("raw aac", lambda f: _raw(f, "aac", *AAC), target="m4a"),
    Case("raw mp3", lambda f: _raw(f, "mp3", *MP3, "-write_xing", "0"), target="m4a"),
    Case("joined ts", lambda f: halves(f / "a.ts"), 5, joined=2, docker=True),
    Case("longer first", lambda f: halves(f / "a.ts", seconds=(3, 2)), 5, joined=3),
    Case("joined vob", lambda f: halves(f / "a.vob", *_VOB), 5, joined=2),
    Case("joined mpg", lambda f: halves(f / "a.mpg", *_PS, seconds=(3, 2)), 5, joined=3),
    Case("joined mkv", lambda f: halves(f / "a.mkv"), 5, joined=2),
    Case("joined avi", lambda f: halves(f / "a.avi", *MPEG4, *MP3), 5, joined=2),
    Case("leap of an hour", lambda f: _leaping(f, "ts", 3600), 4, joined=2),
    Case("leap of 15 s", lambda f: _leaping(f, "ts", 15), 4, joined=2),
    Case("leap in mkv", lambda f: _leaping(f, "mkv", 3600), 4, joined=2),
    Case("wrap in ts", lambda f: _wrapping(f, "ts"), 4, joined=2),
    Case("wrap in mpg", lambda f: _wrapping(f, "mpg", *_PS[:-2]), 4, joined=2),
    Case("slides in mkv", lambda f: _slides(f, "mkv"), 36, sound=False),
    Case("slides in mp4", lambda f: _slides(f, "mp4"), 36, sound=False),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_on_the_host(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("bwrap"), tmp_path)


@pytest.mark.docker
@pytest.mark.parametrize("case", [c for c in CASES if c.docker], ids=lambda case: case.name)
async def test_in_a_container(case: Case, bench_on: BenchOn, tmp_path: Path) -> None:
    await convert_and_judge(case, bench_on("docker"), tmp_path)


async def convert_and_judge(case: Case, bench: Bench, folder: Path) -> None:
    result = await bench.convert(case.make(folder), request=Request(target=case.target))
    assert result.notes == ()
    assert result.lost_seconds == 0
    if case.copied:
        assert result.plan.action in {Action.REMUX, Action.AUDIO}, result.plan.reasons
    if case.target == "mp4":
        # A group of pictures per part may stand a little longer.
        assert measures.plays(result.path) == pytest.approx(case.seconds, abs=0.25)
        assert measures.complaints(result.path) == ""
        assert measures.in_order(result.path)
    if case.sound:
        heard = measures.sound(result.path)
        assert heard.seconds == pytest.approx(case.seconds, abs=0.2)
        assert [p for p in heard.pauses() if p < case.seconds - 0.1] == []
    if case.joined is not None:
        for moment, colour, tone in ((-0.25, "red", 440), (0.3, "lime", 880)):
            assert eyes.colours(result.path, at=case.joined + moment) == [colour]
            assert heard.pitch(case.joined + moment - 0.1) == pytest.approx(tone, abs=15)


# --- limits, and what is missing


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
async def test_other_tracks_make_no_film_too_long(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = _with_words(tmp_path, "mkv", "srt", 36_000)
    result = await bench_on(engine).convert(source, Limits(max_duration=10))
    assert measures.plays(result.path) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("name", "seconds"), [("joined ts", 5), ("live mkv", 2), ("leap in mkv", 4), ("raw h264", 2)]
)
async def test_a_limit_is_held_against_what_is_there(
    name: str, seconds: float, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = next(case for case in CASES if case.name == name).make(tmp_path)
    error = await bench_on("bwrap").refuse(source, Limits(max_duration=seconds - 0.5))
    assert error.code is Code.TOO_LONG
    assert float(error.facts["actual"]) == pytest.approx(seconds, abs=0.2)


@pytest.mark.parametrize("share", [0.4, 0.8])
@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
async def test_what_is_cut_off_is_told(
    suffix: str, share: float, bench_on: BenchOn, tmp_path: Path
) -> None:
    options = (*H264, "-g", "10", *AAC, *(FIRST if suffix == "mp4" else ()))
    whole = film(tmp_path / f"whole.{suffix}", *options, seconds=4)
    result = await bench_on("bwrap").convert(harm.cut_off(whole, tmp_path, share))
    assert result.notes == (Note.PARTIAL,)
    there = max(measures.plays(result.path, "v:0"), measures.plays(result.path, "a:0"))
    assert there == pytest.approx(4 * share, abs=0.5)
    assert result.lost_seconds == pytest.approx(4 - there, abs=0.15)


@pytest.mark.parametrize("suffix", ["ts", "avi", "flv"])
async def test_what_never_promised_more_is_whole(
    suffix: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    """Of a file without a length, or without its index, all there is counts."""
    options = {"ts": SHOT, "avi": (*MPEG4, *MP3), "flv": (*SHOT, "-ar", "44100")}[suffix]
    whole = film(tmp_path / f"whole.{suffix}", *options, seconds=4)
    if suffix == "flv":
        whole = streamed(whole, tmp_path / "live.flv", "flv")
    result = await bench_on("bwrap").convert(harm.cut_off(whole, tmp_path, 0.6))
    assert result.notes == ()
    assert measures.plays(result.path) == pytest.approx(2.4, abs=0.35)
