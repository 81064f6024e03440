"""Fonts that came with a film, written anew: only tables that draw letters, each copied to a place
of our choosing. Pure."""

import struct
from typing import Final

# A Chinese font takes some 20 MB.
MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_FACES: Final = 16
_MOST_TABLES: Final = 64
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
    try:
        starts = _faces(data) if data.startswith(b"ttcf") else (0,)
        faces = [_face(data, start) for start in starts]
    except struct.error:
        return []
    return [face for face in faces if face is not None]


def _faces(data: bytes) -> tuple[int, ...]:
    (count,) = struct.unpack_from(">I", data, 8)
    return struct.unpack_from(f">{min(count, _MOST_FACES)}I", data, 12)


def _face(data: bytes, start: int) -> bytes | None:
    kind, count, *_ = _HEAD.unpack_from(data, start)
    if kind not in _KINDS or count > _MOST_TABLES:
        return None
    tables: dict[bytes, bytes] = {}
    for number in range(count):
        name, _, at, length = _ENTRY.unpack_from(data, start + _HEAD.size + number * _ENTRY.size)
        if name in _KEPT:
            if at + length > len(data):
                return None
            tables[name] = data[at : at + length]
    outlines = b"CFF " in tables or {b"loca", b"glyf"} <= tables.keys()
    return _packed(kind, tables) if outlines and tables.keys() >= _NEEDED else None


def _packed(kind: bytes, tables: dict[bytes, bytes]) -> bytes:
    """The directory, by name as the format wants it, then the tables."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = _HEAD.pack(kind, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    at = _HEAD.size + count * _ENTRY.size
    directory, bodies = b"", b""
    for name in sorted(tables):
        body = tables[name] + bytes(-len(tables[name]) % 4)
        total = sum(struct.unpack(f">{len(body) // 4}I", body)) & 0xFFFFFFFF
        directory += _ENTRY.pack(name, total, at + len(bodies), len(tables[name]))
        bodies += body
    return head + directory + bodies
