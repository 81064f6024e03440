"""What a Matroska file says of a screen is taken out of it, and nothing else is touched."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from converter.input import ebml


def element(kind: str, content: bytes = b"", *, long: bool = False) -> bytes:
    """An element with its size in one byte, or in eight."""
    size = bytes([0x80 | len(content)]) if len(content) < 127 and not long else b""
    return bytes.fromhex(kind) + (size or (1 << 56 | len(content)).to_bytes(8, "big")) + content


KEPT = element("55b1", b"\x01")


def colour(*more: bytes) -> bytes:
    return element("55b0", KEPT + b"".join(more))


def film(inside: bytes, *, endless: bool = False) -> bytes:
    tracks = element("1654ae6b", element("ae", element("d7", b"\x01") + element("e0", inside)))
    cluster = element("1f43b675", b"\x55\xd0\x81\x00 a picture's own bytes")
    head = element("1a45dfa3", b"\x42\x82\x84webm")
    if endless:
        return head + bytes.fromhex("1853806701ffffffffffffff") + tracks + cluster
    return head + element("18538067", tracks + cluster, long=True)


@pytest.mark.parametrize("endless", [False, True])
@pytest.mark.parametrize(
    "told",
    [
        element("55d0", element("55d1", b"\0" * 8)),
        element("55d0", b"\0" * 200),
        element("55d0", b"\0" * 125, long=True),
        element("55bc", b"\x03\xe8"),
        element("55bd", b"\x01"),
        element("55bc", b""),
    ],
)
def test_it_is_void_and_as_long(tmp_path: Path, told: bytes, endless: bool) -> None:
    path = tmp_path / "film.webm"
    path.write_bytes(film(colour(told, KEPT), endless=endless))
    before = path.read_bytes()
    ebml.forget_mastering(path)
    after = path.read_bytes()
    assert len(after) == len(before)
    at = before.index(told)
    assert after[:at] == before[:at]
    assert after[at + len(told) :] == before[at + len(told) :]
    (void,) = _inside(after, at, at + len(told))
    assert void == (0xEC, at, at + len(told))


def _inside(data: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    size = data[start + 1]
    long = size == 0x01
    length = int.from_bytes(data[start + 2 : start + 9], "big") if long else size & 0x7F
    stop = start + (9 if long else 2) + length
    assert stop <= end
    return [(data[start], start, stop)]


def test_a_picture_that_says_nothing_of_it_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "film.webm"
    path.write_bytes(film(colour()))
    before = path.read_bytes()
    ebml.forget_mastering(path)
    assert path.read_bytes() == before


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_whatever_it_is_it_stays_as_long(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "anything"
    path.write_bytes(bytes.fromhex("18538067") + data)
    ebml.forget_mastering(path)
    assert path.stat().st_size == 4 + len(data)


def test_never_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "film.webm")
    with pytest.raises(OSError, match="symbolic links"):
        ebml.forget_mastering(tmp_path / "link")
