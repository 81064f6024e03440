"""The elements of a Matroska or WebM file, read only as far as a question needs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SEGMENT: Final = 0x18538067
_TRACKS: Final = 0x1654AE6B
_TRACK: Final = 0xAE
_VIDEO: Final = 0xE0
_COLOUR: Final = 0x55B0
_PARENTS: Final = frozenset({_SEGMENT, _TRACKS, _TRACK, _VIDEO, _COLOUR})
# What the picture was graded on: MaxCLL, MaxFALL, MasteringMetadata.
_MASTERING: Final = frozenset({0x55BC, 0x55BD, 0x55D0})
_VOID: Final = 0xEC
_MOST: Final = 1000
_LONGEST_HEAD: Final = 12


def forget_mastering(path: Path) -> None:
    """Void the elements about the screen that a picture was graded on: ffmpeg before 6 copies them
    beside one that has no HDR any more. Any other kind of file is left as it is."""
    # The sandbox can still reach it: never through a link.
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        for start, end in _mastering(descriptor, os.fstat(descriptor).st_size):
            os.pwrite(descriptor, _void(end - start), start)
    finally:
        os.close(descriptor)


def _mastering(descriptor: int, size: int) -> list[tuple[int, int]]:
    """Where such elements begin and end."""
    found: list[tuple[int, int]] = []
    waiting, seen = [(0, size)], 0
    while waiting and seen < _MOST:
        for kind, start, inside, end in _elements(descriptor, *waiting.pop()):
            seen += 1
            if kind in _MASTERING:
                found.append((start, end))
            elif kind in _PARENTS:
                waiting.append((inside, end))
            if seen >= _MOST:
                break
    return found


def _elements(descriptor: int, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Kind, beginning, beginning of the content and end of each element between the two."""
    while start < end:
        head = os.pread(descriptor, _LONGEST_HEAD, start)
        kind_length = _length(head)
        size_length = _length(head[kind_length:]) if kind_length else 0
        if not kind_length or not size_length or kind_length + size_length > len(head):
            return
        kind = int.from_bytes(head[:kind_length], "big")
        told = head[kind_length : kind_length + size_length]
        size = int.from_bytes(told, "big") & ((1 << 7 * size_length) - 1)
        inside = start + kind_length + size_length
        unknown = size == (1 << 7 * size_length) - 1
        stop = end if unknown else min(end, inside + size)
        yield kind, start, inside, stop
        start = stop


def _length(head: bytes) -> int:
    """How many bytes a number of variable size has, 0 for none."""
    return 9 - head[0].bit_length() if head and head[0] else 0


def _void(length: int) -> bytes:
    """The head of an element that says nothing and is as long as that one was (3 bytes or more)."""
    if length < 2 + (1 << 7):
        return bytes([_VOID, 0x80 | (length - 2)])
    return bytes([_VOID]) + (1 << 56 | (length - 9)).to_bytes(8, "big")
