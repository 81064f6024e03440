"""The size in pixels of a picture, read from its header."""

from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_HEADER = 256 * 1024
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xDA)})


def jpeg_size(path: Path) -> tuple[int, int] | None:
    """Width and height of a JPEG file, or None if it is none."""
    data = _head(path)
    return _jpeg(data) if data.startswith(_JPEG) else None


def picture_size(path: Path) -> tuple[int, int] | None:
    """Width and height of a JPEG or PNG file, or None if it is neither."""
    data = _head(path)
    if data.startswith(_PNG):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return _jpeg(data) if data.startswith(_JPEG) else None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER)


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker = data[at + 1]
        if marker in _SIZE_MARKERS:
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            return int.from_bytes(data[at + 7 : at + 9], "big"), height
        if marker in _BARE_MARKERS:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
