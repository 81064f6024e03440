"""Whether a file ends before its own structure does: the beginning of a download."""

from pathlib import Path
from typing import BinaryIO, Final

_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"styp"})
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_MOST_BOXES: Final = 100_000


def cut_off(path: Path) -> bool:
    """A box, a segment or a chunk goes on beyond the end."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] in _BOXES:
            return _boxes_end(file, size) > size
        if head[:4] == b"RIFF":
            return int.from_bytes(head[4:8], "little") + 8 > size + 1
        return head[:4] == _EBML and _segment_end(file, size) > size


def _boxes_end(file: BinaryIO, size: int) -> int:
    """Where the last box ends."""
    start = 0
    for _ in range(_MOST_BOXES):
        file.seek(start)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8 or len(head) < 8 or start + length > size:
            return start + length if len(head) >= 8 and head[4:8] in _BOXES else 0
        start += length
    return 0


def _segment_end(file: BinaryIO, size: int) -> int:
    """Where the segment after the EBML header ends; 0 where its size is left open."""
    file.seek(0)
    data = file.read(4096)
    at = data.find(_SEGMENT)
    if at < 0 or at + 5 > len(data):
        return 0
    first = data[at + 4]
    length = 9 - first.bit_length()
    field = int.from_bytes(data[at + 4 : at + 4 + length], "big")
    value = field & ((1 << (7 * length)) - 1)
    unknown = value == (1 << (7 * length)) - 1
    return 0 if unknown or not first else at + 4 + length + value
