"""What is counted by reading packets."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import Code, Refused
from converter.input.census import Census, measured
from converter.media import Packets
from tests.support.facts import AUDIO, INFO, TEXT, VIDEO

Row = tuple[float | None, float | None, float, str]


def line(index: int, shown: object, decoded: object, length: float, flags: str = "__") -> str:
    """As ffprobe prints it; what it doesn't know it leaves out."""
    told = [f'"stream_index": {index}']
    told += [f'"pts_time": "{shown}"'] if shown is not None else []
    told += [f'"dts_time": "{decoded}"'] if decoded is not None else []
    told += [f'"duration_time": "{length}"'] if length else []
    return "        { " + ", ".join([*told, '"size": "100"', f'"flags": "{flags}"']) + " },"


def counted(rows: Sequence[Row]) -> Packets:
    census = Census()
    lines = ["{", '    "packets": [', *(line(0, *row) for row in rows), "    ],", "    }"]
    for text in lines:
        census.hear(text)
    assert census.document == "{\n    }"
    return census.packets[0]


def steady(start: float, count: int, step: float = 0.04) -> list[Row]:
    return [(start + n * step, start + n * step, step, "K_") for n in range(count)]


@pytest.mark.parametrize(
    ("rows", "seconds", "start", "restarts", "leaps"),
    [
        (steady(0, 100), 4.0, 0.0, 0, 0.0),
        (steady(1.4, 100), 4.0, 1.4, 0, 0.0),
        (steady(0, 100) + steady(0, 150), 10.0, 0.0, 1, 0.0),
        (steady(0, 150) + steady(0, 100), 10.0, 0.0, 1, 0.0),
        (steady(5, 100) * 3, 12.0, 5.0, 2, 0.0),
        (steady(0, 100) + steady(3600, 100), 8.0, 0.0, 0, 3596.0),
        (steady(3600, 100) + steady(0, 100), 8.0, 3600.0, 1, 0.0),
        # A pause of the clock that a viewer would see as a picture that stands is no leap.
        (steady(0, 100) + steady(9, 100), 13.0, 0.0, 0, 0.0),
        # Out of turn, as pictures are decoded.
        (
            [(0.0, -0.04, 0.04, "K_"), (0.12, 0.0, 0.04, "__"), (0.04, 0.04, 0.04, "__"),
             (0.08, 0.08, 0.04, "__")],
            0.16, 0.0, 0, 0.0,
        ),
        # Matroska's first pictures have no time of decoding.
        (
            [(0.02, None, 0.04, "K_"), (0.18, None, 0.04, "__"), (0.1, 0.02, 0.04, "__"),
             (0.06, 0.06, 0.04, "__"), (0.14, 0.1, 0.04, "__")],
            0.2, 0.02, 0, 0.0,
        ),
        # The last one stands longer; nobody says how long; nothing has a time.
        ([(0.0, 0.0, 0.1, "K_"), (0.1, 0.1, 0.1, "K_"), (0.2, 0.2, 3.0, "K_")], 3.2, 0.0, 0, 0.0),
        ([(0.0, 0.0, 0.0, "K_"), (1.0, 1.0, 0.0, "K_"), (2.0, 2.0, 0.0, "K_")], 3.0, 0.0, 0, 0.0),
        ([(None, None, 0.04, "K_")] * 25, 1.0, None, 0, 0.0),
        # The clock begins only with the fourth.
        ([(None, None, 0.0, "K_")] * 3 + steady(0, 7), 0.4, 0.0, 0, 0.0),
        # Of uneven pictures nobody says how long the last stands: no longer than the shortest.
        ([(0.0, 0.0, 0.0, "K_"), (2.0, 2.0, 0.0, "K_"), (2.1, 2.1, 0.0, "K_")], 2.2, 0.0, 0, 0.0),
        # Hidden by an edit list.
        ([(-0.04, -0.04, 0.04, "KD"), *steady(0, 25)], 1.0, 0.0, 0, 0.0),
    ],
)  # fmt: skip
def test_how_long_it_plays(
    rows: list[Row], seconds: float, start: float | None, restarts: int, leaps: float
) -> None:
    found = counted(rows)
    assert found.seconds == pytest.approx(seconds)
    assert found.start == (None if start is None else pytest.approx(start))
    assert found.restarts == restarts
    assert found.leaps == pytest.approx(leaps)
    assert found.count == len(rows)
    assert found.size == 100 * len(rows)


def test_what_else_is_counted() -> None:
    found = counted([(0.0, 0.0, 0.02, "__"), (0.02, 0.02, 0.02, "K_"), (0.5, 0.5, 0.02, "__")])
    assert (found.early, found.keyframes, found.disordered) == (1, 1, 0)
    assert found.holes == pytest.approx(0.48)
    assert found.lengths == pytest.approx(0.06)
    assert counted([*steady(0, 3), (0.05, 0.05, 0.04, "__")]).disordered == 1


def test_a_clock_that_begins_late_is_none() -> None:
    late = counted([(None, None, 0.0, "K_")] * 5 + steady(0, 7))
    assert late.untimed == 5
    assert late.broken
    assert not counted([(None, None, 0.04, "K_")] * 5).broken


def test_tables_that_claim_many_times_the_file_are_a_trap() -> None:
    census = Census(size=100)
    census.hear('"packets": [')
    # A hundred bytes each: four times the file and a little are believed.
    for number in range(10_000):
        census.hear(line(0, number, number, 1.0))
    with pytest.raises(Refused) as told:
        deque(map(census.hear, [line(0, 1, 1, 1.0)] * 500), 0)
    assert told.value.code is Code.DAMAGED


def test_a_new_description_is_a_change_and_the_first_one_is_none() -> None:
    census = Census()
    side = ['            "side_data_list": [', '  { "side_data_type": "New Extradata" }', " ] },"]
    for text in ['"packets": [', line(0, 0, 0, 1), *side, line(0, 1, 1, 1), *side, "    ]"]:
        census.hear(text)
    assert census.packets[0].changes == 1


def test_what_was_said_gives_way_to_what_was_counted() -> None:
    said = replace(INFO, duration=36_000.0, subtitles=(TEXT,))
    film = Packets(count=150, size=150_000, start=0.5, seconds=6.0, hidden=1)
    sound = Packets(count=280, size=60_000, start=0.4, seconds=6.0)
    found = measured(said, {0: film, 1: sound, 2: Packets(count=2, seconds=36_000.0)})
    assert found.duration == pytest.approx(6.1), "no track that nobody sees or hears counts"
    assert found.start == 0.4
    video, audio = found.videos[0], found.audios[0]
    assert (video.start, video.duration, video.frames, video.bit_rate) == (0.5, 6.0, 149, 200_000)
    assert (audio.duration, audio.bit_rate) == (6.0, 80_000)


def test_a_track_without_packets_is_not_there() -> None:
    found = measured(INFO, {0: Packets(count=10, seconds=1.0, start=0.0)})
    assert not found.audios[0].audible
    assert found.videos[0].readable
    assert found.duration == 1.0


def test_a_rate_that_nobody_says_is_counted() -> None:
    video = replace(VIDEO, fps=None)
    told = measured(replace(INFO, videos=(video,)), {0: Packets(count=250, seconds=10.0)})
    assert told.videos[0].fps == Fraction(25)
    few = measured(replace(INFO, videos=(video,)), {0: Packets(count=2, seconds=10.0)})
    assert few.videos[0].fps is None
    assert AUDIO.packets is None


@given(st.lists(st.text(max_size=80), max_size=20))
def test_any_lines_can_be_heard(lines: list[str]) -> None:
    census = Census()
    census.hear('"packets": [')
    for text in lines:
        census.hear(text)
    for found in census.packets.values():
        assert found.seconds >= 0


_TIMES = st.none() | st.floats(-1e9, 1e9)


@given(st.lists(st.tuples(_TIMES, _TIMES, st.floats(0, 1e6)), min_size=1, max_size=30))
def test_any_times_add_up(rows: list[tuple[float | None, float | None, float]]) -> None:
    found = counted([(shown, decoded, length, "K_") for shown, decoded, length in rows])
    assert found.seconds >= 0
    assert found.leaps >= 0
