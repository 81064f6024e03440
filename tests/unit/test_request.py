"""What a person asked for, as it comes in and goes out."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import Code, Refused
from converter.options import OPTIONS
from converter.request import Quality, Request, Still, Subtitles, dump, parse
from tests.support.anything import REQUESTS

NAMES = [field.name for field in fields(Request)]


@given(REQUESTS)
def test_a_request_survives_its_storage(request: Request) -> None:
    assert parse(json.loads(json.dumps(dump(request), allow_nan=False))) == request


def test_only_what_differs_is_kept_in_words() -> None:
    assert dump(Request()) == {"target": "mp4"}
    assert dump(Request(target="gif", height=480)) == {"target": "gif", "height": "480"}
    wish = Request(exact=False, subtitles=Subtitles.BURN, start=1.5)
    assert dump(wish) == {"target": "mp4", "exact": "false", "subtitles": "burn", "start": "1.5"}
    assert parse({}) == Request()


def test_a_form_s_words_become_values() -> None:
    form = {"target": "webm", "quality": "Small", "height": "720", "speed": "1.5", "end": None}
    assert parse(form) == Request("webm", Quality.SMALL, height=720, speed=1.5)
    assert parse({"mute": "true", "rotate": "90", "max_bytes": 1e6}) == Request(
        mute=True, rotate=90, max_bytes=1_000_000
    )


WRONG = [
    ({"target": "exe"}, "target"),
    ({"target": 7}, "target"),
    ({"quality": "best"}, "quality"),
    ({"subtitles": None}, "subtitles"),
    ({"target": "frame", "still": ""}, "still"),
    ({"max_side": 15}, "max_side"),
    ({"max_side": "9" * 400}, "max_side"),
    ({"max_side": 10**400}, "max_side"),
    ({"max_bytes": 10**400}, "max_bytes"),
    ({"start": 10**400}, "start"),
    ({"height": -720}, "height"),
    ({"height": "72O"}, "height"),
    ({"height": 480.5}, "height"),
    ({"height": float("inf")}, "height"),
    ({"rotate": float("nan")}, "rotate"),
    ({"max_fps": 0}, "max_fps"),
    ({"max_fps": "nan"}, "max_fps"),
    ({"max_bytes": 1}, "max_bytes"),
    ({"max_bytes": True}, "max_bytes"),
    ({"start": -1}, "start"),
    ({"start": "inf"}, "start"),
    ({"start": "nan"}, "start"),
    ({"start": None}, "start"),
    ({"end": "nan"}, "end"),
    ({"end": "inf"}, "end"),
    ({"end": 0}, "end"),
    ({"target": "frame", "at": -0.1}, "at"),
    ({"speed": 3}, "speed"),
    ({"speed": [1]}, "speed"),
    ({"rotate": 45}, "rotate"),
    ({"loudness": 0}, "loudness"),
    ({"mute": 1}, "mute"),
    ({"mirror": "yes"}, "mirror"),
    ({"audio": {}}, "audio"),
    ({"audio": "a" * 17}, "audio"),
]


@pytest.mark.parametrize(("data", "option"), WRONG)
def test_a_value_that_makes_no_sense_is_named(data: dict[str, Any], option: str) -> None:
    with pytest.raises(Refused) as told:
        parse(data)
    assert told.value.code is Code.BAD_REQUEST
    assert told.value.facts == {"why": "value", "option": option}


# Each option alone, or with what it needs; and what it was refused for, with its facts.
TOGETHER = [
    ({"nonsense": 1}, {"why": "unknown", "option": "nonsense"}),
    ({"start": 5, "end": 5}, {"why": "order", "option": "end", "other": "start"}),
    ({"start": 5, "end": 5.01}, {"why": "order", "option": "end", "other": "start"}),
    (
        {"subtitle": "ru"},
        {"why": "needs", "option": "subtitle", "other": "subtitles", "needed": "burn"},
    ),
    (
        {"subtitles": "keep", "subtitle": "1"},
        {"why": "needs", "option": "subtitle", "other": "subtitles", "needed": "burn"},
    ),
    ({"mute": True, "audio": "2"}, {"why": "beside", "option": "audio", "other": "mute"}),
    ({"mute": True, "loudness": -16}, {"why": "beside", "option": "loudness", "other": "mute"}),
    (
        {"target": "frame", "at": 3, "start": 1},
        {"why": "beside", "option": "start", "other": "at"},
    ),
    ({"target": "frame", "at": 3, "end": 9}, {"why": "beside", "option": "end", "other": "at"}),
]


@pytest.mark.parametrize(("data", "facts"), TOGETHER)
def test_what_means_nothing_together_is_named(data: dict[str, Any], facts: dict[str, str]) -> None:
    with pytest.raises(Refused) as told:
        parse(data)
    assert (told.value.code, told.value.facts) == (Code.BAD_REQUEST, facts)


@pytest.mark.parametrize(
    "data",
    [
        {"max_side": 16},
        {"start": 5, "end": 5.1},
        {"loudness": -23},
        {"speed": 0.5},
        {"rotate": 270},
        {"audio": 2},
        {"target": "frame", "at": 0},
        {"subtitles": Subtitles.BURN, "subtitle": 1},
        # What is as usual is no wish, whatever the target.
        {"target": "m4a", "height": None, "rotate": 0, "quality": "balanced", "still": "jpeg"},
    ],
)
def test_what_makes_sense(data: dict[str, Any]) -> None:
    parse(data)


def test_no_request_is_made_past_the_checks() -> None:
    for wish in ({"target": "gif", "loudness": -16.0}, {"still": Still.PNG}, {"height": 5}):
        with pytest.raises(Refused):
            Request(**wish)


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["nan", "inf", "1e999", "9" * 400, "mp4", "burn", "1_0", "true"])
)
_junk = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=6),
    _scalars | st.lists(_scalars, max_size=2) | st.dictionaries(st.text(max_size=2), _scalars),
    max_size=6,
)


@given(_junk)
def test_junk_is_a_request_or_refused(data: dict[str, Any]) -> None:
    try:
        request = parse(data)
    except Refused as error:
        assert error.code is Code.BAD_REQUEST  # noqa: PT017 - a right end too
        assert error.facts["option"] in data  # noqa: PT017 - and says why
        return
    assert parse(dump(request)) == request


def test_every_field_has_its_row() -> None:
    assert set(NAMES) == set(OPTIONS)
