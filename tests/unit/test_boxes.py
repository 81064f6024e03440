"""The boxes of an MP4 file."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter.input.boxes import encrypted, moov_first, says_more


def box(kind: bytes, content: bytes = b"", *, length: int | None = None) -> bytes:
    return struct.pack(">I", 8 + len(content) if length is None else length) + kind + content


def long_box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content


FTYP = box(b"ftyp", b"isom\0\0\2\0")


@pytest.mark.parametrize(
    ("data", "first"),
    [
        (FTYP + box(b"moov", b"x") + box(b"mdat", b"y"), True),
        (FTYP + box(b"free") + box(b"moov") + box(b"free") + box(b"mdat", b"y"), True),
        (FTYP + box(b"mdat", b"y") + box(b"moov"), False),
        (FTYP + box(b"moov") + long_box(b"mdat", b"y"), True),
        (FTYP + long_box(b"mdat", b"y") + box(b"moov"), False),
        (FTYP + box(b"moov") + box(b"mdat", b"to the end", length=0), True),
        (FTYP + box(b"moov"), True),
        (FTYP + box(b"moov") + box(b"moof") + box(b"mdat", b"y"), False),
        (FTYP + box(b"moov") + box(b"mdat", b"y") + box(b"moof") + box(b"mdat"), False),
        (FTYP + box(b"moov") + box(b"mdat", b"cut off", length=1000), False),
        (FTYP + box(b"moov") + box(b"free", length=2), True),
        (FTYP * 100 + box(b"moov"), False),
        (FTYP, False),
        (b"", False),
        (b"\0\0\0", False),
        (b"RIFF\x10\0\0\0AVI LIST", False),
    ],
)
def test_where_the_index_stands(data: bytes, *, first: bool, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    assert moov_first(file) is first


def movie(*entries: bytes) -> bytes:
    content = box(b"stsd", struct.pack(">II", 0, len(entries)) + b"".join(entries))
    for kind in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        content = box(kind, content)
    return FTYP + content


@pytest.mark.parametrize(
    ("data", "sealed"),
    [
        (movie(box(b"avc1", bytes(70))), False),
        (movie(box(b"encv", bytes(70))), True),
        (movie(box(b"mp4a", bytes(20)), box(b"enca", bytes(20))), True),
        (movie(box(b"avc1", b"encv" * 10)), False),
        (FTYP + box(b"mdat", box(b"encv")), False),
        (b"", False),
    ],
)
def test_what_says_that_it_is_encrypted(data: bytes, *, sealed: bool, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    assert encrypted(file) is sealed


_kinds = st.sampled_from([b"moov", b"trak", b"mdat", b"stsd", b"stbl", b"moof", b"free"])
_boxes = st.builds(
    lambda kind, content, length: box(kind, content, length=length),
    _kinds,
    st.binary(max_size=40),
    st.none() | st.integers(0, 2**32 - 1),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200) | st.lists(_boxes, max_size=8).map(b"".join))
def test_any_bytes(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    assert moov_first(file) in {True, False}
    assert encrypted(file) in {True, False}


PLAIN_TRAK = box(b"trak", box(b"tkhd", b"") + box(b"mdia", b""))


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (box(b"ftyp", b"isom") + box(b"moov", box(b"mvhd", b"") + PLAIN_TRAK), False),
        (box(b"moov", box(b"udta", box(b"meta", b"")) + PLAIN_TRAK) + box(b"mdat", b""), False),
        (box(b"moov", PLAIN_TRAK) + box(b"uuid", b"GPSLatitude"), True),
        (box(b"moov", PLAIN_TRAK + box(b"udta", box(b"XMP_", b"GPSLatitude"))), True),
        (box(b"moov", box(b"trak", box(b"udta", box(b"GPS ", b"")))), True),
        (box(b"moov", box(b"meta", b"")), True),
        (b"", False),
    ],
)
def test_boxes_that_say_more_than_playing_needs(tmp_path: Path, content: bytes, more: bool) -> None:
    path = tmp_path / "file.mp4"
    path.write_bytes(content)
    assert says_more(path) is more
