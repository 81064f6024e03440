"""The few MP4 boxes that a judge must see for himself: order, fragments, sealed tracks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

_HEADER: Final = 8
_PARENTS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_SEALED: Final = frozenset({b"encv", b"enca"})
_DEEPEST: Final = 8
_MOST_BOXES: Final = 100_000
_STSD_HEAD: Final = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """Top-level boxes in their order, and whether a track is encrypted."""

    order: tuple[str, ...]
    sealed: bool

    @property
    def index_first(self) -> bool:
        """``moov`` stands before the first ``mdat``."""
        return "moov" in self.order and (
            "mdat" not in self.order or self.order.index("moov") < self.order.index("mdat")
        )

    @property
    def fragmented(self) -> bool:
        """It is in pieces."""
        return "moof" in self.order


def layout(path: Path) -> Layout:
    """What the boxes of a file say; nothing for a file that has none."""
    size = path.stat().st_size
    order: list[str] = []
    sealed = False
    with path.open("rb") as file:
        for kind, start, end in boxes(file, 0, size):
            order.append(kind.decode("latin-1"))
            if kind == b"moov":
                sealed = sealed or _sealed(file, start, end, 0)
    return Layout(tuple(order), sealed)


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box between two places of a file."""
    for _ in range(_MOST_BOXES):
        if start + _HEADER > end:
            return
        file.seek(start)
        head = file.read(16)
        length, skip = int.from_bytes(head[:4], "big"), _HEADER
        if length == 1:
            length, skip = int.from_bytes(head[8:16], "big"), 16
        elif length == 0:
            length = end - start
        if length < skip or not head[4:8].strip(b"\xa9").isalnum():
            return
        yield head[4:8], start + skip, min(start + length, end)
        start += length


def _sealed(file: BinaryIO, start: int, end: int, depth: int) -> bool:
    for kind, first, last in boxes(file, start, end):
        if kind == b"stsd":
            entries = [name for name, _, _ in boxes(file, first + _STSD_HEAD, last)]
            if _SEALED.intersection(entries):
                return True
        elif kind in _PARENTS and depth < _DEEPEST and _sealed(file, first, last, depth + 1):
            return True
    return False
