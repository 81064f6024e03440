"""Sound is as long as its picture once it is decoded, and nothing is put into it: whatever its
clock says."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.planning.plan import Action
from converter.request import Request
from tests.support import measures, outputs, recordings
from tests.support.bench import Bench, BenchOn
from tests.support.clips import AAC, H264, ffmpeg
from tests.support.recordings import (
    MOVING,
    MP3,
    MPEG2,
    MPEG4,
    OPUS,
    SHOT,
    clocked,
    film,
    halves,
)

SECONDS = 6.0
# Ratio of the sound's clock to the picture's.
DRIFTS = (0.98, 0.9995, 1.0005, 1.005)


@dataclass(frozen=True, slots=True)
class Case:
    """`silent` are the only moments, seconds, at which nothing may be heard, but for an encoder's
    lead at the `joints`."""

    name: str
    make: Callable[[Path], Path]
    seconds: float = SECONDS
    silent: tuple[float, float] = (0.0, 0.0)
    joints: tuple[float, ...] = ()
    target: str = "mp4"
    docker: bool = False


def _drifting(folder: Path, suffix: str, ratio: float, *options: str) -> Path:
    whole = film(folder / f"whole.{suffix}", *options, seconds=SECONDS)
    return clocked(whole, folder / f"drifts.{suffix}", "a", f"T*{ratio}")


def _hole(folder: Path, suffix: str, seconds: float, *options: str) -> Path:
    """The sound's clock jumps ahead in the middle: there is no sound for that time."""
    whole = film(folder / f"whole.{suffix}", *options, seconds=SECONDS)
    units = {"mp4": 48_000, "mkv": 1000, "ts": 90_000}[suffix]
    jump = f"T+gte(T\\,{int(SECONDS / 2 * units)})*{int(seconds * units)}"
    return clocked(whole, folder / f"hole.{suffix}", "a", jump)


def _late(folder: Path, suffix: str, which: str, *options: str) -> Path:
    """Picture or sound begins half a second after the other."""
    path = folder / f"late.{suffix}"
    late = ("-itsoffset", "0.5")
    picture = ("-f", "lavfi", "-i", f"{MOVING}:d={SECONDS - 0.5 * (which == 'picture')}")
    tone = ("-f", "lavfi", "-i", f"sine=440:r=48000:d={SECONDS - 0.5 * (which == 'sound')}")
    first = late if which == "picture" else ()
    second = late if which == "sound" else ()
    ffmpeg(*first, *picture, *second, *tone, *options, "-fps_mode", "vfr", str(path))
    return path


def _changing(folder: Path, *sounds: tuple[str, ...]) -> Path:
    """A broadcast whose sound is another one every two seconds."""
    parts = []
    for number, options in enumerate(sounds):
        later = ("-output_ts_offset", f"{2 * number}")
        parts.append(film(folder / f"{number}.ts", *H264, *options, *later))
    return recordings.joined(folder / "changing.ts", *parts)


_HIGH = (*AAC, "-profile:a", "aac_low")
_PCM = ("-c:a", "pcm_s16le")
_AC3 = ("-c:a", "ac3")

CASES = (
    *(
        Case(f"aac by {ratio}", lambda f, r=ratio: _drifting(f, "mkv", r, *SHOT), SECONDS * ratio)  # type: ignore[misc]
        for ratio in DRIFTS
    ),
    Case("aac in mp4", lambda f: _drifting(f, "mp4", 1.005, *SHOT), SECONDS * 1.005, docker=True),
    Case(
        "mp3 in flv",
        lambda f: _drifting(f, "flv", 0.99, *H264, *MP3, "-ar", "44100"),
        SECONDS * 0.99,
    ),
    Case("ac3", lambda f: _drifting(f, "mkv", 0.99, *H264, *_AC3), SECONDS * 0.99),
    Case("opus in mkv", lambda f: _drifting(f, "mkv", 0.99, *H264, *OPUS), SECONDS * 0.99),
    Case("5 ms", lambda f: _hole(f, "mp4", 0.005, *SHOT)),
    Case("5 ms in ac3", lambda f: _hole(f, "mkv", 0.005, *MPEG4, *_AC3)),
    Case("500 ms", lambda f: _hole(f, "mp4", 0.5, *SHOT), SECONDS + 0.5, (2.9, 3.6)),
    Case("500 ms in mkv", lambda f: _hole(f, "mkv", 0.5, *SHOT), SECONDS + 0.5, (2.9, 3.6)),
    Case("500 ms of mp3", lambda f: _hole(f, "mkv", 0.5, *MPEG4, *MP3), 6.5, (2.9, 3.6)),
    Case("500 ms of pcm", lambda f: _hole(f, "mkv", 0.5, *H264, *_PCM), 6.5, (2.9, 3.6)),
    Case("late sound", lambda f: _late(f, "mkv", "sound", *SHOT), silent=(0, 0.6)),
    Case("late sound in ts", lambda f: _late(f, "ts", "sound", *MPEG2, *AAC), silent=(0, 0.6)),
    Case("late mp3", lambda f: _late(f, "mkv", "sound", *MPEG4, *MP3), silent=(0, 0.6)),
    Case("late picture", lambda f: _late(f, "mkv", "picture", *SHOT)),
    Case("late picture in ts", lambda f: _late(f, "ts", "picture", *SHOT)),
    Case(
        "fewer channels",
        lambda f: _changing(f, (*_HIGH, "-ac", "2"), (*_HIGH, "-ac", "1")),
        4,
        joints=(2,),
        docker=True,
    ),
    Case(
        "more channels",
        lambda f: _changing(f, (*_AC3, "-ac", "2"), (*_AC3, "-ac", "6"), (*_AC3, "-ac", "2")),
        joints=(2, 4),
    ),
    Case(
        "another rate",
        lambda f: _changing(f, (*_HIGH, "-ar", "44100"), (*_HIGH, "-ar", "48000")),
        4,
        joints=(2,),
    ),
    Case(
        "rate and channels",
        lambda f: _changing(
            f, (*_HIGH, "-ar", "48000", "-ac", "1"), (*_HIGH, "-ar", "32000", "-ac", "2")
        ),
        4,
        joints=(2,),
    ),
    Case(
        "joined", lambda f: halves(f / "joined.ts", seconds=(2, 4), later=("-ac", "2")), joints=(2,)
    ),
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
    assert result.notes == ()
    heard = measures.sound(result.path)
    assert heard.seconds == pytest.approx(case.seconds, abs=0.1)
    begin, end = case.silent
    between = [p for p in heard.pauses(0.02) if 0.06 < p < heard.seconds - 0.1]
    elsewhere = [p for p in between if not begin - 0.06 <= p < end]
    assert [p for p in elsewhere if all(abs(p - j) > 0.08 for j in case.joints)] == []
    if end > begin:
        assert len(between) * 0.02 == pytest.approx(0.5, abs=0.16)
    assert heard.pitch(1) == pytest.approx(440, rel=0.03)


# --- and a sound that keeps time isn't touched


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("mkv", SHOT),
        ("mp4", (*H264, *AAC, "-ac", "1")),
        ("ts", SHOT),
        ("flv", (*SHOT, "-ar", "44100")),
        ("mkv", (*SHOT, "-ar", "32000")),
    ],
)
async def test_a_sound_that_keeps_time_is_copied(
    suffix: str, options: tuple[str, ...], bench_on: BenchOn, tmp_path: Path
) -> None:
    source = film(tmp_path / f"film.{suffix}", *options, seconds=SECONDS)
    result = await bench_on("bwrap").convert(source)
    assert result.plan.action in {Action.REMUX, Action.NOTHING}, result.plan.reasons
    outputs.assert_plays(result.path)
    assert measures.sound(result.path).seconds == pytest.approx(SECONDS, abs=0.1)
