"""A running stand-in, and a plain HTTP client for it that is not aiogram."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from standin import StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
_MP4 = b"\0\0\0\x10ftypisom\0\0\0\0"
# How a file of each kind begins.
HEADS = {
    "animation": b"GIF89a",
    "audio": b"ID3\x04",
    "document": b"whatever",
    "sticker": b"RIFF\0\0\0\0WEBPVP8 ",
    "video": _MP4,
    "video_note": _MP4,
    "voice": b"OggS\0\x02",
}


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    async with StandIn() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ask(standin: StandIn, http: aiohttp.ClientSession) -> Ask:
    """`await ask("sendMessage", chat_id=1, text="x")` → HTTP status and the answer.

    `files={"video": path}` sends everything as multipart, other parameters as JSON text.
    """

    async def call(
        method: str, *, files: dict[str, Path] | None = None, **params: object
    ) -> tuple[int, dict[str, Any]]:
        url = f"{standin.url}/bot{standin.token}/{method}"
        if files is None:
            request = http.post(url, json=params)
        else:
            form = aiohttp.FormData()
            for name, value in params.items():
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
            for name, path in files.items():
                form.add_field(name, path.open("rb"), filename=path.name)
            request = http.post(url, data=form)
        async with request as response:
            return response.status, await response.json()

    return call


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Some bytes that begin as a film does."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(HEADS["video"] + (bytes(range(256)) * 400)[len(HEADS["video"]) :])
    return path


@pytest.fixture
def jpeg(tmp_path: Path) -> Path:
    """The header of a JPEG of 320x180 pixels, which is all that anybody reads of it."""
    path = tmp_path / "thumbnail.jpg"
    path.write_bytes(jpeg_header(320, 180))
    return path


def jpeg_header(width: int, height: int) -> bytes:
    app0 = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8" + app0 + b"\xff\xc0\x00\x0b\x08" + size + b"\x01\x01\x11\x00"


@pytest.fixture
def begun(tmp_path: Path, jpeg: Path) -> Callable[[str], Path]:
    """A file that begins as one of this kind does."""

    def make(kind: str) -> Path:
        if kind == "photo":
            return jpeg
        path = tmp_path / f"{kind}.bin"
        path.write_bytes(HEADS[kind] + bytes(1000))
        return path

    return make


@pytest.fixture
def make_jpeg(tmp_path: Path) -> Callable[[int, int], Path]:
    def make(width: int, height: int) -> Path:
        path = tmp_path / f"{width}x{height}.jpg"
        path.write_bytes(jpeg_header(width, height))
        return path

    return make
