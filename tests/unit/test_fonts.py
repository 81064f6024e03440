"""Attached fonts, written anew."""

import random
import struct

import pytest

from converter.input import fonts
from tests.support.worded import blocks

FONT = blocks()


def tables(font: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">H", font, 4)
    found = {}
    for number in range(count):
        name, _, at, length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        found[name] = font[at : at + length]
    return found


def with_table(font: bytes, name: bytes, body: bytes) -> bytes:
    """The same font with one table more, at its end."""
    count = struct.unpack_from(">H", font, 4)[0]
    entries = [list(struct.unpack_from(">4sIII", font, 12 + 16 * n)) for n in range(count)]
    shifted = [(e[0], e[1], e[2] + 16, e[3]) for e in entries]
    shifted.append((name, 0, len(font) + 16, len(body)))
    directory = b"".join(struct.pack(">4sIII", *entry) for entry in sorted(shifted))
    head = font[:4] + struct.pack(">H", count + 1) + font[6:12]
    return head + directory + font[12 + 16 * count :] + body


def test_a_font_says_the_same() -> None:
    (written,) = fonts.rewritten(FONT)
    assert tables(written) == tables(FONT)


@pytest.mark.parametrize("name", [b"fpgm", b"SVG ", b"DSIG", b"#EXT"])
def test_what_draws_no_letters_stays_behind(name: bytes) -> None:
    larger = with_table(FONT, name, b"#EXTM3U\n" * 20)
    assert name in tables(larger)
    (written,) = fonts.rewritten(larger)
    assert tables(written) == tables(FONT)
    assert b"EXTM3U" not in written


def test_a_collection_becomes_single_fonts() -> None:
    offset = 20
    moved = bytearray(FONT)
    for number in range(struct.unpack_from(">H", FONT, 4)[0]):
        place = 12 + 16 * number + 8
        struct.pack_into(">I", moved, place, struct.unpack_from(">I", FONT, place)[0] + offset)
    collection = struct.pack(">4sIIII", b"ttcf", 0x10000, 2, offset, offset) + bytes(moved)
    first, second = fonts.rewritten(collection)
    assert tables(first) == tables(second) == tables(FONT)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"#EXTM3U\n", b"wOFF" + bytes(90), b"ttcf", b"\0\1\0\0", FONT[:200], FONT[:-200]),
        b"\0\1\0\0\xff\xff" + FONT[6:],
        FONT[:4] + b"\0\0" + FONT[6:],
    ],
)
def test_what_is_no_font_gives_none(data: bytes) -> None:
    assert fonts.rewritten(data) == []


def test_a_spoilt_font_never_raises() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    for _ in range(500):
        spoilt = bytearray(FONT)
        for _ in range(8):
            spoilt[chance.randrange(220)] = chance.randrange(256)
        fonts.rewritten(bytes(spoilt))


def test_tables_that_lie_over_each_other_are_no_font() -> None:
    greedy = bytearray(FONT)
    for number in range(struct.unpack_from(">H", FONT, 4)[0]):
        struct.pack_into(">II", greedy, 12 + 16 * number + 8, 0, len(FONT))
    assert fonts.rewritten(bytes(greedy)) == []


def test_faces_never_take_many_times_the_room_of_their_file() -> None:
    offset = 12 + 4 * 16
    moved = bytearray(FONT)
    for number in range(struct.unpack_from(">H", FONT, 4)[0]):
        place = 12 + 16 * number + 8
        struct.pack_into(">I", moved, place, struct.unpack_from(">I", FONT, place)[0] + offset)
    faces = struct.pack(">16I", *[offset] * 16)
    collection = struct.pack(">4sII", b"ttcf", 0x10000, 16) + faces + bytes(moved)
    written = fonts.rewritten(collection)
    assert 0 < len(written) < 16
    assert sum(map(len, written)) <= 4 * len(collection)
