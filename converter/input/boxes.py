"""The boxes of an MP4 file, read only as far as a question needs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_EBML: Final = b"\x1a\x45\xdf\xa3"
_EBML_HEAD: Final = 256
_HEADER: Final = 8
_LONG_HEADER: Final = 16
_MAX_BOXES: Final = 64
_MAX_NESTED: Final = 2000
_PARENTS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_PLAIN: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"})
_PLAIN_IN_MOOV: Final = frozenset({b"mvhd", b"trak", b"udta", b"iods", b"free"})
_PLAIN_IN_TRAK: Final = frozenset({b"tkhd", b"edts", b"mdia", b"tref", b"free"})
# In front of a sample description's entries: version, flags, count.
_DESCRIPTION_HEAD: Final = 8
_VISUAL: Final = frozenset({b"avc1", b"hvc1", b"hev1", b"av01", b"vp09"})
# In front of a visual sample entry's boxes.
_VISUAL_HEAD: Final = 78
_ENCRYPTED: Final = frozenset({b"encv", b"enca", b"encs", b"enct", b"drmi", b"drms"})


def moov_first(path: Path) -> bool:
    """Whether an MP4 file's whole index stands before its media, so that it plays while it loads.

    A fragmented file's doesn't: its pieces come one by one. Neither does one that is cut off in
    its media: what the index promises isn't all there.
    """
    found, size = False, path.stat().st_size
    with path.open("rb") as file:
        for kind, _, end in walk(file.fileno(), 0, size):
            if kind == b"moof" or (kind == b"mdat" and (not found or end > size)):
                return False
            found = found or kind == b"moov"
    return found


def document_type(path: Path) -> str:
    """``webm`` or ``matroska`` as the file's own header says, "" for any other kind of file."""
    with path.open("rb") as file:
        head = file.read(_EBML_HEAD)
    if not head.startswith(_EBML):
        return ""
    return "webm" if b"\x42\x82\x84webm" in head else "matroska"


def forget_mastering(path: Path) -> None:
    """Turn an MP4 file's boxes about the screen it was graded on into free space: ffmpeg before 6
    copies them beside a picture that has no HDR any more."""
    # The sandbox can still reach it: never through a link.
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        for at in _mastering(descriptor, os.fstat(descriptor).st_size):
            os.pwrite(descriptor, b"free", at)
    finally:
        os.close(descriptor)


def _mastering(descriptor: int, size: int) -> list[int]:
    """Where the names of such boxes stand."""
    found: list[int] = []
    waiting, seen = [(0, size)], 0
    while waiting and seen < _MAX_NESTED:
        for kind, inside, end in walk(descriptor, *waiting.pop()):
            seen += 1
            if kind in {b"mdcv", b"clli"}:
                found.append(inside - 4)
            elif kind in _PARENTS:
                waiting.append((inside, end))
            elif kind == b"stsd":
                waiting.append((inside + _DESCRIPTION_HEAD, end))
            elif kind in _VISUAL:
                waiting.append((inside + _VISUAL_HEAD, end))
    return found


def encrypted(path: Path) -> bool:
    """Whether an MP4 file says that its pictures or sounds are encrypted.

    ffprobe doesn't tell: it shows the tag of what is inside.
    """
    with path.open("rb") as file:
        return _says_encrypted(file.fileno(), path.stat().st_size)


def says_more(path: Path) -> bool:
    """Whether an MP4 file holds boxes that playing it needs none of: XMP with a place in it, a
    camera's own notes. ffprobe shows a part of them only."""
    with path.open("rb") as file:
        return _says_more(file.fileno(), path.stat().st_size)


def _says_more(descriptor: int, size: int) -> bool:
    for number, (kind, inside, end) in enumerate(walk(descriptor, 0, size), start=1):
        # Behind so many boxes anything may follow.
        if kind not in _PLAIN or number == _MAX_BOXES:
            return True
        if kind == b"moov" and _moov_says_more(descriptor, inside, end):
            return True
    return False


def _moov_says_more(descriptor: int, start: int, stop: int) -> bool:
    for kind, inside, end in walk(descriptor, start, stop):
        # Tags in udta/meta are shown by ffprobe, and judged there.
        if kind == b"udta" and any(k != b"meta" for k, _, _ in walk(descriptor, inside, end)):
            return True
        if kind not in _PLAIN_IN_MOOV:
            return True
        if kind == b"trak" and any(
            k not in _PLAIN_IN_TRAK for k, _, _ in walk(descriptor, inside, end)
        ):
            return True
    return False


def _says_encrypted(descriptor: int, size: int) -> bool:
    waiting, seen = [(0, size)], 0
    while waiting and seen < _MAX_NESTED:
        for kind, inside, end in walk(descriptor, *waiting.pop()):
            seen += 1
            if kind in _ENCRYPTED:
                return True
            if kind in _PARENTS:
                waiting.append((inside, end))
            elif kind == b"stsd":
                waiting.append((inside + _DESCRIPTION_HEAD, end))
    return False


def walk(descriptor: int, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning of the content, and claimed end of each box between `start` and `end`."""
    for _ in range(_MAX_BOXES):
        header = os.pread(descriptor, _LONG_HEADER, start) if start < end else b""
        if len(header) < _HEADER:
            return
        length, head = int.from_bytes(header[:4], "big"), _HEADER
        if length == 1:
            length, head = int.from_bytes(header[8:16], "big"), _LONG_HEADER
        if length == 0:
            length = end - start
        yield header[4:8], start + head, start + length
        if length < head:
            return
        start += length
