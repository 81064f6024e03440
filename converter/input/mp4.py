"""What an MP4 file's tables say that ffprobe doesn't tell: media that an edit list hides, and a
description whose label differs from what is in it. Read with `boxes.walk`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from converter.input.boxes import walk

# A decoder's lead, pictures out of order: nobody cut that away. Seconds.
_USUAL_LEAD: Final = 0.3
_MOST_EDITS: Final = 1000
_EXTENDED: Final = 1
# In front of a description's entries, and of the boxes in one of them.
_DESCRIPTION_HEAD: Final = 8
_VISUAL_HEAD: Final = 78
_AVC: Final = frozenset({b"avc1", b"avc3"})
_HEVC: Final = frozenset({b"hvc1", b"hev1"})
_LONGEST_RECORD: Final = 4096
_SPS_OF_HEVC: Final = 33


@dataclass(frozen=True, slots=True)
class _Part:
    """A box's content in a file."""

    descriptor: int
    start: int
    end: int

    def inside(self, *kinds: bytes) -> Iterator["_Part"]:
        """The boxes of the last kind inside those of the kind before it, and so on."""
        for kind, start, end in walk(self.descriptor, self.start, self.end):
            if kind == kinds[0]:
                part = _Part(self.descriptor, start, min(end, self.end))
                yield from part.inside(*kinds[1:]) if kinds[1:] else (part,)

    def bytes(self, count: int, offset: int = 0) -> bytes:
        """At most so many of its bytes."""
        count = max(0, min(count, self.end - self.start - offset))
        return os.pread(self.descriptor, count, self.start + offset)

    def number(self, offset: int, size: int) -> int:
        """A number in it, 0 where it ends before."""
        return int.from_bytes(self.bytes(size, offset), "big")


@dataclass(frozen=True, slots=True)
class Tables:
    """`hides`: there is more of a track than its edit list shows. `mislabelled`: the profile or
    level in front of a picture's description isn't the one inside it."""

    hides: bool = False
    mislabelled: bool = False


def read(path: Path) -> Tables:
    """Of any file that isn't an MP4: nothing of the kind."""
    with path.open("rb") as file:
        whole = _Part(file.fileno(), 0, path.stat().st_size)
        found = Tables()
        for movie in whole.inside(b"moov"):
            scale = max((_scale(head)[0] for head in movie.inside(b"mvhd")), default=0)
            tracks = list(movie.inside(b"trak"))
            found = Tables(
                hides=any(_hidden(track, scale) > _USUAL_LEAD for track in tracks),
                mislabelled=any(_mislabelled(track) for track in tracks),
            )
            break
        return found


def _scale(head: _Part) -> tuple[int, int]:
    """Ticks in a second, and the length in ticks, of an mvhd or mdhd box."""
    if head.number(0, 1) == _EXTENDED:
        return head.number(20, 4), head.number(24, 8)
    return head.number(12, 4), head.number(16, 4)


def _hidden(track: _Part, movie_scale: int) -> float:
    """How many seconds of this picture or sound its edit list leaves out."""
    handlers = {part.bytes(4, 8) for part in track.inside(b"mdia", b"hdlr")}
    lists = list(track.inside(b"edts", b"elst"))
    heads = list(track.inside(b"mdia", b"mdhd"))
    if not handlers & {b"vide", b"soun"} or not lists or not heads or not movie_scale:
        return 0.0
    scale, length = _scale(heads[0])
    shown = sum(_edits(lists[0]))
    if not scale or not length or not shown:
        return 0.0
    return length / scale - shown / movie_scale


def _edits(part: _Part) -> Iterator[int]:
    """Lengths of the edits that show something, in the film's ticks."""
    wide = part.number(0, 1) == _EXTENDED
    size, row = (8, 20) if wide else (4, 12)
    for number in range(min(part.number(4, 4), _MOST_EDITS)):
        at = 8 + number * row
        nothing = part.number(at + size, size) == (1 << 8 * size) - 1
        if not nothing:
            yield part.number(at, size)


def _mislabelled(track: _Part) -> bool:
    for description in track.inside(b"mdia", b"minf", b"stbl", b"stsd"):
        inside = _Part(
            description.descriptor, description.start + _DESCRIPTION_HEAD, description.end
        )
        for kind, start, end in walk(inside.descriptor, inside.start, inside.end):
            entry = _Part(inside.descriptor, start + _VISUAL_HEAD, end)
            record, differs = (b"avcC", _avc_differs) if kind in _AVC else (b"hvcC", _hevc_differs)
            if kind in _AVC | _HEVC:
                return any(differs(part.bytes(_LONGEST_RECORD)) for part in entry.inside(record))
    return False


def _avc_differs(record: bytes) -> bool:
    """ISO 14496-15, 5.3.3.1: profile, compatibility and level stand in front, the same three bytes
    begin the sequence parameter set behind its header."""
    if len(record) < 12 or record[5] & 31 == 0:  # noqa: PLR2004 - the shortest with a set in it
        return False
    return record[1:4] != record[9:12]


def _hevc_differs(record: bytes) -> bool:
    """ISO 14496-15, 8.3.3.1: the level's byte in front, and in the sequence parameter set."""
    at, arrays = 23, record[22] if len(record) > 22 else 0  # noqa: PLR2004 - the fixed part
    for _ in range(arrays):
        kind, count = record[at] & 63 if at < len(record) else 0, record[at + 1 : at + 3]
        at += 3
        for _ in range(int.from_bytes(count, "big")):
            length = int.from_bytes(record[at : at + 2], "big")
            unit = record[at + 2 : at + 2 + length].replace(b"\x00\x00\x03", b"\x00\x00")
            if kind == _SPS_OF_HEVC and len(unit) > 14:  # noqa: PLR2004 - where the level stands
                return unit[14] != record[12]
            at += 2 + length
            if at >= len(record):
                return False
    return False
