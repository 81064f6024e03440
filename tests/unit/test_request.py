"""What a person asked for, as it comes in and goes out."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import Code, Refused
from converter.request import Quality, Request, Subtitles, check_request, dump, parse
from tests.support.anything import REQUESTS

NAMES = [field.name for field in fields(Request)]


@given(REQUESTS)
def test_a_request_survives_its_storage(request: Request) -> None:
    assert parse(json.loads(json.dumps(dump(request)))) == request


def test_only_what_differs_is_kept() -> None:
    assert dump(Request()) == {"target": "mp4"}
    assert dump(Request(target="gif", height=480)) == {"target": "gif", "height": 480}
    assert parse({}) == Request()


def test_a_form_s_words_become_values() -> None:
    form = {"target": "webm", "quality": "small", "height": "720", "speed": "1.5", "end": None}
    assert parse(form) == Request("webm", Quality.SMALL, height=720, speed=1.5)


@pytest.mark.parametrize(
    ("data", "option"),
    [
        ({"target": "exe"}, "target"),
        ({"target": 7}, "target"),
        ({"nonsense": 1}, "nonsense"),
        ({"quality": "best"}, "quality"),
        ({"subtitles": None}, "subtitles"),
        ({"still": ""}, "still"),
        ({"max_side": 15}, "max_side"),
        ({"height": -720}, "height"),
        ({"height": "72O"}, "height"),
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
        ({"start": 5, "end": 5}, "end"),
        ({"end": "nan"}, "end"),
        ({"at": -0.1}, "at"),
        ({"speed": 3}, "speed"),
        ({"speed": [1]}, "speed"),
        ({"rotate": 45}, "rotate"),
        ({"loudness": 0}, "loudness"),
        ({"mute": 1}, "mute"),
        ({"mirror": "yes"}, "mirror"),
        ({"audio": {}}, "audio"),
    ],
)
def test_what_makes_no_sense_is_named(data: dict[str, Any], option: str) -> None:
    with pytest.raises(Refused) as told:
        parse(data)
    assert told.value.code is Code.BAD_REQUEST
    assert told.value.facts["option"] == option


@pytest.mark.parametrize(
    "data",
    [
        {"max_side": 16},
        {"start": 5, "end": 5.1},
        {"loudness": -23},
        {"speed": 0.5},
        {"rotate": 270},
        {"audio": 2},
        {"at": 0},
        {"subtitles": Subtitles.BURN},
    ],
)
def test_what_makes_sense(data: dict[str, Any]) -> None:
    check_request(parse(data))


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["nan", "inf", "1e999", "9" * 400, "mp4", "burn", "1_0"])
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
        return
    check_request(request)
    assert parse(dump(request)) == request
