"""Several videos really joined: copied where they are of one shape, else fitted; in order, as long
as all together, and nothing but themselves opened."""

import asyncio
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.beside import Beside
from converter.errors import Code, ConversionError
from converter.limits import Limits
from converter.observer import Observer
from converter.planning.plan import Action, Note
from converter.request import Quality, Request
from tests.support import clips, eyes, outputs
from tests.support.bench import Bench, BenchOn
from tests.support.engines import DOCKER

SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Make:
    """Two seconds of one colour, with a tone in Hz (0: without sound)."""

    colour: str
    tone: int = 440
    size: str = "320x240"
    rate: str = "25"
    suffix: str = "mp4"
    codec: tuple[str, ...] = (*clips.H264, "-g", "10")
    sound: tuple[str, ...] = clips.AAC
    chain: str = ""
    turned: int = 0

    def at(self, folder: Path, name: str) -> Path:
        path = folder / f"{name}.{self.suffix}"
        argv = ["-f", "lavfi", "-i", f"color=c={self.colour}:s={self.size}:r={self.rate}:d=2"]
        argv += ["-f", "lavfi", "-i", f"sine={self.tone}:r=48000:d=2"] if self.tone else []
        argv += ["-vf", self.chain, "-fps_mode", "vfr"] if self.chain else []
        clips.ffmpeg(*argv, *self.codec, *(self.sound if self.tone else ()), str(path))
        if self.turned:
            clips.turn(path, clips.TURNS[f"rotated_{self.turned}"])
        return path


RED, LIME, BLUE = Make("red"), Make("lime", 880), Make("blue", 1320)
VARIABLE = "select='lt(n,20)+not(mod(n,5))'"
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-g", "10")
SHAPES: dict[str, tuple[Make, ...]] = {
    "size": (RED, Make("lime", 880, size="640x200"), Make("blue", 1320, size="100x200")),
    "rate": (RED, Make("lime", 880, rate="50"), Make("blue", 1320, rate="10")),
    "turned": (RED, Make("lime", 880, turned=90), Make("blue", 1320, turned=180)),
    "first turned": (Make("red", turned=90), LIME, BLUE),
    "no sound": (RED, Make("lime", 0), BLUE),
    "first without sound": (Make("red", 0), LIME, Make("blue", 0)),
    "none with sound": (Make("red", 0), Make("lime", 0, size="160x120"), Make("blue", 0)),
    "variable rate": (Make("red", chain=VARIABLE), Make("lime", 880, chain=VARIABLE), BLUE),
    "codecs": (
        RED,
        Make("lime", 880, suffix="avi", codec=("-c:v", "mpeg4"), sound=("-c:a", "libmp3lame")),
        Make("blue", 1320, suffix="webm", codec=("-c:v", "libvpx"), sound=("-c:a", "libopus")),
    ),
    "encoders": (RED, Make("lime", 880, codec=(*clips.H264, "-bf", "0", "-refs", "1")), BLUE),
    "sounds": (RED, Make("lime", 880, sound=("-c:a", "aac", "-ar", "22050", "-ac", "2")), BLUE),
}


@pytest.fixture
def bench(bench_on: BenchOn) -> Bench:
    return bench_on("bwrap")


def made(folder: Path, makes: Sequence[Make]) -> list[Path]:
    return [make.at(folder, f"clip{number}") for number, make in enumerate(makes)]


async def join(bench: Bench, files: Sequence[Path], request: Request | None = None) -> Path:
    """The outcome of joining them, which says that it is one."""
    first, *others = files
    result = await bench.convert(first, request=request, beside=Beside(parts=tuple(others)))
    assert Note.JOINED in result.notes
    assert result.before.size == sum(file.stat().st_size for file in files)
    return result.path


def seen(path: Path, count: int, columns: int = 3) -> list[str]:
    """The colour in the midst of the picture, in the midst of each part."""
    middle = columns // 2
    return [eyes.colours(path, columns, at=SECONDS * n + 1)[middle] for n in range(count)]


def heard(path: Path, tones: Sequence[int]) -> list[int]:
    """Which tone is loudest in each part, 0 for none."""
    found = []
    for number in range(len(tones)):
        at = SECONDS * number + 0.6
        quiet = eyes.volume(path, at=at, length=0.8) < -60
        known = [440.0, 880.0, 1320.0]
        found.append(0 if quiet else round(eyes.loudest(path, *known, at=at, length=0.8)))
    return found


def hashes(path: Path, stream: str) -> list[str]:
    """Of the packets of a stream, whatever their times are."""
    argv = ["ffprobe", "-v", "error", "-select_streams", stream, "-show_data_hash", "sha256"]
    argv += ["-show_entries", "packet=data_hash,size", "-of", "json", str(path)]
    done = subprocess.run(argv, capture_output=True, check=True)
    return [packet["data_hash"] for packet in json.loads(done.stdout)["packets"]]


def descriptions(path: Path) -> int:
    """How many descriptions of the picture come with the file and its packets."""
    argv = ["ffmpeg", "-v", "info", "-i", str(path), "-an", "-c:v", "copy"]
    argv += ["-bsf:v", "trace_headers", "-f", "null", "-"]
    said = subprocess.run(argv, capture_output=True, check=True).stderr
    return said.count(b"Sequence Parameter Set\n")


# --- of one shape


@pytest.mark.parametrize("engine", ["bwrap", "wheel", DOCKER])
async def test_videos_of_one_shape_are_copied(
    engine: str, bench_on: BenchOn, tmp_path: Path
) -> None:
    bench, files = bench_on(engine), made(tmp_path, (RED, LIME, BLUE))
    path = await join(bench, files)
    assert hashes(path, "v") == [one for file in files for one in hashes(file, "v")]
    sounds = [set(hashes(file, "a")) for file in files]
    assert set(hashes(path, "a")) <= set.union(*sounds), "no sound was encoded either"
    assert seen(path, 3) == ["red", "lime", "blue"]
    assert heard(path, (440, 880, 1320)) == [440, 880, 1320]
    assert outputs.read(path).duration == pytest.approx(6, abs=0.15)


@pytest.mark.parametrize("target", ["mkv", "mov", "hevc"])
async def test_copies_into_other_containers(bench: Bench, target: str, tmp_path: Path) -> None:
    codec = (*HEVC, "-tag:v", "hvc1") if target == "hevc" else RED.codec
    makes = [Make("red", codec=codec), Make("lime", 880, codec=codec)]
    first, second = made(tmp_path, makes)
    result = await bench.convert(
        first, request=Request(target=target), beside=Beside(parts=(second,))
    )
    assert result.plan.action is Action.REMUX
    assert seen(result.path, 2) == ["red", "lime"]


async def test_turned_videos_of_one_shape_stay_turned(bench: Bench, tmp_path: Path) -> None:
    files = made(tmp_path, (Make("red", turned=90), Make("lime", 880, turned=90)))
    path = await join(bench, files, Request(target="mkv"))
    assert seen(path, 2) == ["red", "lime"]
    video = outputs.read(path).video
    assert hashes(path, "v") or video


# --- of several shapes


@pytest.mark.parametrize("name", list(SHAPES))
async def test_videos_of_different_shapes_are_fitted(
    bench: Bench, name: str, tmp_path: Path
) -> None:
    makes = SHAPES[name]
    path = await join(bench, made(tmp_path, makes))
    output = outputs.read(path)
    assert seen(path, len(makes)) == [make.colour for make in makes]
    assert output.duration == pytest.approx(SECONDS * len(makes), abs=0.1 * len(makes))
    size = (output.video["width"], output.video["height"])
    assert size == ((240, 320) if name == "first turned" else (320, 240))
    tones = [make.tone for make in makes]
    if any(tones):
        assert heard(path, tones) == tones
    else:
        assert output.of("audio") == []


async def test_another_shape_stands_between_bars(bench: Bench, tmp_path: Path) -> None:
    path = await join(bench, made(tmp_path, (RED, Make("lime", 880, size="120x240"))))
    assert eyes.colours(path, 5, at=1.0) == ["red"] * 5
    assert eyes.colours(path, 5, at=3.0) == ["black", "black", "lime", "black", "black"]


@pytest.mark.parametrize(
    ("wish", "frames"),
    [
        (Request(target="gif"), None),
        (Request(target="webm"), None),
        (Request(quality=Quality.SMALL), None),
        (Request(height=120), (160, 120)),
        (Request(max_bytes=60_000), None),
    ],
)
async def test_every_wish_holds_for_the_whole(
    bench: Bench, wish: Request, frames: tuple[int, int] | None, tmp_path: Path
) -> None:
    path = await join(bench, made(tmp_path, (RED, Make("lime", 880, size="640x480"))), wish)
    output = outputs.read(path)
    assert seen(path, 2) == ["red", "lime"]
    assert output.duration == pytest.approx(4, abs=0.3)
    if frames is not None:
        assert (output.video["width"], output.video["height"]) == frames
    if wish.max_bytes is not None:
        assert path.stat().st_size <= 60_000


async def test_a_cut_is_one_of_the_whole(bench: Bench, tmp_path: Path) -> None:
    path = await join(bench, made(tmp_path, (RED, LIME)), Request(start=1.0, end=3.0))
    assert outputs.read(path).duration == pytest.approx(2, abs=0.1)
    assert [eyes.colours(path, at=at)[0] for at in (0.5, 1.5)] == ["red", "lime"]


async def test_sound_alone(bench: Bench, tmp_path: Path) -> None:
    files = made(tmp_path, (RED, Make("lime", 880, size="640x200"), BLUE))
    path = await join(bench, files, Request(target="mp3"))
    assert heard(path, (440, 880, 1320)) == [440, 880, 1320]


# --- what is refused


async def refused(bench: Bench, files: Sequence[Path], limits: Limits | None = None) -> str:
    first, *others = files
    with pytest.raises(ConversionError) as caught:
        await bench.convert(first, limits, beside=Beside(parts=tuple(others)))
    bench.assert_clean()
    return f"{caught.value.code}{caught.value.facts.get('part', '')}"


async def test_what_is_no_video_is_refused_by_its_number(bench: Bench, tmp_path: Path) -> None:
    red, lime = made(tmp_path, (RED, LIME))
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(red.read_bytes())
    song = tmp_path / "song.mp3"
    clips.ffmpeg("-f", "lavfi", "-i", "sine=440:d=1", str(song))
    hostile = {
        "list": (f"ffconcat version 1.0\nfile {secret}\n".encode(), Code.PLAYLIST),
        "playlist": (b"#EXTM3U\n#EXTINF:1,\nfile://%s\n" % bytes(secret), Code.PLAYLIST),
        "empty": (b"", Code.EMPTY),
        "text": (b"nothing to be seen here\n" * 50, Code.TEXT),
        "song": (song.read_bytes(), Code.NO_VIDEO),
        "torn": (lime.read_bytes()[:900], Code.TRUNCATED),
    }
    for name, (data, code) in hostile.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert await refused(bench, [red, path, lime]) == f"{code}2", name
        assert await refused(bench, [path, red]) == f"{code}1", name


async def test_limits_hold_for_all_together(bench: Bench, tmp_path: Path) -> None:
    files = made(tmp_path, (RED, LIME, BLUE))
    size = max(file.stat().st_size for file in files)
    assert await refused(bench, files, Limits(max_input_bytes=size + 10)) == Code.TOO_LARGE
    assert await refused(bench, files, Limits(max_duration=5)) == Code.TOO_LONG
    assert await refused(bench, [files[0]] * 11) == Code.BAD_REQUEST


async def test_cancelled_and_out_of_time(bench: Bench, tmp_path: Path) -> None:
    files = made(tmp_path, (RED, Make("lime", 880, size="640x480"), BLUE))
    assert await refused(bench, files, Limits(timeout=0.5)) == Code.TIMED_OUT
    begun = asyncio.Event()
    watch = Observer(on_plan=lambda _: begun.set())
    running = asyncio.create_task(
        bench.convert(files[0], observer=watch, beside=Beside(parts=tuple(files[1:])))
    )
    await asyncio.wait_for(begun.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    bench.assert_clean()


async def test_how_far_it_has_come_only_grows(bench: Bench, tmp_path: Path) -> None:
    files = made(tmp_path, (RED, Make("lime", 880, size="640x480"), BLUE))
    heard_: list[float] = []
    watch = Observer(on_progress=lambda progress: heard_.append(progress.fraction or 0.0))
    await bench.convert(
        files[0],
        observer=watch,
        request=Request(target="webm"),
        beside=Beside(parts=tuple(files[1:])),
    )
    assert heard_ == sorted(heard_)
    assert heard_[-1] == pytest.approx(1)


async def test_fitted_parts_are_described_once(bench: Bench, tmp_path: Path) -> None:
    files = made(tmp_path, (RED, Make("lime", 880, size="640x480"), Make("blue", rate="50")))
    path = await join(bench, files)
    # Once in the file's own description, and not once more in any packet.
    assert descriptions(path) == 1
