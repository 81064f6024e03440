"""What comes out is called as what came in, and harms nobody."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.names import LONGEST, clean, elided, result_name

FAMILY = "👨\u200d👩\u200d👧"
PERSIAN = "نمی\u200cدانم"
DEVANAGARI = "क्\u200dष"
NAMES = [
    # A suffix goes, whatever kind of file it names; the rest of the name stays.
    ("holiday.avi", "holiday.mp4"),
    ("Отпуск 2024.MOV", "Отпуск 2024.mp4"),
    ("no suffix", "no suffix.mp4"),
    ("two.dots.mkv", "two.dots.mp4"),
    ("clip.m2ts", "clip.mp4"),
    ("old.3gp", "old.mp4"),
    ("boot.ini", "boot.mp4"),
    ("v1.0 demo", "v1.0 demo.mp4"),
    ("v1.0 demo.mkv", "v1.0 demo.mp4"),
    ("v1.0", "v1.0.mp4"),
    ("Mr.Bean", "Mr.Bean.mp4"),
    ("12.05.2024", "12.05.2024.mp4"),
    ("Dr. Strangelove", "Dr. Strangelove.mp4"),
    ("_DSC0001.MOV", "_DSC0001.mp4"),
    ("film_.mkv", "film_.mp4"),
    ("holiday.avi ", "holiday.mp4"),
    # What joins letters and emoji stays.
    (f"{PERSIAN}.mkv", f"{PERSIAN}.mp4"),
    (f"{DEVANAGARI}.mkv", f"{DEVANAGARI}.mp4"),
    (f"{FAMILY} ❤\ufe0f 👍🏽.webm", f"{FAMILY} ❤\ufe0f 👍🏽.mp4"),
    ("🫨 shaken.webm", "🫨 shaken.mp4"),
    ("שלום.mkv", "שלום.mp4"),
    # Paths, options, hidden files and what Windows can't have.
    ("../../etc/passwd", "passwd.mp4"),
    ("..\\..\\boot.ini", "boot.mp4"),
    ("/absolute/path.mkv", "path.mp4"),
    ("-rf.mkv", "rf.mp4"),
    (".hidden", "hidden.mp4"),
    ('<i>"x"|?*:.mkv', "i__x.mp4"),
    ("Film: part 1?.mkv", "Film_ part 1.mp4"),
    # What can't be seen goes, a gap stays a gap.
    ("a\nb.mkv", "a b.mp4"),
    ("a\x00b.mkv", "ab.mp4"),
    ("a\ud800b.mkv", "ab.mp4"),
    ("a\ufffe\U0001ffffb.mkv", "ab.mp4"),
    ("evil\u202e4pm.exe", "evil4pm.mp4"),
    ("a\u2066b\u2069\u200f\u200b\ufeff\u00adc.mkv", "abc.mp4"),
    ("Screen Recording at 1.00.00\u202fPM.mov", "Screen Recording at 1.00.00 PM.mp4"),
    # Nothing is left.
    ("", "video.mp4"),
    (".", "video.mp4"),
    ("..", "video.mp4"),
    ("folder/", "video.mp4"),
    (" . - .mkv", "video.mp4"),
    ("\u200d\u200c\u202e.mkv", "video.mp4"),
    ("???", "video.mp4"),
    ("a" * 400 + ".mkv", "a" * LONGEST + ".mp4"),
]


@pytest.mark.parametrize(("name", "called"), NAMES, ids=range(len(NAMES)))
def test_names(name: str, called: str) -> None:
    assert result_name(name, ".mp4") == called


# Each is read as one character, and none of them is cut in two.
WHOLE = [FAMILY, "👍🏽", "🇩🇪", "❤\ufe0f", "e\u0301", "क्\u200dष", "각", "ф"]


@pytest.mark.parametrize("one", WHOLE)
@pytest.mark.parametrize("before", range(8))
def test_no_character_is_cut_in_two(one: str, before: int) -> None:
    called = result_name("x" * before + one * LONGEST, ".mp4").removesuffix(".mp4")
    assert LONGEST - len(one.encode()) < len(called.encode()) <= LONGEST
    assert called == "x" * before + one * ((len(called) - before) // len(one))


def test_a_character_without_end_is_cut_all_the_same() -> None:
    called = result_name("e" + "\u0301" * 1000, ".mp4")
    assert LONGEST - 1 <= len(called.removesuffix(".mp4").encode()) <= LONGEST


@given(st.text(max_size=400) | st.text(alphabet="./\\ -_\n🎬ф<\u200d\u202e🇩", max_size=90))
def test_a_result_s_name_is_never_harmful(name: str) -> None:
    called = result_name(name, ".mp4")
    stem = called.removesuffix(".mp4")
    assert stem
    assert called != stem
    assert stem[0] not in ".- "
    assert not set(called) & set('/\\<>:"|?*')
    assert not {unicodedata.category(c) for c in called if c not in "\u200c\u200d"} & {
        *("Cc", "Cf", "Cs", "Zl", "Zp"),
    }
    assert len(called.encode()) <= 255
    assert result_name(called, ".mp4") == called


@given(st.from_regex(r"[A-Za-z0-9а-я_][A-Za-z0-9а-я _-]{0,38}[A-Za-z0-9а-я_]", fullmatch=True))
def test_a_plain_name_is_kept(stem: str) -> None:
    assert result_name(f"{stem}.avi", ".mp4") == f"{stem}.mp4"


def test_a_long_name_is_shown_with_both_its_ends() -> None:
    assert elided("x" * 100 + "tail.mkv", 20, 8) == "x" * 11 + "…tail.mkv"
    assert elided("short", 20, 8) == "short"
    shown = elided(FAMILY * 20, 20, 8)
    assert shown == f"{FAMILY * 2}…{FAMILY}"


def test_a_line_is_one_line() -> None:
    assert clean("  a\r\n\tb\u2028c\u0085d  ") == "a   b c d"
