"""Animated WebP: what its chunks say, and what the program that unfolds it writes."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.engines.process import Completed
from converter.engines.workspace import Workspace
from converter.errors import Code, ConversionError, Failed, Refused, Unavailable
from converter.input import boxes, sniff, webp, webp_frames
from converter.input.webp import Animation
from converter.input.webp_frames import End
from converter.limits import Limits
from tests.support import webps

GOOD = webps.written((64, 48), (40, 5, 0, 1000))


def write(folder: Path, content: bytes) -> Path:
    path = folder / "input"
    path.write_bytes(content)
    return path


def test_what_the_chunks_say(tmp_path: Path) -> None:
    found = Animation(64, 48, (40, 100, 100, 1000))
    assert webp.read(write(tmp_path, GOOD)) == found
    assert (found.frames, found.seconds) == (4, 1.24)
    # What follows the file's own end is none of it.
    assert webp.read(write(tmp_path, GOOD + bytes(50))) == found


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    for content in (b"", b"RIFF", b"GIF89a", GOOD[:20], GOOD[:20] + b"\0" + GOOD[21:]):
        assert webp.read(write(tmp_path, content)) is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (GOOD[:-1], Code.TRUNCATED),
        (GOOD[:40], Code.TRUNCATED),
        (GOOD.replace(b"ANIM\x06", b"ANIM\xff"), Code.DAMAGED),
        (webps.written((64, 48), (40,) * 40_000), Code.UNSUPPORTED),
    ],
)
def test_broken_chunks(content: bytes, code: Code, tmp_path: Path) -> None:
    with pytest.raises(Refused) as told:
        webp.read(write(tmp_path, content))
    assert told.value.code is code


@pytest.mark.parametrize(
    ("animation", "code"),
    [
        (Animation(64, 48, ()), Code.DAMAGED),
        (Animation(16383, 16383, (40,)), Code.TOO_MANY_PIXELS),
        (Animation(1, 1, (16_000_000,)), Code.TOO_LONG),
        (Animation(6000, 6000, (40,) * 2000), Code.UNSUPPORTED),
    ],
)
def test_what_costs_too_much(animation: Animation, code: Code) -> None:
    with pytest.raises(Refused) as told:
        webp.check(animation, Limits())
    assert told.value.code is code


def test_what_does_not() -> None:
    webp.check(Animation(512, 512, (16,) * 180), Limits())
    webp.check(Animation(1920, 1080, (66,) * 1800), Limits())
    webp.check(Animation(16, 16, (40,) * 20_000), Limits())


@given(st.binary(max_size=200))
def test_any_bytes_after_the_head(tail: bytes) -> None:
    content = GOOD[: sniff.WEBP_HEAD + 18] + tail
    assert sniff.animated_webp(content)


# --- how the program ends


@dataclass(frozen=True, slots=True)
class Ending:
    """A session whose programs end so."""

    end: Completed | Unavailable
    input_url: str = "file:/in/input"

    def output_url(self, name: str) -> str:
        return f"file:/out/{name}"

    async def run(self, *_: object, **__: object) -> Completed:
        if isinstance(self.end, Unavailable):
            raise self.end
        return self.end


def gone(stderr: str) -> Unavailable:
    return Unavailable(Code.ENGINE, "not started", stderr_tail=stderr)


ENDS: tuple[tuple[Completed | Unavailable, type[ConversionError], Code], ...] = (
    (Completed(End.NO_PILLOW, b"", ""), Refused, Code.UNSUPPORTED),
    (Completed(End.DAMAGED, b"", "OSError()"), Refused, Code.DAMAGED),
    (Completed(-11, b"", ""), Refused, Code.DAMAGED),
    (Completed(End.OUT_OF_MEMORY, b"", ""), Failed, Code.OUT_OF_MEMORY),
    (Completed(137, b"", ""), Failed, Code.OUT_OF_MEMORY),
    (Completed(End.TOO_LARGE, b"", ""), Refused, Code.UNSUPPORTED),
    (Completed(End.DISK_FULL, b"", ""), Unavailable, Code.DISK_FULL),
    (
        gone("timeout: failed to run command 'python3': No such file or directory\n"),
        Refused,
        Code.UNSUPPORTED,
    ),
    (
        gone("bwrap: execvp /opt/python3: No such file or directory\n"),
        Refused,
        Code.UNSUPPORTED,
    ),
    (gone("Error response from daemon: No such container: convert-1"), Unavailable, Code.ENGINE),
)


@pytest.mark.parametrize(("end", "kind", "code"), ENDS)
async def test_how_it_ends(
    end: Completed | Unavailable, kind: type[ConversionError], code: Code, tmp_path: Path
) -> None:
    workspace = await Workspace.create(tmp_path, "job")
    workspace.input_path.write_bytes(GOOD)
    with pytest.raises(kind) as told:
        await webp.unfold(Ending(end), workspace, Limits())
    assert told.value.code is code
    assert workspace.input_path.read_bytes() == GOOD


async def test_only_a_file_takes_the_place(tmp_path: Path) -> None:
    workspace = await Workspace.create(tmp_path, "job")
    workspace.input_path.write_bytes(GOOD)
    (workspace.output_dir / "frames").symlink_to("/etc/passwd")
    with pytest.raises(Failed):
        await webp.unfold(Ending(Completed(0, b"", "")), workspace, Limits())
    assert not workspace.input_path.is_symlink()


# --- the film


def test_the_head_keeps_its_length(tmp_path: Path) -> None:
    short, long = (webp_frames.head(64, 48, 32, time) for time in (0.0, 123_456_789.0))
    assert len(short) == len(long)
    assert boxes.document_type(write(tmp_path, long)) == "matroska"


def test_how_long_a_frame_is_shown() -> None:
    assert [webp_frames.shown(ms) for ms in (0, 10, 11, 40)] == [100, 100, 11, 40]


def test_pictures_near_the_end_come_again() -> None:
    assert webp_frames.turns(3000, 40) == (2840, 40, 40, 40, 40)
    assert webp_frames.turns(130, 40) == (50, 40, 40)
    assert webp_frames.turns(70, 40) == (70,)
    assert webp_frames.turns(40, 40) == (40,)


@pytest.mark.parametrize("size", [1, 200, 70_000])
def test_a_frame_holds_its_picture(size: int) -> None:
    found = webp_frames.frame(b"p" * size, 1000, 40)
    assert found.endswith(b"p" * size + b"\x9b\x01\0\0\0\0\0\0\x08" + (40).to_bytes(8, "big"))
    assert found[4:12] == (1 << 56 | len(found) - 12).to_bytes(8, "big")
