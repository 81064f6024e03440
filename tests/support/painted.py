"""Painted subtitles as Blu-ray has them: a stream of segments, made by hand because no encoder of
ffmpeg's paints letters."""

import struct

_CLOCK = 90_000
_PALETTE, _OBJECT, _COMPOSITION, _WINDOW, _END = 0x14, 0x15, 0x16, 0x17, 0x80
_WHITE, _NUMBER = 1, 1


def sup(
    screen: tuple[int, int],
    size: tuple[int, int],
    *,
    at: tuple[int, int],
    shown: tuple[float, float],
) -> bytes:
    """A white box of `size` pixels at `at` on a screen, between two moments in seconds."""
    start, end = shown
    placed = struct.pack(">HBBHH", _NUMBER, 0, 0, *at)
    window = struct.pack(">BBHHHH", 1, 0, *at, *size)
    palette = struct.pack(">BB", 0, 0) + bytes((_WHITE, 235, 128, 128, 255))
    first = [
        (_COMPOSITION, _composition(screen, 0x80, number=0) + b"\x01" + placed),
        (_WINDOW, window),
        (_PALETTE, palette),
        (_OBJECT, _box(size)),
        (_END, b""),
    ]
    last = [
        (_COMPOSITION, _composition(screen, 0, number=1) + b"\0"),
        (_WINDOW, window),
        (_END, b""),
    ]
    return _segments(first, start) + _segments(last, end)


def _composition(screen: tuple[int, int], state: int, *, number: int) -> bytes:
    return struct.pack(">HHBHBBB", *screen, 0x10, number, state, 0, 0)


def _box(size: tuple[int, int]) -> bytes:
    width, height = size
    line = bytes((0, 0xC0 | width >> 8, width & 0xFF, _WHITE)) + b"\0\0"
    data = struct.pack(">HH", width, height) + line * height
    return struct.pack(">HBB", _NUMBER, 0, 0xC0) + len(data).to_bytes(3, "big") + data


def _segments(parts: list[tuple[int, bytes]], moment: float) -> bytes:
    clock = int(moment * _CLOCK)
    return b"".join(
        struct.pack(">2sIIBH", b"PG", clock, 0, kind, len(data)) + data for kind, data in parts
    )
