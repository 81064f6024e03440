"""How large a picture may be, and how many bits it may take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.errors import Refused
from converter.planning.budget import LEAST_BITS, Budget, Need, budget_for
from converter.planning.encoders import ENCODERS, RATE_WINDOW
from converter.planning.geometry import Geometry
from converter.planning.levels import buffer_of, level_for, rate_of

X264 = ENCODERS["libx264"]
HD = Geometry((1920, 1080))


@pytest.mark.parametrize("megabytes", [1, 5, 20, 50, 500])
@pytest.mark.parametrize("seconds", [1.0, 60.0, 600.0])
def test_a_budget_fits(megabytes: int, seconds: float) -> None:
    limit = megabytes * 1_000_000
    try:
        found = budget_for(Need(HD, 30.0, seconds, 160_000, limit, X264))
    except Refused as error:
        assert float(error.facts["least"]) > limit / 2  # noqa: PT017 - a right end too
        return
    size = found.geometry.size
    if found.most is not None:
        total = (found.most + found.audio_rate) * (seconds + RATE_WINDOW) / 8
        assert total <= limit
        assert found.most >= int(size[0] * size[1] * found.fps * LEAST_BITS)
    assert size[0] <= 1920
    assert size[0] % 2 == size[1] % 2 == 0
    assert found.shrunk or size == (1920, 1080)


def test_an_unknown_duration_has_no_budget() -> None:
    found = budget_for(Need(HD, 30.0, None, 160_000, 1000, X264))
    assert found == Budget(HD, 30.0, None, None, 160_000)


@pytest.mark.parametrize(
    ("limit", "fps", "slowed", "shrunk"),
    [
        (100_000_000, 60, False, False),
        (40_000_000, 60, True, False),
        (20_000_000, 60, True, True),
        (20_000_000, 30, False, True),
        (900_000, 30, True, True),
    ],
)
def test_first_frames_go_that_nobody_misses(
    limit: int, fps: float, *, slowed: bool, shrunk: bool
) -> None:
    found = budget_for(Need(HD, fps, 60.0, 160_000, limit, X264))
    assert (found.slowed, found.shrunk) == (slowed, shrunk)


def test_an_aim_is_an_average() -> None:
    found = budget_for(Need(HD, 30.0, 60.0, 160_000, 50_000_000, X264, aims=True))
    assert found.most is None
    assert found.average is not None
    assert 0.9 * 50_000_000 < (found.average + found.audio_rate) * 60 / 8 < 50_000_000


def test_another_cap_holds_too() -> None:
    found = budget_for(Need(HD, 30.0, 60.0, 160_000, 500_000_000, X264, most=1_000_000))
    assert found.most == 1_000_000


def test_a_fixed_size_stays() -> None:
    square = Geometry((512, 512))
    need = Need(square, 30.0, 3.0, 0, 64_000, X264, aims=True, fixed=True)
    found = budget_for(need)
    assert found.geometry is square
    assert not found.shrunk
    assert found.slowed


_sides = st.integers(8, 2048).map(lambda half: 2 * half)
_needs = st.builds(
    Need,
    geometry=st.builds(Geometry, st.tuples(_sides, _sides)),
    fps=st.floats(1, 240),
    seconds=st.floats(0.1, 1e5),
    audio_rate=st.sampled_from([0, 64_000, 160_000, 1_000_000]),
    max_bytes=st.integers(10_000, 2 * 10**9),
    encoder=st.sampled_from([e for e in ENCODERS.values() if e.codec not in {"gif", "mjpeg"}]),
    aims=st.booleans(),
    most=st.none() | st.integers(1, 10**9),
)


@given(_needs)
def test_any_budget_stays_within_its_bounds(need: Need) -> None:
    try:
        found = budget_for(need)
    except Refused as error:
        assert float(error.facts["least"]) > 0  # noqa: PT017 - a right end too
        return
    size = found.geometry.size
    assert size[0] % 2 == size[1] % 2 == 0
    assert 16 <= size[0] <= need.geometry.size[0]
    assert 16 <= size[1] <= need.geometry.size[1]
    assert 0 < found.fps <= need.fps
    assert found.slowed == (found.fps < need.fps)
    assert found.shrunk == (size != need.geometry.size)
    assert 0 <= found.audio_rate <= need.audio_rate
    assert need.most is None or found.most is None or found.most <= need.most
    rate = found.average if need.aims else found.most
    assert (found.average is not None) is need.aims
    if rate is not None and (need.aims or rate != need.most):
        assert need.seconds is not None
        assert (rate + found.audio_rate) * need.seconds / 8 <= need.max_bytes


@pytest.mark.parametrize(
    ("width", "height", "fps", "level"),
    [
        (16, 16, 25, 30),
        (720, 576, 25, 30),
        (1280, 720, 30, 31),
        (1920, 1080, 30, 40),
        (1920, 1080, 60, 42),
        (3840, 2160, 30, 51),
        (3840, 2160, 60, 52),
        (8000, 8000, 60, 52),
        (320, 240, 10_000, 52),
    ],
)
def test_levels(width: int, height: int, fps: float, level: int) -> None:
    assert level_for(width, height, fps) == level


def test_what_a_level_may_take() -> None:
    assert [rate_of(level) for level in (30, 40, 41, 52)] == [
        *(10_000_000, 20_000_000, 50_000_000, 240_000_000),
    ]
    assert buffer_of(40) == 25_000_000


def test_a_length_next_to_nothing_still_has_a_rate() -> None:
    found = budget_for(Need(HD, 30.0, 1e-308, 0, 50_000_000, X264, aims=True))
    assert found.average is not None
    assert found.average < float("inf")
