"""Wishes changed one option at a time, and what people type for them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.typed import typed
from bot.dialog.wish import changed, said, targets_for
from converter.errors import Refused
from converter.formats import TARGETS
from converter.options import OPTIONS
from converter.request import Request, Subtitles, dump, parse
from tests.support.anything import REQUESTS
from tests.support.facts import INFO, SONG


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        (Request(), {"target": "mp3"}, Request(target="mp3")),
        (Request(height=720, rotate=90), {"target": "mp3"}, Request(target="mp3")),
        (Request(height=720, rotate=90), {"target": "note"}, Request(target="note", rotate=90)),
        (Request(audio="rus", loudness=-16.0), {"mute": "true"}, Request(mute=True)),
        (Request(mute=True), {"audio": "2"}, Request(audio="2")),
        (Request(target="frame", start=3.0), {"at": "5"}, Request(target="frame", at=5.0)),
        (Request(target="frame", at=5.0), {"start": "3"}, Request(target="frame", start=3.0)),
        (Request(height=720), {"height": ""}, Request()),
        (
            Request(subtitles=Subtitles.BURN, subtitle="2"),
            {"subtitles": "drop"},
            Request(subtitles=Subtitles.DROP),
        ),
        (Request(start=50.0), {"start": "", "end": "10"}, Request(end=10.0)),
        (Request(start=50.0), {"end": "10"}, Request(end=10.0)),
        (Request(target="hevc", ten_bit=True), {"target": "mp4"}, Request()),
    ],
)
def test_what_no_longer_goes_together_gives_way(
    before: Request, values: dict[str, str], after: Request
) -> None:
    assert changed(before, **values) == after


@pytest.mark.parametrize(
    "values",
    [{"height": "3"}, {"height": "tall"}, {"rotate": "45"}, {"target": "exe"}, {"speed": "9"}],
)
def test_a_value_that_is_none_is_refused_and_costs_nothing(values: dict[str, str]) -> None:
    with pytest.raises(Refused):
        changed(Request(height=720), **values)


@given(REQUESTS, st.sampled_from(sorted(OPTIONS)), st.data())
def test_any_option_can_follow_any_wish(request: Request, name: str, data: st.DataObject) -> None:
    """Whatever stands there already, one more choice is taken or refused by itself."""
    choices = [str(one) for one in OPTIONS[name].takes.choices] or ["1", "100", "true", "-20"]
    value = data.draw(st.sampled_from(["", *choices]))
    try:
        after = changed(request, **{name: value})
    except Refused as error:
        refused = str(error.facts["option"])
    else:
        refused = name
        assert parse(dump(after)) == after
        if value and name != "target":
            assert said(after, name) in {"", dump(after).get(name, "")}
    assert refused == name


def test_only_targets_that_make_sense_are_offered() -> None:
    assert {t.key for t in targets_for(SONG)} == {"mp3", "m4a", "opus", "flac"}
    assert [t.key for t in targets_for(INFO)] == list(TARGETS)
    assert [t.key for t in targets_for(None)] == list(TARGETS)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("0:10–0:42", "10.0", "42.0"),
        ("0:10-0:42", "10.0", "42.0"),
        ("10 - 42", "10.0", "42.0"),
        ("10 s to 42 s", "10.0", "42.0"),
        ("от 10 до 42", None, None),
        ("10 до 42", "10.0", "42.0"),
        ("1:02:03—1:02:04,5", "3723.0", "3724.5"),
        ("first 30 s", "", "30.0"),
        ("первые 30 сек", "", "30.0"),
        ("last 30 s", "42.0", ""),
        ("Последние 1 мин", "12.0", ""),
        ("the last 100 s", "0.0", ""),
        ("0:20", "20.0", ""),
        ("0 - 5", "", "5.0"),
        ("42-10", None, None),
        ("now", None, None),
        ("", None, None),
        ("0:61:99:3", None, None),
    ],
)
def test_a_part_as_people_write_it(text: str, start: str | None, end: str | None) -> None:
    if start is None:
        with pytest.raises(ValueError, match=r"no time|ends before"):
            typed.trim(text, 72.0)
    else:
        assert typed.trim(text, 72.0) == {"start": start, "end": end}


def test_the_last_seconds_of_a_length_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match="nobody knows"):
        typed.trim("last 10 s", None)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("max_bytes", "12 MB", "12000000"),
        ("max_bytes", "12 МБ", "12000000"),
        ("max_bytes", "1,5мб", "1500000"),
        ("max_bytes", "8MiB", "8388608"),
        ("max_bytes", "700k", "700000"),
        ("height", "720p", "720"),
        ("height", "720", "720"),
        ("max_side", "1280 px", "1280"),
        ("max_fps", "23,976", "23.976"),
        ("loudness", "-16 LUFS", "-16.0"),
        ("speed", "1.5x", "1.5"),
        ("at", "1:05", "65.0"),
        ("audio", "rus", "rus"),
    ],
)
def test_a_value_as_people_write_it(field: str, text: str, value: str) -> None:
    assert typed.read(field, text, None) == {field: value}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("field", ["trim", *OPTIONS])
@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 2000 + "-" + " " * 2000 + "\nx\ny",
        "- " * 2000,
        "to " * 2000,
        "1" * 4000,
        "first " + " " * 4000,
        "0:" * 2000,
        "9" * 30,
        "9" * 300 + " min",
    ],
    ids=range(8),
)
def test_a_long_text_costs_no_time_and_means_nothing(field: str, text: str) -> None:
    """Pathological for a careless pattern: days of the whole bot's time, for one message."""
    try:
        values = typed.read(field, text, 72.0)
    except (ValueError, TypeError, OverflowError):
        values = {}
    assert all(len(value) <= 64 for value in values.values())


@given(st.sampled_from(["trim", *OPTIONS]), st.text(max_size=40))
def test_whatever_is_typed_is_read_or_not_understood(field: str, text: str) -> None:
    try:
        values = typed.read(field, text, 72.0)
    except (ValueError, TypeError, OverflowError):
        return
    with contextlib.suppress(Refused):
        changed(Request(), **values)
