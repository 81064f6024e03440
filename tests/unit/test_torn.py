"""Whether lines are torn apart where a picture moves."""

import pytest

from converter.input import torn
from tests.support.facts import VIDEO

COLUMNS, ROWS = 40, 40
FRAMES = 4


def frame(moment: int, *, woven: bool) -> bytes:
    """A bar that wanders; of a woven frame every other line is half a step ahead."""
    rows = []
    for row in range(ROWS):
        at = moment * 6 + (3 if woven and row % 2 else 0)
        rows.append(bytes(230 if at <= column < at + 6 else 20 for column in range(COLUMNS)))
    return b"".join(rows)


@pytest.mark.parametrize("stretches", [1, 4])
@pytest.mark.parametrize("woven", [True, False])
def test_a_bar_that_wanders(stretches: int, *, woven: bool) -> None:
    frames = b"".join(frame(n, woven=woven) for n in range(FRAMES)) * stretches
    assert torn.woven(frames, COLUMNS, ROWS) is woven


def test_telecine_is_woven_in_two_frames_of_five() -> None:
    frames = b"".join(frame(n, woven=n % 3 == 2) for n in range(FRAMES)) * 3
    assert torn.woven(frames, COLUMNS, ROWS)


@pytest.mark.parametrize("frames", [b"", b"x", bytes(COLUMNS * ROWS), bytes(COLUMNS * ROWS * 4)])
def test_of_what_stands_still_nothing_can_be_told(frames: bytes) -> None:
    assert not torn.woven(frames, COLUMNS, ROWS)


def test_the_call() -> None:
    call = torn.argv("file:/in/input", VIDEO, [0.0, 5.0], max_pixels=100)
    assert call.count("-i") == call.count("-format_whitelist") == 2
    assert call[call.index("-ss") + 1] == "5.000"
    assert call[-1] == "pipe:1"
    assert torn.most_bytes(VIDEO, 2) == 160 * VIDEO.height * 4 * 2
