"""MP4 by hand: several descriptions of a picture in one track, as cameras write them that change
their parameters while they record."""

import struct
from pathlib import Path
from typing import Final

from tests.support import measures

_SCALE: Final = 12_800
_STEP: Final = 512
_MATRIX: Final = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def one_track(path: Path, *sources: Path) -> Path:
    """Silent MP4 films of 25 pictures a second without B frames, one after the other in a track,
    each with its own description."""
    samples: list[bytes] = []
    keys: list[int] = []
    entries: list[bytes] = []
    counts: list[int] = []
    for source in sources:
        data = source.read_bytes()
        found = measures.packets(source)
        counts.append(len(found))
        keys += [len(samples) + n for n, p in enumerate(found, start=1) if "K" in p.flags]
        samples += [data[p.at : p.at + p.size] for p in found]
        at = data.index(b"stsd") + 12
        entries.append(data[at : at + int.from_bytes(data[at : at + 4], "big")])
    kind = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    media = _box(b"mdat", *samples)
    # Behind the box's own head.
    first = len(kind) + 8
    table = _table(samples, keys, entries, counts, first)
    path.write_bytes(kind + media + _movie(table, len(samples) * _STEP))
    return path


def _table(
    samples: list[bytes], keys: list[int], entries: list[bytes], counts: list[int], first: int
) -> bytes:
    offsets, runs, seen = [], [], 0
    for number, count in enumerate(counts, start=1):
        offsets.append(first + sum(len(sample) for sample in samples[:seen]))
        runs.append(struct.pack(">III", number, count, number))
        seen += count
    sizes = [struct.pack(">I", len(sample)) for sample in samples]
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", len(entries)), *entries),
        _full(b"stts", struct.pack(">III", 1, len(samples), _STEP)),
        _full(b"stss", struct.pack(f">{1 + len(keys)}I", len(keys), *keys)),
        _full(b"stsc", struct.pack(">I", len(runs)), *runs),
        _full(b"stsz", struct.pack(">II", 0, len(samples)), *sizes),
        _full(b"stco", struct.pack(f">{1 + len(offsets)}I", len(offsets), *offsets)),
    )


def _movie(table: bytes, length: int) -> bytes:
    reference = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    information = _box(b"minf", _full(b"vmhd", bytes(8), flags=1), reference, table)
    handler = _full(b"hdlr", bytes(4), b"vide", bytes(12), b"\0")
    header = _full(b"mdhd", struct.pack(">4IHH", 0, 0, _SCALE, length, 0x55C4, 0))
    shown = struct.pack(">5I", 0, 0, 1, 0, length) + bytes(16) + _MATRIX
    track = _full(b"tkhd", shown, struct.pack(">II", 160 << 16, 120 << 16), flags=3)
    movie = _full(
        b"mvhd",
        struct.pack(">4I", 0, 0, _SCALE, length) + struct.pack(">IH", 1 << 16, 256) + bytes(10),
        *(_MATRIX, bytes(24), struct.pack(">I", 2)),
    )
    return _box(b"moov", movie, _box(b"trak", track, _box(b"mdia", header, handler, information)))


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)
