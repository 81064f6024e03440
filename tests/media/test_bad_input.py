"""What is no video, or means harm: a typed answer within the limits, and nothing is left."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from converter.errors import Code, Failed, Refused
from converter.limits import Limits
from converter.observer import Observer
from converter.planning.plan import Note
from converter.request import Request
from tests.support import clips, hostile, outputs
from tests.support.bench import BenchOn, ClipOf
from tests.support.canaries import canaries
from tests.support.engines import DOCKER, unique

ENGINES = ("bwrap", DOCKER)


def write(folder: Path, content: bytes) -> Path:
    path = folder / unique("bad")
    path.write_bytes(content)
    return path


PLAIN: Mapping[str, tuple[bytes, Code]] = {
    "empty": (b"", Code.EMPTY),
    "text": ("Привет, это не видео\n".encode(), Code.TEXT),
    "text_in_utf16": ("just words".encode("utf-16"), Code.TEXT),
    "zip": (hostile.zip_file(), Code.ARCHIVE),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", Code.PDF),
    "exe": (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + bytes(200), Code.PROGRAM),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(200), Code.PROGRAM),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(200), Code.PICTURE),
    "huge_png": (hostile.png(65535, 65535), Code.PICTURE),
    "zeros": (bytes(100_000), Code.NOT_MEDIA),
    "one_byte": (b"\0", Code.NOT_MEDIA),
}


async def test_what_is_plainly_no_video(bench_on: BenchOn, tmp_path: Path) -> None:
    bench = bench_on("bwrap")
    for name, (content, code) in PLAIN.items():
        error = await bench.refuse(write(tmp_path, content))
        assert (name, error.code) == (name, code)
        assert isinstance(error, Refused)


async def test_noise(bench_on: BenchOn, tmp_path: Path) -> None:
    error = await bench_on("bwrap").refuse(write(tmp_path, b"\xff" + os.urandom(50_000)))
    assert not error.retryable


@pytest.mark.parametrize("engine", ENGINES)
async def test_what_only_the_probe_can_tell(
    engine: str, clip: ClipOf, bench_on: BenchOn, tmp_path: Path
) -> None:
    sound = tmp_path / "sound.m4a"
    clips.ffmpeg("-f", "lavfi", "-i", clips.SOUND, str(sound))
    tail = clip("index_at_end").read_bytes()
    expected = {
        Code.NO_VIDEO: sound,
        Code.TRUNCATED: write(tmp_path, tail[: len(tail) // 2]),
        Code.ENCRYPTED: hostile.encrypted(tmp_path, clip("ready")),
        Code.TOO_MANY_STREAMS: hostile.many_streams(tmp_path, clip("ready"), 70),
    }
    bench = bench_on(engine)
    for code, source in expected.items():
        error = await bench.refuse(source)
        assert error.code is code
        assert isinstance(error, Refused)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(max_input_bytes=1000), Code.TOO_LARGE),
        (Limits(max_duration=0.5), Code.TOO_LONG),
        (Limits(max_streams=1), Code.TOO_MANY_STREAMS),
    ],
)
async def test_over_a_limit(limits: Limits, code: Code, clip: ClipOf, bench_on: BenchOn) -> None:
    error = await bench_on("bwrap").refuse(clip("avi"), limits)
    assert error.code is code
    assert float(error.facts["actual"]) > float(error.facts["limit"])


async def test_over_the_pixel_limit(clip: ClipOf, bench_on: BenchOn) -> None:
    error = await bench_on("bwrap").refuse(clip("avi"), Limits(max_pixels=1000))
    assert error.code is Code.TOO_MANY_PIXELS


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("codec", [b"MJPG", b"\0\0\0\0", b"FFV1", b"MPNG"])
async def test_a_picture_of_absurd_size(
    engine: str, codec: bytes, bench_on: BenchOn, tmp_path: Path
) -> None:
    content = hostile.png(65535, 65535) if codec == b"MPNG" else bytes(64)
    source = write(tmp_path, hostile.avi(65535, 65535, [(b"00dc", content)], codec=codec))
    error = await bench_on(engine).refuse(source)
    assert error.code in {Code.TOO_MANY_PIXELS, Code.DAMAGED, Code.NOT_MEDIA}
    assert isinstance(error, Refused)


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_file_cut_off_is_salvaged(
    engine: str, clip: ClipOf, bench_on: BenchOn, tmp_path: Path
) -> None:
    whole = clip("ready").read_bytes()
    bench = bench_on(engine)
    result = await bench.convert(write(tmp_path, whole[: len(whole) // 2]))
    output = outputs.assert_plays(bench.output)
    assert result.notes == (Note.PARTIAL,)
    assert 0.2 < result.lost_seconds < 0.9
    assert output.duration + result.lost_seconds == pytest.approx(1.0, abs=0.15)


async def test_bits_turned_over(clip: ClipOf, bench_on: BenchOn, tmp_path: Path) -> None:
    whole = bytearray(clip("matroska").read_bytes())
    for at in range(5_000, len(whole), 997):
        whole[at] ^= 0x55
    bench = bench_on("bwrap")
    error = await bench.outcome(write(tmp_path, bytes(whole)))
    assert error is None or not error.retryable
    if error is None:
        # Copied packets are not decoded: what was broken in them still is.
        assert outputs.read(bench.output).video["codec_name"] == "h264"


# --- nothing but the file itself is opened


# Without bubblewrap nothing but the guards stands between a file and the machine.
@pytest.mark.parametrize("engine", ["plain", "wheel"])
async def test_playlists_open_nothing(
    engine: str, clip: ClipOf, bench_on: BenchOn, tmp_path: Path
) -> None:
    bench = bench_on(engine)
    async with canaries(tmp_path, clip("transport_stream").read_bytes()) as birds:
        for name, content in hostile.playlists(f"file:{birds.path}", birds.url).items():
            error = await bench.refuse(write(tmp_path, content))
            assert (name, error.code) == (name, Code.PLAYLIST)
        assert birds.untouched


@pytest.mark.parametrize("engine", ["plain", "wheel", DOCKER])
async def test_hidden_playlists_open_nothing(
    engine: str, clip: ClipOf, bench_on: BenchOn, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.jpg"
    clips.ffmpeg("-f", "lavfi", "-i", clips.PICTURE, "-frames:v", "1", str(picture))
    bench = bench_on(engine)
    async with canaries(tmp_path, clip("transport_stream").read_bytes()) as birds:
        found = hostile.hidden_playlists(f"file:{birds.path}", birds.url, picture.read_bytes())
        for name, content in found.items():
            source = write(tmp_path, content)
            error = await bench.outcome(source)
            assert error is None or not error.retryable, name
            if error is None:
                # The picture around it is a video, and all that there is.
                assert outputs.assert_plays(bench.output).duration < 0.5
            assert birds.untouched, name


@pytest.mark.parametrize("engine", ["plain", DOCKER])
async def test_a_movie_that_refers_to_another_file(
    engine: str, clip: ClipOf, bench_on: BenchOn, tmp_path: Path
) -> None:
    whole = clip("ready").read_bytes()
    async with canaries(tmp_path, whole) as birds:
        for target in (f"file:{birds.path}", birds.url):
            bench = bench_on(engine)
            changed = hostile.mov_with_reference(whole, target)
            assert target.encode() in changed
            source = write(tmp_path, changed)
            error = await bench.outcome(source)
            assert error is None or not error.retryable
            assert birds.untouched


# --- what takes too long, or is called off


@pytest.fixture(scope="session")
def slow_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file that takes many seconds to encode."""
    clip = tmp_path_factory.mktemp("slow") / "slow.mkv"
    source = "testsrc2=size=1280x720:rate=30:duration=20"
    clips.ffmpeg("-f", "lavfi", "-i", source, "-c:v", "mpeg4", "-q:v", "20", str(clip))
    return clip


@pytest.mark.parametrize("engine", ["bwrap", "plain", DOCKER])
async def test_a_conversion_over_its_time(engine: str, slow_clip: Path, bench_on: BenchOn) -> None:
    error = await bench_on(engine).refuse(slow_clip, Limits(timeout=1.5))
    assert error.code is Code.TIMED_OUT
    assert isinstance(error, Failed)
    assert error.facts == {"limit": 1.5}


@pytest.mark.parametrize("engine", ["bwrap", "plain", DOCKER])
async def test_a_conversion_called_off_in_the_middle(
    engine: str, slow_clip: Path, bench_on: BenchOn
) -> None:
    bench = bench_on(engine)
    under_way = asyncio.Event()
    watch = replace(Observer(), on_progress=lambda _: under_way.set())
    task = asyncio.create_task(bench.convert(slow_clip, observer=watch))
    waiting = asyncio.create_task(under_way.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    bench.assert_clean()


@pytest.mark.parametrize("engine", ["bwrap", DOCKER])
async def test_a_conversion_called_off_before_it_begins(engine: str, bench_on: BenchOn) -> None:
    bench = bench_on(engine)
    inside = asyncio.Event()

    async def wait_for_a_download() -> None:
        async with bench.converter().open("job"):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait_for_a_download())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    bench.assert_clean()


async def test_a_request_for_no_known_target(clip: ClipOf, bench_on: BenchOn) -> None:
    async with bench_on("bwrap").converter().open("job") as conversion:
        conversion.workspace.input_path.write_bytes(clip("ready").read_bytes())
        with pytest.raises(Refused) as caught:
            await conversion.run(Request(target="betamax"), Limits())
    assert caught.value.code is Code.BAD_REQUEST
