"""Fonts that came with a film, written anew: only tables that draw letters, each copied to a place
of our choosing. Pure."""

import struct
import sys
from array import array
from typing import Final

# A Chinese font takes some 20 MB.
MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_FACES: Final = 16
_MOST_TABLES: Final = 64
_MOST_COPIES: Final = 4
_HEAD: Final = struct.Struct(">4sHHHH")
_ENTRY: Final = struct.Struct(">4sIII")
_KINDS: Final = frozenset({b"\0\1\0\0", b"OTTO", b"true"})
# Programs for old screens (fpgm, prep, cvt), bitmaps, SVG and signatures stay behind.
_KEPT: Final = frozenset(
    {
        *(b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"OS/2", b"post", b"loca", b"glyf"),
        *(b"CFF ", b"kern", b"GDEF", b"GPOS", b"GSUB", b"vhea", b"vmtx", b"VORG", b"BASE"),
    }
)
_NEEDED: Final = frozenset({b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name"})


def rewritten(data: bytes) -> list[bytes]:
    """The faces of a TrueType or OpenType font, or of a collection, each as a font of its own;
    none of anything else. Never raises."""
    if len(data) > MOST_BYTES:
        return []
    found: list[bytes] = []
    # Faces share tables, but no file needs more than this of room once they don't.
    room = len(data) * _MOST_COPIES
    try:
        for start in _faces(data) if data.startswith(b"ttcf") else (0,):
            face = _face(data, start, room)
            if face is not None:
                room -= len(face)
                found.append(face)
    except struct.error:
        return []
    return found


def _faces(data: bytes) -> tuple[int, ...]:
    (count,) = struct.unpack_from(">I", data, 8)
    return struct.unpack_from(f">{min(count, _MOST_FACES)}I", data, 12)


def _face(data: bytes, start: int, room: int) -> bytes | None:
    kind, count, *_ = _HEAD.unpack_from(data, start)
    if kind not in _KINDS or count > _MOST_TABLES:
        return None
    tables: dict[bytes, memoryview] = {}
    # Tables of one face that lie over each other are no font.
    total = 0
    for number in range(count):
        name, _, at, length = _ENTRY.unpack_from(data, start + _HEAD.size + number * _ENTRY.size)
        if name in _KEPT:
            total += length
            if at + length > len(data) or total > min(room, len(data)):
                return None
            tables[name] = memoryview(data)[at : at + length]
    outlines = b"CFF " in tables or {b"loca", b"glyf"} <= tables.keys()
    return _packed(kind, tables) if outlines and tables.keys() >= _NEEDED else None


def _packed(kind: bytes, tables: dict[bytes, memoryview]) -> bytes:
    """The directory, by name as the format wants it, then the tables."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = _HEAD.pack(kind, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    at = _HEAD.size + count * _ENTRY.size
    directory: list[bytes] = []
    bodies: list[bytes] = []
    for name in sorted(tables):
        body = bytes(tables[name]) + bytes(-len(tables[name]) % 4)
        words = array("I", body)
        if sys.byteorder == "little":
            words.byteswap()
        directory.append(_ENTRY.pack(name, sum(words) & 0xFFFFFFFF, at, len(tables[name])))
        bodies.append(body)
        at += len(body)
    return b"".join([head, *directory, *bodies])
