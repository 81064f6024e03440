"""The table of options: for which targets each means anything, held against what is planned."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import pytest

from converter.errors import Code, Refused
from converter.formats import TARGETS
from converter.limits import Limits
from converter.media import MediaInfo
from converter.options import OPTIONS, Quality, Subtitles, Unit, options_for
from converter.planning.plan import Plan
from converter.request import Request, Still, usual
from tests.support.awkward import FILES
from tests.support.facts import PAINTED, TEXT, plans

# x: means something; -: nobody would see or hear it, so it is refused.
SUITS = """
                mp4 hevc av1 webm mkv mov animation gif note sticker emoji mp3 m4a opus flac frame
quality=original x   x    x   x    x   x   x         -   x    -       -     -   -   -    -    -
quality=small    x   x    x   x    x   x   x         x   x    -       -     -   -   -    -    x
height           x   x    x   x    x   x   x         x   -    -       -     -   -   -    -    x
max_side         x   x    x   x    x   x   x         x   -    -       -     -   -   -    -    x
max_fps          x   x    x   x    x   x   x         x   x    x       x     -   -   -    -    -
max_bytes        x   x    x   x    x   x   x         x   x    x       x     x   x   x    x    x
start            x   x    x   x    x   x   x         x   x    x       x     x   x   x    x    x
end              x   x    x   x    x   x   x         x   x    x       x     x   x   x    x    x
exact            x   x    x   x    x   x   x         -   x    x       x     x   x   x    x    -
mute             x   x    x   x    x   x   -         -   x    -       -     -   -   -    -    -
audio            x   x    x   x    x   x   -         -   x    -       -     x   x   x    x    -
loudness         x   x    x   x    x   x   -         -   x    -       -     x   x   x    x    -
subtitles=keep   x   x    x   x    x   x   -         -   -    -       -     -   -   -    -    -
subtitles=burn   x   x    x   x    x   x   x         x   x    x       x     -   -   -    -    x
subtitle         x   x    x   x    x   x   x         x   x    x       x     -   -   -    -    x
rotate           x   x    x   x    x   x   x         x   x    x       x     -   -   -    -    x
mirror           x   x    x   x    x   x   x         x   x    x       x     -   -   -    -    x
speed            x   x    x   x    x   x   x         x   x    x       x     x   x   x    x    -
metadata         x   x    x   x    x   x   x         -   x    x       x     x   x   x    x    -
ten_bit          -   x    x   -    -   -   -         -   -    -       -     -   -   -    -    -
at               -   -    -   -    -   -   -         -   -    -       -     -   -   -    -    x
still            -   -    -   -    -   -   -         -   -    -       -     -   -   -    -    x
"""
SAMPLES: Mapping[str, dict[str, Any]] = {
    "quality=original": {"quality": Quality.ORIGINAL},
    "quality=small": {"quality": Quality.SMALL},
    "height": {"height": 100},
    "max_side": {"max_side": 90},
    "max_fps": {"max_fps": 5.0},
    "max_bytes": {"max_bytes": 60_000},
    "start": {"start": 2.0},
    "end": {"end": 2.5},
    "exact": {"exact": False, "start": 2.0},
    "mute": {"mute": True},
    "audio": {"audio": "2"},
    "loudness": {"loudness": -16.0},
    "subtitles=keep": {"subtitles": Subtitles.KEEP},
    "subtitles=burn": {"subtitles": Subtitles.BURN},
    "subtitle": {"subtitle": "2", "subtitles": Subtitles.BURN},
    "rotate": {"rotate": 90},
    "mirror": {"mirror": True},
    "speed": {"speed": 2.0},
    "metadata": {"metadata": True},
    "ten_bit": {"ten_bit": True},
    "at": {"at": 3.0},
    "still": {"still": Still.PNG},
}
CAPTIONED = replace(FILES["ordinary"], subtitles=(TEXT, PAINTED))
INPUTS = [*FILES.values(), CAPTIONED]
CELLS = [
    (row[:17].strip(), key, mark)
    for row in SUITS.strip().splitlines()[1:]
    for key, mark in zip(SUITS.split("\n")[1].split(), row[17:].split(), strict=True)
]


def test_the_table_is_whole() -> None:
    assert SUITS.split("\n")[1].split() == [*TARGETS]
    spoken = {name.partition("=")[0] for name in SAMPLES}
    # The size that may be sent is the limits' own business; the target is what the others suit.
    assert spoken == set(OPTIONS) - {"target", "fit"}
    assert [name for name, key, _ in CELLS if key == "mp4"] == [*SAMPLES]


@pytest.mark.parametrize(("name", "key", "mark"), CELLS)
def test_an_option_is_refused_where_it_means_nothing(name: str, key: str, mark: str) -> None:
    value = name.partition("=")[2]
    if mark == "x":
        assert Request(target=key, **SAMPLES[name])
        return
    with pytest.raises(Refused) as told:
        Request(target=key, **SAMPLES[name])
    facts = {"why": "target", "option": told.value.facts["option"], "target": key}
    # Where another value would do, this one is named.
    facts |= {"value": value} if "value" in told.value.facts else {}
    assert (told.value.code, told.value.facts) == (Code.BAD_REQUEST, facts)
    assert told.value.facts["option"] in SAMPLES[name]


def planned(info: MediaInfo, key: str, **options: Any) -> tuple[Plan, ...] | Code:  # noqa: ANN401
    try:
        return plans(info, Request(target=key, **options), Limits(max_output_bytes=10**6))
    except Refused as error:
        assert error.code is not Code.BAD_REQUEST  # noqa: PT017 - a right end too
        return error.code


@pytest.mark.parametrize(("name", "key"), [(n, k) for n, k, mark in CELLS if mark == "x"])
def test_an_option_that_is_taken_changes_some_file_s_plans(name: str, key: str) -> None:
    """What is never looked at must not be taken: it would be silently ignored."""
    wished, option = SAMPLES[name], name.partition("=")[0]
    without = {other: value for other, value in wished.items() if other != option}
    if wished.get("subtitles") is Subtitles.KEEP:
        without = {"subtitles": Subtitles.DROP}  # Matroska keeps them by itself
    changed = [planned(i, key, **wished) != planned(i, key, **without) for i in INPUTS]
    assert any(changed)


def test_the_rows_have_the_types_of_a_request() -> None:
    kinds = {
        Unit.WHOLE: int,
        Unit.BYTES: int,
        Unit.NUMBER: float,
        Unit.SECONDS: float,
        Unit.TRACK: str,
        Unit.YES_OR_NO: bool,
    }
    for name, hint in get_type_hints(Request).items():
        takes = OPTIONS[name].takes
        kind = kinds.get(takes.unit) or type(takes.choices[0])
        assert kind in (get_args(hint) or (hint,)), name
        assert usual(name) is None or isinstance(usual(name), kind), name
        # What an option is by itself it may also be told to be.
        assert usual(name) is None or takes.allows(usual(name)) or name == "end", name


def test_a_menu_asks_only_what_means_something() -> None:
    asked = {key: {o.name for o in options_for(TARGETS[key])} for key in TARGETS}
    assert asked["m4a"] == {
        *("target", "max_bytes", "fit", "start", "end", "exact", "audio", "loudness"),
        *("speed", "metadata"),
    }
    assert {"at", "still"} <= asked["frame"]
    assert "speed" not in asked["frame"]
