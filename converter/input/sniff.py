"""What a file is by its first bytes, before any parser of media may touch it.

Only what must be told apart for a person ("this is a PDF") or must never reach ffmpeg (a playlist
that would open other files) is recognised here; everything else is left to the probe.
"""

import codecs
from pathlib import Path

from converter.errors import Code, Refused

HEAD_BYTES = 4096
WEBP_HEAD = 12

_SIGNATURES: tuple[tuple[bytes, Code], ...] = (
    (b"%PDF-", Code.PDF),
    (b"PK\x03\x04", Code.ARCHIVE),
    (b"PK\x05\x06", Code.ARCHIVE),
    (b"Rar!\x1a\x07", Code.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Code.ARCHIVE),
    (b"\x1f\x8b", Code.ARCHIVE),
    (b"BZh", Code.ARCHIVE),
    (b"\xfd7zXZ\x00", Code.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Code.ARCHIVE),
    (b"MZ", Code.PROGRAM),
    (b"\x7fELF", Code.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Code.PROGRAM),
    (b"\xca\xfe\xba\xbe", Code.PROGRAM),
    (b"#!/", Code.PROGRAM),
    (b"\xff\xd8\xff", Code.PICTURE),
    (b"II*\x00", Code.PICTURE),
    (b"MM\x00*", Code.PICTURE),
    (b"BM", Code.PICTURE),
    (b"8BPS", Code.PICTURE),
    (b"\x00\x00\x01\x00", Code.PICTURE),
)
_PLAYLISTS = (
    b"#extm3u",
    b"ffconcat",
    b"<?xml",
    b"<mpd",
    b"<svg",
    b"<smil",
    b"<asx",
    b"v=0",
    b"[playlist]",
)
_WEBP_MOVES = 0x02
_PNG = b"\x89PNG\r\n\x1a\n"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b")
_FIRST_PRINTABLE, _DELETE = 0x20, 0x7F


def recognise(head: bytes) -> Code | None:
    """The reason to refuse a file that begins with `head`, or None to let the probe decide."""
    if not head:
        return Code.EMPTY
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            return None if code is Code.PICTURE and _more_than_a_picture(head) else code
    if head.startswith(_PNG):
        return None if b"acTL" in head else Code.PICTURE  # an animated PNG is a video
    if _webp(head) or _heif(head):
        return None if animated_webp(head) or _heif_moves(head) else Code.PICTURE
    text = head.lstrip(b"".join(_BYTE_ORDER_MARKS) + b" \t\r\n").lower()
    if text.startswith(_PLAYLISTS):
        return Code.PLAYLIST
    return Code.TEXT if _looks_like_text(head) else None


def sniff(path: Path) -> None:
    """Raise Refused when the file is plainly no video. Reads at most HEAD_BYTES bytes."""
    with path.open("rb") as file:
        code = recognise(file.read(HEAD_BYTES))
    if code is not None:
        raise Refused(code)


def animated_webp(head: bytes) -> bool:
    """Whether a file that begins so is a WebP that says it moves."""
    extended = head[WEBP_HEAD : WEBP_HEAD + 4] == b"VP8X"
    return _webp(head) and extended and bool(head[20:21]) and bool(head[20] & _WEBP_MOVES)


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:WEBP_HEAD] == b"WEBP"


# Brands of HEIF: single pictures, and sequences, which are films.
_STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"avif"})
_MOVING_BRANDS = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"})


def _brands(head: bytes) -> frozenset[bytes]:
    if head[4:8] != b"ftyp":
        return frozenset()
    length = min(int.from_bytes(head[:4], "big"), len(head))
    return frozenset({head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))})


def _heif(head: bytes) -> bool:
    return bool(_brands(head) & (_STILL_BRANDS | _MOVING_BRANDS))


def _heif_moves(head: bytes) -> bool:
    return bool(_brands(head) & _MOVING_BRANDS)


def _more_than_a_picture(head: bytes) -> bool:
    # Two-byte signatures are weak: a bitmap says its own size, and an icon has a small count.
    if head.startswith(b"BM"):
        return head[6:10] != b"\x00\x00\x00\x00"
    if head.startswith(b"\x00\x00\x01\x00"):
        return head[5:6] != b"\x00" or head[4:5] == b"\x00"
    return False


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if head.startswith(b"YUV4MPEG2"):
        return False  # raw video with a header in plain letters
    if any(
        (byte < _FIRST_PRINTABLE and byte not in _TEXT_CONTROLS) or byte == _DELETE for byte in head
    ):
        return False
    try:
        # The read may have cut the last letter in two.
        codecs.utf_8_decode(head, "strict", len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return _mostly_letters(head)
    return True


def _mostly_letters(head: bytes) -> bool:
    # Text in an old 8-bit code page: no control bytes at all (checked before), many spaces.
    return head.count(b" ") + head.count(b"\n") > len(head) // 20
