"""Of several tracks the one that people want: what can be read, what belongs to the film, what is
meant for everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.errors import Code
from converter.planning.plan import Action, Note
from converter.request import Request
from tests.support import eyes, measures, outputs, recordings
from tests.support.bench import Bench, BenchOn
from tests.support.clips import AAC, H264, ffmpeg
from tests.support.engines import DOCKER
from tests.support.recordings import film, paint, renamed, unknown_codec

WANTED, OTHER = 440, 1100
BOTH = (OTHER, WANTED)
AC3 = ("-c:a", "ac3")


@dataclass(frozen=True, slots=True)
class Case:
    """`options` of a film whose first sound is the wrong one and whose second is WANTED, and what
    is done to it. `untouched`: picture and sound are copied."""

    name: str
    options: tuple[str, ...]
    suffix: str = "mkv"
    after: Callable[[Path], Path] | None = None
    untouched: bool = True
    audio: str = ""
    tone: int = WANTED
    docker: bool = False

    def make(self, folder: Path) -> Path:
        """The film."""
        path = film(folder / f"film.{self.suffix}", *self.options, picture=paint("red"), tones=BOTH)
        return self.after(path) if self.after is not None else path


def _shot(*options: str, sound: tuple[str, ...] = AAC) -> tuple[str, ...]:
    return (*H264, *sound, *options)


def _flags(first: str, second: str = "0") -> tuple[str, ...]:
    return _shot("-disposition:a:0", first, "-disposition:a:1", second)


def _titled(title: str) -> tuple[str, ...]:
    return _shot("-metadata:s:a:0", f"title={title}")


def _languages() -> tuple[str, ...]:
    return _shot("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=rus")


def _unheard(path: Path) -> Path:
    return unknown_codec(path, b"mp4a")


_EMPTY = ("-bsf:a:0", "noise=drop=1")

CASES = (
    Case("spatial sound", _shot(), "mov", _unheard, docker=True),
    Case("spatial sound by default", _flags("default"), "mp4", _unheard),
    Case(
        "ac4",
        _shot(sound=AC3),
        after=lambda p: renamed(p, b"A_AC3", b"A_AC4"),
        untouched=False,
    ),
    Case("without packets", _shot(*_EMPTY)),
    Case("without packets in mp4", _shot(*_EMPTY, "-disposition:a:0", "default"), "mp4"),
    Case("commentary", _flags("default+comment"), docker=True),
    Case("description", _flags("default+visual_impaired")),
    Case("clean speech", _flags("default+hearing_impaired")),
    Case("commentary by title", _titled("Director's Commentary")),
    Case("description by title", _titled("Audio Description")),
    Case("marked", _flags("0", "default")),
    Case("marked in mp4", _flags("0", "default"), "mp4"),
    Case("more channels", _shot("-ac:a:0", "1", "-ac:a:1", "2", *_flags("0")[-4:])),
    # A wish goes before all that.
    Case("commentary on request", _flags("default+comment"), audio="1", tone=OTHER),
    Case("second on request", _flags("default"), audio="2"),
    Case("language on request", _languages(), audio="ru"),
    Case("other language on request", _languages(), audio="en", tone=OTHER),
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
    result = await bench.convert(source, request=Request(audio=case.audio))
    output = outputs.assert_plays(result.path)
    assert len(output.of("audio")) == 1
    assert measures.sound(result.path).pitch(1) == pytest.approx(case.tone, abs=15)
    assert result.notes == ()
    assert outputs.packets_md5(source, "0:v") == outputs.packets_md5(result.path, "0:v")
    copied = {p.size for p in measures.packets(result.path, "a:0")} <= {
        p.size for n in (0, 1) for p in measures.packets(source, f"a:{n}")
    }
    assert copied is case.untouched


# --- other targets


@pytest.mark.parametrize("target", ["m4a", "mp3"])
@pytest.mark.parametrize("name", ["spatial sound", "commentary", "without packets"])
async def test_a_sound_alone(name: str, target: str, bench_on: BenchOn, tmp_path: Path) -> None:
    source = next(case for case in CASES if case.name == name).make(tmp_path)
    result = await bench_on("bwrap").convert(source, request=Request(target=target))
    assert measures.sound(result.path).pitch(1) == pytest.approx(WANTED, abs=15)


@pytest.mark.parametrize("name", ["spatial sound", "ac4", "without packets"])
async def test_matroska_takes_what_can_be_read(
    name: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = next(case for case in CASES if case.name == name).make(tmp_path)
    result = await bench_on("bwrap").convert(source, request=Request(target="mkv"))
    tracks = range(len(outputs.read(result.path).of("audio")))
    packets = [[p.size for p in measures.packets(result.path, f"a:{n}")] for n in tracks]
    assert [p.size for p in measures.packets(source, "a:1")] in packets
    assert outputs.packets_md5(source, "0:v") == outputs.packets_md5(result.path, "0:v")


# --- nothing to be heard


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
@pytest.mark.parametrize("suffix", ["mov", "mp4"])
async def test_a_film_whose_only_sound_nobody_can_read(
    suffix: str, engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    source = _unheard(film(tmp_path / f"film.{suffix}"))
    result = await bench_on(engine).convert(source)
    assert result.notes == (Note.SOUND_LOST,)
    assert outputs.assert_plays(result.path).of("audio") == []
    assert outputs.packets_md5(source, "0:v") == outputs.packets_md5(result.path, "0:v")


async def test_nothing_to_be_heard_is_no_sound(bench_on: BenchOn, tmp_path: Path) -> None:
    source = _unheard(film(tmp_path / "film.mov"))
    error = await bench_on("bwrap").refuse(source, request=Request(target="mp3"))
    assert error.code in {Code.NO_SOUND, Code.UNSUPPORTED}
    assert not error.retryable


# --- pictures


def _two_pictures(path: Path, *options: str) -> Path:
    """The first one red, the second lime."""
    sources = [part for c in ("red", "lime") for part in ("-f", "lavfi", "-i", f"{paint(c)}:d=2")]
    tone = ("-f", "lavfi", "-i", "sine=440:r=48000:d=2")
    maps = ("-map", "0", "-map", "1", "-map", "2")
    ffmpeg(*sources, *tone, *maps, *H264, *AAC, *options, str(path))
    return path


@pytest.mark.parametrize(
    ("name", "suffix", "colour"),
    [
        ("first", "mov", "lime"),
        ("first", "mp4", "lime"),
        ("second", "mov", "red"),
        ("without packets", "mkv", "lime"),
    ],
)
async def test_a_picture_that_nobody_can_read(
    name: str, suffix: str, colour: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    empty = name == "without packets"
    source = _two_pictures(
        tmp_path / f"film.{suffix}", *(("-bsf:v:0", "noise=drop=1") if empty else ())
    )
    if not empty:
        unknown_codec(source, b"avc1", 1 if name == "first" else 2)
    result = await bench_on("bwrap").convert(source)
    outputs.assert_plays(result.path)
    assert eyes.colours(result.path, at=1) == [colour]
    assert result.plan.action is Action.REMUX
    assert measures.sound(result.path).pitch(1) == pytest.approx(440, abs=15)


async def test_a_film_without_a_picture_for_anybody(bench_on: BenchOn, tmp_path: Path) -> None:
    source = unknown_codec(film(tmp_path / "film.mov"), b"avc1")
    error = await bench_on("bwrap").refuse(source)
    assert error.code is Code.UNSUPPORTED
    assert not error.retryable


# --- broadcasts


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
async def test_the_sound_of_the_picture_s_own_programme(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    """A radio programme comes first, and has a sound that is as good."""
    path = tmp_path / "programmes.ts"
    tones = [p for t in BOTH for p in ("-f", "lavfi", "-i", f"sine={t}:r=48000:d=2")]
    picture = ("-f", "lavfi", "-i", f"{paint('red')}:d=2")
    maps = ("-map", "0", "-map", "1", "-map", "2")
    radio = ("-program", "program_num=1:title=radio:st=0")
    film_ = ("-program", "program_num=2:title=film:st=2:st=1")
    ffmpeg(*tones, *picture, *maps, *H264, *AAC, *radio, *film_, str(path))
    result = await bench_on(engine).convert(path)
    assert measures.sound(result.path).pitch(1) == pytest.approx(WANTED, abs=15)
    assert outputs.assert_plays(result.path).of("video") != []


@pytest.mark.parametrize("target", ["mp4", "mkv", "webm"])
async def test_a_track_that_takes_over_is_told(
    target: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    """A recorder changed its channel: the rest of the film lies in tracks of their own."""
    pids = ("-mpegts_start_pid", "768", "-streamid", "0:768", "-streamid", "1:769")
    later = (*pids, "-output_ts_offset", "2")
    source = recordings.halves(tmp_path / "film.ts", later=later)
    result = await bench_on("bwrap").convert(source, request=Request(target=target))
    assert result.notes == (() if target == "mkv" else (Note.GOES_ON,))
    if target != "mkv":
        assert measures.plays(result.path) == pytest.approx(2, abs=0.25)
    assert eyes.colours(result.path, at=1) == ["red"]


async def test_two_films_at_once_are_no_sequel(bench_on: BenchOn, tmp_path: Path) -> None:
    result = await bench_on("bwrap").convert(_two_pictures(tmp_path / "film.mkv"))
    assert result.notes == ()
