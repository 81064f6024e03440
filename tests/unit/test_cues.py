"""Packets made into cues, and cues into files."""

import pytest

from converter.input import cues
from converter.input.cues import Cue, Packet

LIST = (
    "#software: Lavf59.27.100\n#tb 0: 1/1000\n#media_type 0: subtitle\n#codec_id 0: subrip\n"
    "0,        500,        500,     1000,        5, 0x058701f4\n"
    "0,       2000,       2000,        0,        3, 0x065c0218\n"
    "0,       3000,       3000,      500,        2, 0x065c0218, S=1\n"
)


def test_packets_by_their_list() -> None:
    found = cues.packets(LIST, b"helloabcde", "subrip")
    assert found == [Packet(0.5, 1.5, b"hello"), Packet(2.0, 3.0, b"abc"), Packet(3.0, 3.5, b"de")]


def test_words_of_mp4_say_how_long_they_are() -> None:
    index = "#tb 0: 1/1000\n0, 0, 0, 500, 2, 0x0\n0, 500, 500, 500, 12, 0x0\n"
    found = cues.packets(index, b"\0\0\0\2hi\0\0\0\x08stylx", "mov_text")
    assert found == [Packet(0.5, 1.0, b"hi")]


@pytest.mark.parametrize(
    "index",
    [
        *("", "#tb 0: 1/0\n0, 0, 0, 1, 1, 0", "#tb 0: 1/1000\n0, x, 0, 1, 1, 0"),
        *("#tb 0: 1/1000\n0, 1", "#tb 0: 1/1000\n0, 0, 0, 1, 99999999999999999999, 0"),
        "#tb 0: 1/1000\n0, 0, 0, 1, -5, 0",
    ],
)
def test_a_list_that_makes_no_sense(index: str) -> None:
    assert cues.packets(index, b"hello", "subrip") == []


def test_a_file_of_our_own() -> None:
    found = [Cue(0.5, 1.5, "one\n\n7\n00:00:09,000 is no time"), Cue(3661.001, 3662, "two")]
    assert cues.subrip(found) == (
        "1\n00:00:00,500 --> 00:00:01,500\none\n7\n00:00:09,000 is no time\n\n"
        "2\n01:01:01,001 --> 01:01:02,000\ntwo\n"
    )


def test_a_part() -> None:
    found = cues.after([Cue(0, 2, "a"), Cue(1, 4, "b"), Cue(5, 6, "c")], 3)
    assert [(cue.start, cue.text) for cue in found] == [(3, "b"), (5, "c")]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain", "plain"),
        ("<i>slanted</i> <B>fat</B>", "{\\i1}slanted{\\i0} {\\b1}fat{\\b0}"),
        ('<font color="red">red</font><script>x', "redx"),
        ("{\\an8}top", "{\\an8}top"),
        ("{\\fnEvil\\p1}m 0 0{\\an5}", "{\\an5}m 0 0"),
        ("a {b c\\N", "a (b c/N"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("<00:00:01.000>now<c.loud>!</c>", "now!"),
    ],
)
def test_marks(text: str, drawn: str) -> None:
    assert cues.event(Cue(0, 1, text)).text == drawn


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("a &#123;&#92;p1&#125;m 0 0 l 9 9", "a (/p1)m 0 0 l 9 9"),
        ("&amp;#123;x", "&#123;x"),
        ("&#xe000;&#xe002;p1&#xe001;x", "p1x"),
        ("\ue000\ue002p1\ue001x", "p1x"),
        ("<i>&lt;b&gt;</i>", "{\\i1}<b>{\\i0}"),
    ],
)
def test_no_escape_becomes_a_command(words: str, text: str) -> None:
    assert cues.event(Cue(0, 1, words)).text == text
