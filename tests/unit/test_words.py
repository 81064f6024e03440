"""Wishes in a few words behind a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.typed.words import target_of, wish_of
from converter.errors import Refused
from converter.formats import TARGETS
from converter.options import Quality
from converter.request import Request


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Request()),
        ("mp3", Request(target="mp3")),
        ("MP3", Request(target="mp3")),
        ("кружок", Request(target="note")),
        ("voice", Request(target="opus")),
        ("720p", Request(height=720)),
        ("720p 12MB", Request(height=720, max_bytes=12_000_000)),
        ("12МБ hevc 480p", Request(target="hevc", height=480, max_bytes=12_000_000)),
        ("mute small", Request(mute=True, quality=Quality.SMALL)),
    ],
)
def test_what_is_meant(text: str, wish: Request) -> None:
    assert wish_of(text, Request()) == wish


def test_one_s_usual_wish_stays_where_nothing_is_said_against_it() -> None:
    usual = Request(target="mp4", quality=Quality.SMALL, height=720)
    assert wish_of("480p", usual) == Request(quality=Quality.SMALL, height=480)
    assert wish_of("mp3", usual) == Request(target="mp3")


@pytest.mark.parametrize("text", ["exe", "mp3 please", "--help", "-y", "9999999999999p", "🎬"])
def test_a_word_that_says_nothing_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=text.rsplit(maxsplit=1)[-1]):
        wish_of(text, Request())


@pytest.mark.parametrize("text", ["mp3 720p", "gif mute", "1p"])
def test_what_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises((Refused, ValueError)):
        wish_of(text, Request())


def test_every_target_has_its_own_word() -> None:
    assert [target_of(key) for key in TARGETS] == list(TARGETS)


@given(st.text(max_size=60))
def test_whatever_is_written_it_is_read_or_refused(text: str) -> None:
    try:
        wish = wish_of(text, Request())
    except (Refused, ValueError):
        return
    assert isinstance(wish, Request)
