"""The picture that somebody wants to stand for a video: decoded in the sandbox and made anew, small
enough for a messenger."""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from converter.commands import picture_args, poster_args
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, Failed, Refused
from converter.limits import Limits

MOST_BYTES: Final = 10_000_000
_MOST_THUMBNAIL: Final = 200_000
_RAW: Final = "poster"
_SIZE: Final = re.compile(r"(\d{1,6}),(\d{1,6})")
# What a picture begins with, and ffmpeg's demuxer for it. No SVG: that is a program.
_KINDS: Final = (
    (re.compile(rb"\xff\xd8\xff"), "jpeg_pipe"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png_pipe"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp_pipe"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"BM"), "bmp_pipe"),
)


@dataclass(frozen=True, slots=True)
class Poster:
    """Two JPEGs: `thumbnail` of at most 320 pixels and 200 kB, `cover` of at most 1280 pixels."""

    thumbnail: Path
    cover: Path


async def make(session: Session, workspace: Workspace, picture: Path, limits: Limits) -> Poster:
    """Both of them of somebody's `picture`. Raises Refused (NO_PICTURE) for what is none, or none
    that could be shown; Unavailable."""
    data = await asyncio.to_thread(_bytes, picture)
    demuxer = next((kind for begins, kind in _KINDS if begins.match(data)), None)
    if demuxer is None:
        raise Refused(Code.NO_PICTURE, "of no known kind")
    await asyncio.to_thread(workspace.put, _RAW, data)
    url, pixels = picture_args.own(session, _RAW), limits.max_pixels
    told = await session.run(poster_args.size_argv(url, demuxer, pixels))
    size = _SIZE.match(told.stdout.decode("ascii", "replace"))
    if size is None or min(int(size[1]), int(size[2])) < poster_args.LEAST_SIDE:
        raise Refused(Code.NO_PICTURE, "without a size worth showing", stderr_tail=told.stderr)
    to = (session.output_url(poster_args.COVER), session.output_url(poster_args.THUMBNAIL))
    done = await session.run(poster_args.make_argv(url, demuxer, pixels, *to))
    return await asyncio.to_thread(_taken, workspace, done.stderr)


def _taken(workspace: Workspace, stderr: str) -> Poster:
    cover, thumbnail = poster_args.COVER, poster_args.THUMBNAIL
    (workspace.input_dir / _RAW).unlink(missing_ok=True)
    with contextlib.suppress(OSError, Failed):
        made = Poster(workspace.take(thumbnail, thumbnail), workspace.take(cover, cover))
        if 0 < made.thumbnail.stat().st_size <= _MOST_THUMBNAIL and made.cover.stat().st_size:
            return made
    raise Refused(Code.NO_PICTURE, "not to be decoded", stderr_tail=stderr)


def _bytes(picture: Path) -> bytes:
    try:
        with picture.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(Code.NO_PICTURE, f"{error.strerror}") from error
    if not data or len(data) > MOST_BYTES:
        raise Refused(Code.NO_PICTURE, f"{len(data)} bytes")
    return data
