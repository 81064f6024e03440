"""Difficult videos become ones that play everywhere: judged by other eyes than the converter's."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from converter.convert import Result
from converter.errors import Code, ConversionError
from converter.limits import Limits
from converter.observer import Observer
from converter.planning.plan import Action, Plan
from tests.support import outputs
from tests.support.engines import DOCKER, Engine
from tests.support.outputs import Output


class Bench(Protocol):
    """What `bench_on` of conftest gives."""

    engine: Engine

    async def convert(
        self, source: Path, limits: Limits | None = None, observer: Observer | None = None
    ) -> Result: ...
    async def refuse(self, source: Path, limits: Limits | None = None) -> ConversionError: ...
    @property
    def output(self) -> Path: ...
    @property
    def thumbnail(self) -> Path: ...


Check = Callable[[Path, Output], None]


@dataclass(frozen=True, slots=True)
class Case:
    """What must become of a clip. `docker`: worth proving in a container too."""

    clip: str
    action: Action
    size: tuple[int, int] = (320, 240)
    seconds: float = 1.0
    sound: bool = True
    check: Check | None = None
    docker: bool = False


# --- what else must hold of some


def corner(*colours: str) -> Check:
    def check(_: Path, output: Output) -> None:
        assert outputs.colour_names(output.path, 2, 2) == list(colours)

    return check


def brightness(*bounds: tuple[int, int]) -> Check:
    def check(_: Path, output: Output) -> None:
        for (level,), (least, most) in zip(
            outputs.cells(output.path, len(bounds), 1, grey=True), bounds, strict=True
        ):
            assert least <= level <= most

    return check


def same_picture(source: Path, output: Output) -> None:
    assert outputs.decoded_md5(source) == outputs.decoded_md5(output.path)


def same_packets(source: Path, output: Output) -> None:
    same_picture(source, output)
    assert outputs.packets_md5(source, "0:a:0") == outputs.packets_md5(output.path, "0:a:0")


def same_file(source: Path, output: Output) -> None:
    assert source.read_bytes() == output.path.read_bytes()


def no_location(source: Path, output: Output) -> None:
    for words in (b"+52.5163", b"Canary Phone"):
        assert words in source.read_bytes()
        assert words not in output.path.read_bytes()
    same_packets(source, output)


def sound_comes_late(_: Path, output: Output) -> None:
    assert outputs.first_times(output.path, "v:0", 1)[0] == pytest.approx(0, abs=0.05)
    silence = outputs.silences(output.path)[0]
    assert silence[0] == pytest.approx(0, abs=0.05)
    assert silence[1] == pytest.approx(0.5, abs=0.06)


def picture_comes_late(source: Path, output: Output) -> None:
    first, second = outputs.first_times(output.path, "v:0", 2)
    assert first == pytest.approx(0, abs=0.05)
    assert second - first == pytest.approx(0.54, abs=0.06)
    assert outputs.silences(output.path) == []


def every_frame_once(source: Path, output: Output) -> None:
    assert output.frames == outputs.read(source).frames


def every_second_frame(_: Path, output: Output) -> None:
    assert output.fps <= 61
    assert output.frames == pytest.approx(60, abs=2)


def two_channels(source: Path, output: Output) -> None:
    assert output.of("audio")[0]["channels"] == 2
    same_picture(source, output)


CASES = (
    Case("ready", Action.NOTHING, check=same_file, docker=True),
    Case("silent", Action.NOTHING, sound=False, check=same_file),
    Case("mono", Action.NOTHING, check=same_file),
    Case("index_at_end", Action.REMUX, check=same_packets, docker=True),
    Case("fragmented", Action.REMUX, check=same_packets),
    Case("quicktime", Action.REMUX, check=same_packets),
    Case("matroska", Action.REMUX, check=same_packets),
    Case("transport_stream", Action.REMUX, check=same_picture, docker=True),
    Case("flash", Action.REMUX, check=same_packets),
    Case("cover", Action.REMUX, check=same_packets),
    Case("several_tracks", Action.REMUX, check=same_packets),
    Case("subtitles", Action.REMUX, check=same_packets),
    Case("data", Action.REMUX, check=same_packets),
    Case("chapters", Action.REMUX, check=same_packets),
    Case("location", Action.REMUX, check=no_location, docker=True),
    Case("surround", Action.AUDIO, check=two_channels, docker=True),
    Case("pcm", Action.AUDIO, check=same_picture),
    Case("delayed_sound", Action.AUDIO, seconds=1.5, check=sound_comes_late),
    Case("hdr10", Action.ENCODE, check=brightness((16, 40), (165, 235)), docker=True),
    Case("hlg", Action.ENCODE, check=brightness((16, 60), (150, 235)), docker=True),
    Case("rotated_90", Action.ENCODE, (240, 320), check=corner("blue", "red", "blue", "blue")),
    Case("rotated_180", Action.ENCODE, check=corner("blue", "blue", "blue", "red")),
    Case(
        "rotated_270",
        Action.ENCODE,
        (240, 320),
        check=corner("blue", "blue", "red", "blue"),
        docker=True,
    ),
    Case("mirrored", Action.ENCODE, check=corner("blue", "red", "blue", "blue"), docker=True),
    Case("wide_pixels", Action.ENCODE, (426, 240), docker=True),
    Case("tall_pixels", Action.ENCODE, (320, 320)),
    Case("odd_size", Action.ENCODE, (320, 240)),
    Case("odd_h264", Action.ENCODE, (320, 240)),
    Case("variable_rate", Action.ENCODE, check=every_frame_once, docker=True),
    Case("interlaced", Action.ENCODE, check=every_frame_once, docker=True),
    Case("ten_bits", Action.ENCODE, check=every_frame_once),
    Case("full_chroma", Action.ENCODE, check=every_frame_once),
    Case("full_range", Action.ENCODE, check=brightness((15, 18), (233, 236)), docker=True),
    Case("late_picture", Action.ENCODE, seconds=1.5, check=picture_comes_late, docker=True),
    Case("fast", Action.ENCODE, check=every_second_frame),
    Case("tiny", Action.ENCODE, (16, 16)),
    Case("one_frame", Action.NOTHING, seconds=0.04, sound=False),
    Case("transparent", Action.ENCODE, sound=False, check=brightness((15, 18), (233, 236))),
    Case("png_movie", Action.ENCODE, sound=False),
    Case("webm", Action.ENCODE, docker=True),
    Case("avi", Action.ENCODE, check=every_frame_once),
    Case("mjpeg_avi", Action.ENCODE),
    Case("wmv", Action.ENCODE),
    Case("mpeg", Action.ENCODE),
    Case("ogg", Action.ENCODE),
    Case("phone", Action.ENCODE, (192, 144)),
    Case("gif", Action.ENCODE, sound=False, docker=True),
    Case("prores", Action.ENCODE),
    Case("mxf", Action.ENCODE),
    Case("raw_h264", Action.ENCODE, sound=False),
    Case("raw_video", Action.ENCODE, sound=False),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.clip)
async def test_on_the_host(
    case: Case, clip: Callable[[str], Path], bench_on: Callable[[str], Bench]
) -> None:
    await convert_and_judge(case, clip(case.clip), bench_on("bwrap"))


@pytest.mark.docker
@pytest.mark.parametrize("case", [c for c in CASES if c.docker], ids=lambda case: case.clip)
async def test_in_a_container(
    case: Case, clip: Callable[[str], Path], bench_on: Callable[[str], Bench]
) -> None:
    await convert_and_judge(case, clip(case.clip), bench_on("docker"))


@pytest.mark.parametrize("name", ["transport_stream", "hdr10", "mirrored", "late_picture", "gif"])
async def test_with_the_static_build(
    name: str, clip: Callable[[str], Path], bench_on: Callable[[str], Bench]
) -> None:
    case = next(case for case in CASES if case.clip == name)
    await convert_and_judge(case, clip(name), bench_on("wheel"))


async def convert_and_judge(case: Case, source: Path, bench: Bench) -> None:
    result = await bench.convert(source)
    output = outputs.assert_plays(bench.output)
    assert result.plan.action is case.action, result.plan.reasons
    assert result.notes == ()
    assert output.size == pytest.approx(case.size, abs=2)
    assert output.duration == pytest.approx(case.seconds, abs=0.12)
    assert bool(output.of("audio")) is case.sound
    assert (result.after.videos[0].width, result.after.videos[0].height) == output.size
    assert_thumbnail(bench.thumbnail, output.size)
    if case.check is not None:
        case.check(source, output)


def assert_thumbnail(path: Path, size: tuple[int, int]) -> None:
    assert path.read_bytes()[:3] == b"\xff\xd8\xff"
    assert path.stat().st_size <= 200_000
    picture = outputs.read(path)
    width, height = picture.size
    assert max(width, height) <= 320
    assert width / height == pytest.approx(size[0] / size[1], rel=0.05)


async def test_progress_comes_and_ends(
    clip: Callable[[str], Path], bench_on: Callable[[str], Bench]
) -> None:
    plans: list[Plan] = []
    fractions: list[float | None] = []
    seen = Observer(plans.append, lambda progress: fractions.append(progress.fraction))
    await bench_on("bwrap").convert(clip("avi"), observer=seen)
    assert [plan.action for plan in plans] == [Action.ENCODE]
    known = [fraction for fraction in fractions if fraction is not None]
    assert known == sorted(known)
    assert known[-1] == 1.0


# --- an output that must stay small


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
async def test_a_large_video_is_made_to_fit(
    engine: str, clip: Callable[[str], Path], bench_on: Callable[[str], Bench]
) -> None:
    bench, limit = bench_on(engine), 60_000
    source = clip("ready")
    assert source.stat().st_size > limit
    result = await bench.convert(source, Limits(max_output_bytes=limit))
    outputs.assert_plays(bench.output)
    assert bench.output.stat().st_size <= limit
    assert result.plan.action is Action.ENCODE


async def test_a_result_that_can_not_fit_is_told_beforehand(
    clip: Callable[[str], Path], bench_on: Callable[[str], Bench]
) -> None:
    bench = bench_on("bwrap")
    error = await bench.refuse(clip("avi"), Limits(max_output_bytes=5_000))
    assert error.code is Code.OUTPUT_TOO_LARGE
    assert not error.retryable
    assert error.facts["limit"] == 5_000
    assert float(error.facts["least"]) > 5_000
