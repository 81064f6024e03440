"""Animated WebP, which ffmpeg can't read: its frames are decoded by Pillow in the sandbox, and the
film that is made of them takes the file's place. See docs/decisions/0010-animated-webp.md."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from converter.engines.process import Completed
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, ConversionError, Failed, Refused, Unavailable
from converter.input import sniff, webp_frames
from converter.input.webp_frames import End
from converter.limits import Limits
from converter.media import MediaInfo

_FILM_NAME: Final = "frames"
_HEAD: Final = 30
_CHUNK_HEAD: Final = 8
# Place and size of the frame, then how long it is shown, three bytes each.
_DURATION: Final = slice(20, 23)
_MOST_CHUNKS: Final = 40_000
# Two minutes of full HD; no more can be unpacked within a conversion's time.
_MOST_PIXELS: Final = 4_000_000_000
_COMMAND: Final = ("python3", "-I", "-c")


@dataclass(frozen=True, slots=True)
class Animation:
    """What a file's chunks say: pixels, and how long each frame is shown, in ms."""

    width: int
    height: int
    durations: tuple[int, ...]

    @property
    def frames(self) -> int:
        """How many."""
        return len(self.durations)

    @property
    def seconds(self) -> float:
        """All of them."""
        return sum(self.durations) / 1000


async def unfold(session: Session, workspace: Workspace, limits: Limits) -> bool:
    """Put a film that ffmpeg reads in the place of an animated WebP; whether it was one.

    Raises Refused, Failed or Unavailable.
    """
    animation = await asyncio.to_thread(read, workspace.input_path)
    if animation is None:
        return False
    check(animation, limits)
    program = await asyncio.to_thread(Path(webp_frames.__file__).read_text, encoding="utf-8")
    urls = (session.input_url, session.output_url(_FILM_NAME))
    places = [url.removeprefix("file:") for url in urls]
    done = await _python(session, [*_COMMAND, program, *places, f"{min(animation.durations)}"])
    if done.returncode != End.DONE:
        raise _error(done)
    await asyncio.to_thread(_take_place, workspace)
    return True


def as_it_came(info: MediaInfo, size: int) -> MediaInfo:
    """`info` of the film as that of the WebP of `size` bytes that it was made of."""
    videos = tuple(replace(video, codec="webp") for video in info.videos)
    return replace(info, container="webp", size=size, videos=videos)


def read(path: Path) -> Animation | None:
    """What the chunks of an animated WebP say, None for any other file.

    Raises Refused (TRUNCATED, DAMAGED, UNSUPPORTED).
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not sniff.animated_webp(head):
            return None
        size = os.fstat(file.fileno()).st_size
        durations = _durations(file.fileno(), head, size)
    width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    return Animation(width, height, tuple(durations))


def check(animation: Animation, limits: Limits) -> None:
    """Refuse what would cost too much, before anything is decoded."""
    pixels = animation.width * animation.height
    if not animation.frames:
        raise Refused(Code.DAMAGED, "no frames")
    if pixels > limits.max_pixels:
        raise Refused(Code.TOO_MANY_PIXELS, limit=limits.max_pixels, actual=pixels)
    if animation.seconds > limits.max_duration:
        raise Refused(Code.TOO_LONG, limit=limits.max_duration, actual=animation.seconds)
    if pixels * animation.frames > _MOST_PIXELS:
        raise Refused(Code.UNSUPPORTED, f"{animation.frames} WebP frames of {pixels} pixels")


def _durations(descriptor: int, head: bytes, size: int) -> list[int]:
    """How long each frame is shown, in ms."""
    end = int.from_bytes(head[4:8], "little") + _CHUNK_HEAD
    if size < end:
        raise Refused(Code.TRUNCATED, f"{size} of {end} bytes")
    found: list[int] = []
    at = sniff.WEBP_HEAD
    for _ in range(_MOST_CHUNKS):
        chunk = os.pread(descriptor, _DURATION.stop, at)[: max(0, end - at)]
        if len(chunk) < _CHUNK_HEAD:
            return found
        if chunk.startswith(b"ANMF"):
            found.append(webp_frames.shown(int.from_bytes(chunk[_DURATION], "little")))
        length = int.from_bytes(chunk[4:8], "little")
        at += _CHUNK_HEAD + length + length % 2
        if at > end + 1:
            raise Refused(Code.DAMAGED, f"a chunk ends at {at} of {end} bytes")
    raise Refused(Code.UNSUPPORTED, f"more than {_MOST_CHUNKS} WebP chunks")


async def _python(session: Session, argv: list[str]) -> Completed:
    try:
        return await session.run(argv)
    except Unavailable as error:
        said = f"{error.detail} {error.stderr_tail}"
        if "python" not in said or "No such file" not in said:
            raise
        raise Refused(Code.UNSUPPORTED, "no Python where conversions run") from error


_ENDS: Final[Mapping[int, tuple[type[ConversionError], Code, str]]] = {
    End.NO_PILLOW: (Refused, Code.UNSUPPORTED, "no Pillow with WebP where conversions run"),
    End.DAMAGED: (Refused, Code.DAMAGED, "WebP"),
    End.OUT_OF_MEMORY: (Failed, Code.OUT_OF_MEMORY, "WebP"),
    End.TOO_LARGE: (Refused, Code.UNSUPPORTED, "the frames of this WebP need too much room"),
    End.DISK_FULL: (Unavailable, Code.DISK_FULL, "WebP"),
    -9: (Failed, Code.OUT_OF_MEMORY, "killed"),
    137: (Failed, Code.OUT_OF_MEMORY, "killed"),
}


def _error(done: Completed) -> ConversionError:
    # Any other end is a crash, and the file its cause.
    kind, code, detail = _ENDS.get(
        done.returncode, (Refused, Code.DAMAGED, f"WebP, exit {done.returncode}")
    )
    return kind(code, detail, command=_COMMAND, stderr_tail=done.stderr)


def _take_place(workspace: Workspace) -> None:
    """The film in the place of the input, which only we can write to.

    Raises Failed when it is anything but a file: a decoder gone wild could have made a link.
    """
    try:
        workspace.take(_FILM_NAME, _FILM_NAME).replace(workspace.input_path)
    except OSError as error:
        raise Failed(Code.FAILED, f"no film: {error}") from error
    workspace.open_input()
