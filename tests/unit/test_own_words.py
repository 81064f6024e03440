"""Subtitle files of strangers made into words: what is understood, and what is refused."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter import languages
from converter.errors import Code, Refused
from converter.input import own_words
from converter.input.own_words import OwnWords

SRT = """1
00:00:00,500 --> 00:00:01,500
First <i>line</i>

2
00:00:02,000 --> 00:00:03,000
Second line
of two
"""
VTT = """WEBVTT - some title

STYLE
::cue { color: red }

NOTE nobody reads this

intro
00:00.500 --> 00:01.500 position:10%,line-left
<v Fred>First &amp; <c.loud><i>foremost</i></c>

00:00:02.000 --> 00:00:03.000
Second line
"""
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,40

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.50,0:00:01.50,Default,,0,0,0,,{\\an8}First, line
Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,Second line
"""
RUSSIAN = "1\r\n00:00:00,500 --> 00:00:01,500\r\nЧто это было?\r\n"


NOISE = random.Random(1).randbytes(5000)  # noqa: S311 - no secret


def said(found: OwnWords) -> list[tuple[float, float, str]]:
    events = found.script.events if found.script else found.cues
    return [(one.start, one.end, one.text) for one in events]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (SRT, "srt", ["First <i>line</i>", "Second line\nof two"]),
        (VTT, "srt", ["First & <i>foremost</i>", "Second line"]),
        (ASS, "ass", ["{\\an8}First, line", "Second line"]),
        ("\n\n" + SRT, "srt", ["First <i>line</i>", "Second line\nof two"]),
        (SRT.replace("\n", "\r\n"), "srt", ["First <i>line</i>", "Second line\nof two"]),
        (SRT.replace("\n", "\r"), "srt", ["First <i>line</i>", "Second line\nof two"]),
        (SRT.replace("\n\n", "\n"), "srt", ["First <i>line</i>", "Second line\nof two"]),
        (SRT.replace(",", "."), "srt", ["First <i>line</i>", "Second line\nof two"]),
    ],
)
def test_every_format_is_read(text: str, kind: str, words: list[str]) -> None:
    found = own_words.read(text.encode())
    assert found.kind == kind
    assert said(found) == [(0.5, 1.5, words[0]), (2.0, 3.0, words[1])]


@pytest.mark.parametrize(
    "page",
    [
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
        *("cp1251", "koi8_r", "cp866"),
    ],
)
@pytest.mark.parametrize("language", ["", "rus"])
def test_russian_in_every_code_page(page: str, language: str) -> None:
    found = own_words.read(RUSSIAN.encode(page), language)
    assert said(found) == [(0.5, 1.5, "Что это было?")]


def test_western_words_of_windows() -> None:
    text = SRT.replace("Second", "Où est passé le garçon ?")
    assert "Où est passé le garçon ?" in said(own_words.read(text.encode("cp1252")))[1][2]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\t ",
        b"just a letter to somebody, with no times in it",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        bytes(5000),
        NOISE,
        b"PK\x03\x04" + NOISE,
        b"[Script Info]\nScriptType: v4.00+\n\n[Events]\n",
        b"WEBVTT\n\nNOTE nothing\n",
        b"1\n00:00:02,000 --> 00:00:01,000\nbackwards\n",
        b"1\n00:00:01,000 --> 00:00:02,000\n\n\n",
        b"1\n00:00:01,000 --> 00:00:02,000\n<i></i>{\\an8}\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/passwd\n",
        SRT.encode() + b"x" * own_words.MOST_BYTES,
        SRT.encode() + b"\n" * (own_words.MOST_BYTES - 500),
    ],
)
def test_what_is_no_subtitle_file_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as told:
        own_words.read(data)
    assert told.value.code is Code.NO_SUBTITLES


@given(st.binary(max_size=400), st.sampled_from(["", "rus", "eng"]))
def test_no_bytes_raise_anything_else(data: bytes, language: str) -> None:
    for body in (data, SRT.encode() + data, ASS.encode() + data):
        with contextlib.suppress(Refused):
            text = own_words.read(body, language).file(0, 1e9, 1) or ""
            assert not any(ord(c) < 32 and c != "\n" for c in text)


@pytest.mark.parametrize("text", [SRT, ASS])
def test_a_part_is_cut_out_and_made_faster(text: str) -> None:
    found = own_words.read(text.encode())
    again = own_words.read((found.file(1.0, 2.5, 2.0) or "").encode())
    assert [moments[:2] for moments in said(again)] == [(0.5, 0.75), (1.0, 1.25)]
    assert found.file(3.0, 9.0, 1.0) is None
    assert found.file(1.5, 2.0, 1.0) is None


def test_nothing_of_the_file_but_words_is_left() -> None:
    text = ASS.replace("[Events]", "[Fonts]\nfontname: x.ttf\n!!!!\n\n[Events]")
    text = text.replace("ScriptType: v4.00+", "ScriptType: v4.00+\n#EXTM3U\nURL: http://x/")
    written = own_words.read(text.encode()).file(0, 9, 1) or ""
    assert not any(word in written for word in ("EXTM3U", "http", "ttf", "!!!"))


def test_words_that_look_like_the_next_cue_stay_words() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n7\n"
    assert [words for *_, words in said(own_words.read(text.encode()))] == ["42", "7"]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("film.ru.srt", "rus"),
        ("film.rus.srt", "rus"),
        ("film.RU.forced.srt", "rus"),
        ("Film (2020) [eng].ass", "eng"),
        ("film_de.vtt", "ger"),
        ("film.srt", ""),
        ("ru.srt", ""),
        ("it.came.from.space.srt", ""),
        ("фильм.uk.ssa", "ukr"),
    ],
)
def test_the_name_tells_the_language(name: str, language: str) -> None:
    assert languages.of_name(name) == language
