"""Partly broken files and files that mean harm, for targets of every kind: what can be saved is
saved and said, the rest ends in a typed error, and nothing else is ever opened."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from converter.errors import Code, ConversionError
from converter.limits import Limits
from converter.observer import Observer
from converter.planning.plan import Action, Note, Plan
from converter.request import Request, Subtitles
from tests.support import eyes, harm, hostile, judged, outputs
from tests.support.bench import Bench, BenchOn, ClipOf
from tests.support.canaries import canaries
from tests.support.engines import DOCKER, unique

SHORT = Limits(timeout=20)


@pytest.fixture
def bench(bench_on: BenchOn) -> Bench:
    return bench_on("bwrap")


@dataclass(slots=True)
class Story:
    """What happened on the way."""

    actions: list[Action]
    setbacks: list[ConversionError]

    def observer(self) -> Observer:
        def planned(plan: Plan) -> None:
            self.actions.append(plan.action)

        return Observer(on_plan=planned, on_setback=self.setbacks.append)


# --- cut off


@pytest.mark.parametrize("name", ["matroska", "moments"])
@pytest.mark.parametrize("target", ["mp4", "webm", "mkv", "note", "mp3"])
async def test_what_is_there_is_saved(
    name: str, target: str, clip: ClipOf, bench: Bench, tmp_path: Path
) -> None:
    source = harm.cut_off(clip(name), tmp_path, 0.6)
    result = await bench.convert(source, request=Request(target=target))
    assert result.notes == (Note.PARTIAL,)
    whole = outputs.read(clip(name)).duration
    assert result.after.duration == pytest.approx(0.6 * whole, abs=0.2)
    assert result.after.duration is not None
    assert result.lost_seconds == pytest.approx(whole - result.after.duration, abs=0.1)


@pytest.mark.parametrize("name", ["avi", "transport_stream"])
@pytest.mark.parametrize("target", ["mp4", "mkv", "gif"])
async def test_files_that_do_not_tell_their_length(
    name: str, target: str, clip: ClipOf, bench: Bench, tmp_path: Path
) -> None:
    """Cut off or not, they are as long as what is there."""
    source = harm.cut_off(clip(name), tmp_path, 0.6)
    result = await bench.convert(source, request=Request(target=target))
    assert judged.faults(source, result.path, target) == []
    assert result.after.duration == pytest.approx(0.64, abs=0.1)


# --- one stream is broken


@pytest.mark.parametrize("name", ["index_at_end", "avi"])
@pytest.mark.parametrize("target", ["mp4", "webm", "note"])
async def test_a_broken_sound_costs_no_picture(
    name: str, target: str, clip: ClipOf, bench: Bench, tmp_path: Path
) -> None:
    source = harm.noise_in(clip(name), tmp_path, "a:0")
    result = await bench.convert(source, request=Request(target=target))
    assert result.notes == (Note.SOUND_LOST,)
    assert judged.faults(source, result.path, target) == []
    assert result.after.audios == ()


async def test_a_broken_sound_is_no_sound(clip: ClipOf, bench: Bench, tmp_path: Path) -> None:
    source = harm.noise_in(clip("index_at_end"), tmp_path, "a:0")
    for target in ("mp3", "opus", "flac", "m4a"):
        error = await bench.refuse(source, request=Request(target=target))
        assert error.code is Code.DAMAGED, target


async def test_a_gap_in_a_sound_is_no_loss(clip: ClipOf, bench: Bench, tmp_path: Path) -> None:
    source = harm.noise_in(clip("moments"), tmp_path, "a:0", share=0.3)
    result = await bench.convert(source)
    assert Note.SOUND_LOST not in result.notes
    assert eyes.loudest(result.path, 400, 3200, length=0.3) == 400
    assert eyes.loudest(result.path, 400, 3200, at=1.6, length=0.3) == 3200


@pytest.mark.parametrize("target", ["mp4", "mov", "mkv"])
async def test_a_broken_picture_is_not_copied(
    target: str, clip: ClipOf, bench: Bench, tmp_path: Path
) -> None:
    source = harm.bits_turned(clip("index_at_end"), tmp_path, "v:0", 300)
    story = Story([], [])
    request = Request(target=target)
    result = await bench.convert(source, observer=story.observer(), request=request)
    assert story.actions[0] is Action.REMUX
    assert story.actions[-1] is result.plan.action is Action.ENCODE
    assert "does not decode" in story.setbacks[0].detail
    assert judged.faults(source, result.path, target) == []


async def test_nothing_is_left_of_a_picture(clip: ClipOf, bench: Bench, tmp_path: Path) -> None:
    source = harm.noise_in(clip("index_at_end"), tmp_path, "v:0")
    for target in ("mp4", "gif", "sticker", "frame"):
        error = await bench.refuse(source, request=Request(target=target))
        assert error.code is Code.DAMAGED, target
    sound = await bench.convert(source, request=Request(target="m4a"))
    assert eyes.volume(sound.path) > -45


@pytest.mark.parametrize("target", ["mp4", "mkv", "gif", "mp3"])
async def test_a_head_without_a_body(
    target: str, clip: ClipOf, bench: Bench, tmp_path: Path
) -> None:
    """ffmpeg ends well and has written nothing, or a file in which nothing is."""
    data = clip("matroska").read_bytes()
    source = tmp_path / "head.mkv"
    source.write_bytes(data[: data.index(b"\x1f\x43\xb6\x75")])
    error = await bench.refuse(source, request=Request(target=target))
    assert not error.retryable
    assert error.code in {Code.DAMAGED, Code.NOT_MEDIA, Code.TRUNCATED, Code.FAILED}


# --- harm


TARGETS = ("mp3", "gif", "frame", "mkv", "sticker")


@pytest.mark.parametrize("engine", ["plain", DOCKER])
async def test_nothing_but_the_file_is_opened(
    engine: str, clip: ClipOf, bench_on: BenchOn, tmp_path: Path
) -> None:
    bench, ready = bench_on(engine), clip("ready").read_bytes()
    async with canaries(tmp_path, clip("transport_stream").read_bytes()) as birds:
        url = f"file:{birds.path}"
        found = {
            **hostile.hidden_playlists(url, birds.url, b"\xff\xd8\xff\xd9"),
            "reference": hostile.mov_with_reference(ready, url),
        }
        for number, (name, content) in enumerate(found.items()):
            source = tmp_path / unique("bad")
            source.write_bytes(content)
            target = TARGETS[number % len(TARGETS)]
            error = await bench.outcome(source, SHORT, Request(target=target))
            assert error is None or not error.retryable, name
            assert birds.untouched, name


async def test_subtitles_that_name_a_file(bench: Bench, tmp_path: Path) -> None:
    """Text that is burned in comes from a file of ours, whatever it says."""
    async with canaries(tmp_path, b"1\n00:00:00,000 --> 00:00:01,000\nsecret\n") as birds:
        source = hostile.with_words(tmp_path, f"{{\\fn{birds.path}}}':filename={birds.path}")
        wish = Request(subtitles=Subtitles.BURN)
        await bench.convert(source, SHORT, request=wish)
        assert birds.untouched


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
@pytest.mark.parametrize("target", TARGETS)
async def test_bombs(
    engine: str, target: str, clip: ClipOf, bench_on: BenchOn, tmp_path: Path
) -> None:
    bench = bench_on(engine)
    huge, crowd = tmp_path / "huge.avi", hostile.many_streams(tmp_path, clip("ready"), 70)
    huge.write_bytes(hostile.avi(65535, 65535, [(b"00dc", hostile.png(65535, 65535))]))
    expected = {huge: {Code.TOO_MANY_PIXELS, Code.DAMAGED, Code.NOT_MEDIA, Code.NO_SOUND}}
    expected[crowd] = {Code.TOO_MANY_STREAMS}
    for source, codes in expected.items():
        error = await bench.refuse(source, SHORT, Request(target=target))
        assert error.code in codes
        assert not error.retryable


async def test_a_limit_of_time_holds_for_every_kind(clip: ClipOf, bench: Bench) -> None:
    for target in ("hevc", "gif", "sticker"):
        wish = Request(target=target)
        error = await bench.refuse(clip("rich_large"), replace(SHORT, timeout=0.5), wish)
        assert error.code is Code.TIMED_OUT
