"""Templates of captions and names: what is one, and what comes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.marks import BOLD
from bot.texts.templates import CAPTION_WORDS, LONGEST, NAME_WORDS, checked, name_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("{name}", "{name}"),
        ("  {name} · {size}\n\n\n{length} ", "{name} · {size}\n{length}"),
        ("\u202e{name}", "{name}"),
        ("no words at all", "no words at all"),
    ],
)
def test_a_template_is_tidied(typed: str, kept: str) -> None:
    assert checked(typed, CAPTION_WORDS) == kept


@pytest.mark.parametrize("typed", ["", " \n ", "\u200b", "x" * (LONGEST + 1)])
def test_what_nobody_could_see_or_read_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        checked(typed, CAPTION_WORDS)


@pytest.mark.parametrize(("typed", "word"), [("{title}", "title"), ("{size}", "size")])
def test_an_unknown_word_is_named(typed: str, word: str) -> None:
    with pytest.raises(ValueError, match=f"^{word}$"):
        checked(typed, NAME_WORDS)


@pytest.mark.parametrize(
    ("template", "name", "expected"),
    [
        ("{name} (small)", "film.mkv", "film (small).mkv"),
        ("{name}", "film.tar.mkv", "film.tar.mkv"),
        ("new {name}", "no ending", "new no ending"),
        ("a/{name}", "../film.mkv", "a_film.mkv"),
        ("{name}{name}", "{name}.mp4", "{name}{name}.mp4"),
    ],
)
def test_a_name_keeps_its_ending_and_stays_one_name(
    template: str, name: str, expected: str
) -> None:
    assert name_of(template, name) == expected


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_harmless_template_or_none(typed: str) -> None:
    try:
        template = checked(typed, CAPTION_WORDS)
    except ValueError:
        return
    assert 0 < len(template) <= LONGEST
    assert BOLD not in template
    assert checked(template, CAPTION_WORDS) == template
