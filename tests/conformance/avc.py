"""What an MP4's entry for H.264 says of its level, beside what the stream itself says."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from tests.conformance.boxes import boxes

_PATH: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_ENTRIES: Final = frozenset({b"avc1", b"avc3"})
# Fields before the first box inside: of the table of entries, and of an entry.
_SKIPPED: Final = {b"stsd": 8, b"avc1": 78, b"avc3": 78}


def levels(path: Path) -> tuple[int, int]:
    """The level that the entry claims, and the highest of the parameter sets in it, as H.264
    counts; zeros where there is none."""
    with path.open("rb") as file:
        for start, end in _found(file, 0, path.stat().st_size, _PATH):
            for kind, first, last in boxes(file, start, end):
                inner = first + _SKIPPED.get(kind, 0)
                for at, to in _found(file, inner, last if kind in _ENTRIES else 0, (b"avcC",)):
                    file.seek(at)
                    return _read(file.read(to - at))
    return (0, 0)


def _found(
    file: BinaryIO, start: int, end: int, way: tuple[bytes, ...]
) -> Iterator[tuple[int, int]]:
    """The content of each box at the end of a way through boxes."""
    for kind, first, last in boxes(file, start, end):
        if kind == way[0]:
            inner = first + _SKIPPED.get(kind, 0)
            if len(way) == 1:
                yield inner, last
            else:
                yield from _found(file, inner, last, way[1:])


def _read(data: bytes) -> tuple[int, int]:
    """An `avcC` box: version, profile, compatibility, level, then parameter sets with their
    sizes; a sequence's own level stands in its fourth byte."""
    if len(data) < 8:
        return (0, 0)
    at, highest = 6, 0
    for _ in range(data[5] & 31):
        size = int.from_bytes(data[at : at + 2], "big")
        if size >= 4 and at + 6 <= len(data):
            highest = max(highest, data[at + 5])
        at += 2 + size
    return (data[3], highest)
