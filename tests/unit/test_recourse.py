"""What is tried once a plan has failed, or has missed its size."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.checks.recourse import CLOSE, HOPELESS, after, corrected, misses
from converter.errors import Code, Failed, Refused
from converter.nvidia.faults import GpuFault
from converter.planning import singles
from converter.planning.encoders import RATE_WINDOW
from converter.planning.plan import Action, Device, Note, Step
from converter.request import Request
from tests.support.facts import FULL, INFO, MKV, encode, on, picture, plans, with_video

DAMAGED = Refused(Code.DAMAGED)


def too_large(least: int, seconds: float = 10.0) -> Failed:
    return Failed(Code.OUTPUT_TOO_LARGE, limit=1, least=least, seconds=seconds)


def test_the_next_plan_is_tried() -> None:
    first, *rest = plans(INFO)
    assert after(first, DAMAGED, rest) == rest


def test_a_fault_of_the_file_s_is_met_on_the_cpu() -> None:
    first, *rest = on(FULL, INFO, Request(height=480))
    assert {plan.device for plan in after(first, DAMAGED, rest)} == {Device.CPU}


def test_what_nobody_can_help() -> None:
    assert {Code.TIMED_OUT, Code.DISK_FULL, Code.OUT_OF_MEMORY} <= HOPELESS
    assert Code.DAMAGED not in HOPELESS


def test_too_large_gets_one_smaller_try() -> None:
    plan = encode(plans(INFO, Request(target="note")))
    (smaller,) = after(plan, too_large(20_000_000), plans(INFO))
    assert smaller.corrective
    assert Note.SHRUNK in smaller.notes
    assert after(smaller, too_large(13_000_000), plans(INFO)) == []


def test_a_card_s_smaller_try_may_still_end_on_the_cpu() -> None:
    first, *rest = on(FULL, INFO, Request(height=480))
    assert first.device is not Device.CPU
    smaller, *spare = after(first, too_large(20_000_000), rest)
    assert smaller.corrective
    assert smaller.device is first.device
    assert spare == [plan for plan in rest if plan.device is Device.CPU] != []
    # The card dies in it.
    dying = Failed(Code.FAILED, gpu=GpuFault.LOST.value)
    assert after(smaller, dying, spare) == spare
    # Nobody knows how large it would have become: the CPU would meet the same limit.
    assert after(first, Failed(Code.OUTPUT_TOO_LARGE), rest) == []


def test_the_cpu_s_smaller_try_is_its_last() -> None:
    cpu, *rest = [p for p in on(FULL, INFO, Request(height=480)) if p.device is Device.CPU]
    assert [plan.corrective for plan in after(cpu, too_large(20_000_000), rest)] == [True]


def test_nobody_knows_how_large_it_would_have_become() -> None:
    plan = encode(plans(INFO))
    assert after(plan, Failed(Code.OUTPUT_TOO_LARGE), plans(INFO)) == []


def test_a_copy_that_is_too_large_is_encoded() -> None:
    first, *rest = plans(INFO, moov_first=False)
    assert first.action is Action.REMUX
    assert after(first, too_large(3_000_000), rest) == rest


@given(
    st.sampled_from(["mp4", "hevc", "av1", "webm", "sticker", "note", "animation"]),
    st.sampled_from([None, 500_000, 1_000_000, 2_400_000]),
    st.integers(1, 10**8),
    st.floats(0.1, 1000),
)
def test_a_correction_stays_below_the_limit(
    key: str, limit: int | None, size: int, seconds: float
) -> None:
    plan = encode(on(FULL, INFO, Request(target=key, max_bytes=limit)))
    again = corrected(plan, size, seconds)
    assert again is not None
    assert again.corrective
    assert again.steps[-1] is Step.CONVERT
    assert len(set(again.steps)) == len(again.steps)
    sound = sum(s.bit_rate for s in plan.sounds) * seconds / 8
    came = max(1.0, size - sound)
    before, rate = picture(plan).rate, picture(again).rate
    if rate.average is None:
        assert rate.most is not None
        allowed = rate.most * (seconds + RATE_WINDOW) / 8
    else:
        # An encoder errs the same way twice.
        erred = came * 8 / seconds / before.average if before.average else 1.0
        allowed = rate.average * seconds / 8 * erred
    least = 8_000 * (seconds + RATE_WINDOW) / 8 * max(1.0, came * 8 / seconds / 8_000)
    if again.max_bytes > sound + least:
        assert allowed + sound <= again.max_bytes + 1


def test_a_correction_asks_for_no_more_than_there_is_room_for() -> None:
    plan = encode(plans(INFO, Request(max_bytes=1_000_000)))
    again = corrected(plan, 210_000, 10.0)
    assert again is not None
    assert (picture(again).rate.average or 0) <= 1_000_000 * 8 / 10


def test_a_correction_turns_the_aim_by_what_was_missed() -> None:
    plan = encode(plans(INFO, Request(max_bytes=1_000_000)))
    before = picture(plan).rate.average or 0
    small, large = corrected(plan, 500_000, 10.0), corrected(plan, 1_500_000, 10.0)
    assert small is not None
    assert large is not None
    assert (picture(small).rate.average or 0) > before > (picture(large).rate.average or 0)
    # Its first pass is still known.
    assert small.two_pass
    assert Step.FIRST_PASS not in small.steps


@pytest.mark.parametrize("key", ["gif", "frame", "mp3"])
def test_where_no_rate_decides_there_is_no_correction(key: str) -> None:
    assert corrected(plans(INFO, Request(target=key))[0], 10**9, 10.0) is None


def test_only_an_aim_can_be_missed() -> None:
    plan = encode(plans(INFO, Request(max_bytes=1_000_000)))
    assert misses(plan, int(1_000_000 * CLOSE) - 1)
    assert not misses(plan, int(1_000_000 * CLOSE))
    assert not misses(replace(plan, corrective=True), 1)
    assert not misses(encode(plans(INFO)), 1)


def test_a_sticker_that_is_right_already_is_left_alone() -> None:
    ready = with_video(
        replace(INFO, container=MKV, size=50_000, duration=2.0, audios=()),
        codec="vp9",
        profile="Profile 0",
        level=-99,
        width=512,
        height=288,
        duration=2.0,
    )
    plan = plans(ready, Request(target="sticker"))[0]
    assert plan.action is Action.NOTHING
    assert not misses(plan, 50_000) or corrected(plan, 50_000, 2.0) is None


def test_a_gif_that_is_too_large_gets_fewer_pixels() -> None:
    plan = plans(INFO, Request(target="gif"))[0]
    smaller = singles.smaller(plan, too_large(20_000_000))
    assert smaller is not None
    found = picture(smaller)
    assert found.width < picture(plan).width
    assert found.width % 2 == found.height % 2 == 0
    assert found.filters[-1].text == f"scale={found.width}:{found.height}:flags=lanczos"
    assert smaller.notes == (Note.SHRUNK,)
    assert singles.smaller(smaller, too_large(20_000_000)) is None
    assert singles.smaller(plan, DAMAGED) is None
    assert singles.smaller(encode(plans(INFO)), too_large(1)) is None
