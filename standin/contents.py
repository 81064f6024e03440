"""What an uploaded file really is, by its first bytes, and what an MP4 says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEAD = 4096
_FIXED_POINT = 1 << 16
_LARGEST_INDEX = 64 * 1024 * 1024
_MAGIC = (
    ("gif", 0, b"GIF8"),
    ("jpeg", 0, b"\xff\xd8\xff"),
    ("png", 0, b"\x89PNG"),
    ("webp", 8, b"WEBP"),
    ("flac", 0, b"fLaC"),
    ("mp3", 0, b"ID3"),
    ("mp3", 0, b"\xff\xfb"),
    ("mp3", 0, b"\xff\xf3"),
)
_BRANDS = {b"M4A ": "m4a", b"qt  ": "mov"}


@dataclass(frozen=True)
class Film:
    """An MP4's picture: sides in pixels as they are shown, but for a turn, and its length in
    seconds."""

    width: int
    height: int
    seconds: float


def format_of(path: Path) -> str:
    """`mp4`, `mov`, `m4a`, `webm`, `mkv`, `ogg`, `mp3`, `flac`, `gif`, `webp`, `jpeg`, `png`, or ""
    for anything else."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "mp4")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head else "mkv"
    if head.startswith(b"OggS"):
        return "ogg"
    return next((name for name, at, magic in _MAGIC if head[at:].startswith(magic)), "")


def film(path: Path) -> Film | None:
    """What the index of an MP4 says of its picture; None without one."""
    moov = _index(path)
    sides = [side for track in _all(moov, b"trak") if (side := _sides(track)) is not None]
    if not sides:
        return None
    width, height = max(sides)
    return Film(width, height, max((_seconds(box) for box in _all(moov, b"mvhd")), default=0.0))


def _index(path: Path) -> bytes:
    """The content of the `moov` box."""
    with path.open("rb") as file:
        while len(head := file.read(8)) == 8:  # noqa: PLR2004 - size and name
            size, skipped = int.from_bytes(head[:4], "big"), 8
            if size == 1:
                size, skipped = int.from_bytes(file.read(8), "big"), 16
            if head[4:] == b"moov":
                return file.read(min(size - skipped, _LARGEST_INDEX))
            if size < skipped:
                break
            file.seek(size - skipped, 1)
    return b""


def _all(content: bytes, name: bytes) -> Iterator[bytes]:
    """The contents of the boxes of this name that lie directly in `content`."""
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        if size < 8:  # noqa: PLR2004 - less than its own head
            return
        if content[at + 4 : at + 8] == name:
            yield content[at + 8 : at + size]
        at += size


def _sides(track: bytes) -> tuple[int, int] | None:
    """The last eight bytes of a track's head: 16.16 fixed point, zeros for a sound."""
    for head in _all(track, b"tkhd"):
        width, height = (int.from_bytes(head[-n:][:4], "big") / _FIXED_POINT for n in (8, 4))
        if width and height:
            return round(width), round(height)
    return None


def _seconds(head: bytes) -> float:
    wide = bool(head) and head[0] == 1
    at, size = (20, 8) if wide else (12, 4)
    scale = int.from_bytes(head[at : at + 4], "big")
    return int.from_bytes(head[at + 4 : at + 4 + size], "big") / scale if scale else 0.0
