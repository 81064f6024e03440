"""Whether an output is right."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from converter.checks.verify import (
    heard_problems,
    missing_seconds,
    problems,
    promised_seconds,
    salvageable,
)
from converter.media import MediaInfo, Packets
from converter.planning.cuts import length_of
from converter.planning.plan import Action, Cut, Plan
from tests.support.facts import AUDIO, INFO, TEXT, VIDEO, encode, plans


def plan_of(info: MediaInfo) -> Plan:
    return encode(plans(info, moov_first=False))


def right(**changes: Any) -> MediaInfo:  # noqa: ANN401 - any field
    return replace(INFO, videos=(replace(VIDEO, **changes),))


@pytest.mark.parametrize(
    ("output", "moov_first", "problem"),
    [
        (INFO, True, None),
        (INFO, False, "index at the end"),
        (replace(INFO, videos=()), True, "no picture"),
        (replace(INFO, container="matroska,webm"), True, "matroska,webm"),
        (right(codec="hevc"), True, "codec hevc"),
        (right(profile="High 4:4:4 Predictive"), True, "profile High 4:4:4 Predictive"),
        (right(pix_fmt="yuv444p"), True, "pixels yuv444p"),
        (right(color_range="pc"), True, "full range"),
        (right(level=61), True, "level 61"),
        (right(transformed=True, rotation=180), True, "rotated 180, sar 1"),
        (right(width=1281), True, "odd size 1281x720"),
        (right(color_transfer="smpte2084"), True, "HDR"),
        (right(width=720), True, "shape 720x720"),
        (replace(INFO, audios=()), True, "sound lost"),
        (replace(INFO, audios=(AUDIO, AUDIO)), True, "extra sound"),
        (replace(INFO, audios=(replace(AUDIO, channels=6),)), True, "too many channels"),
        (replace(INFO, audios=(replace(AUDIO, codec="ac3"),)), True, "sound ac3"),
        (replace(INFO, subtitles=(TEXT,)), True, "1 subtitles"),
        (replace(INFO, duration=None), True, "no duration"),
        (right(fps=Fraction(600)), True, "frames 300, rate 600"),
        (right(frames=600), True, "frames 600, rate 30"),
        (replace(INFO, videos=(VIDEO, VIDEO)), True, "extra pictures"),
        (replace(INFO, others=1), True, "extra tracks"),
    ],
)
def test_problems(output: MediaInfo, problem: str | None, *, moov_first: bool) -> None:
    found = problems(plan_of(INFO), INFO, output, moov_first=moov_first)
    assert found == ([] if problem is None else [problem])


def test_private_tags_may_not_survive() -> None:
    source = replace(INFO, private_tags=frozenset({"location", "title"}))
    output = replace(INFO, private_tags=frozenset({"location"}))
    assert problems(plan_of(source), source, output, moov_first=True) == ["private tags"]


@pytest.mark.parametrize(
    ("seconds", "missing"),
    [(10.0, 0.0), (9.8, 0.0), (10.2, 0.0), (7.0, 3.0), (12.0, -2.0), (None, 0.0)],
)
def test_missing_seconds(seconds: float | None, missing: float) -> None:
    output = replace(INFO, duration=seconds)
    assert missing_seconds(plan_of(INFO), output) == pytest.approx(missing)


def test_left_out_tracks_do_not_count() -> None:
    longer = replace(INFO, duration=100.0)
    assert plan_of(longer).seconds == 10.0
    unknown = replace(INFO, duration=None, videos=(replace(VIDEO, duration=None),))
    assert plan_of(unknown).seconds is None
    late = replace(INFO, duration=100.0, audios=(replace(AUDIO, start=5.0),))
    assert plan_of(late).seconds == 15.0
    assert length_of(late, (VIDEO,)) == 10.0
    assert length_of(late, ()) == 100.0


@pytest.mark.parametrize(
    ("samples", "problem"),
    [
        ([960_000], None),
        ([960_000 + 2 * 48_000 // 10], None),
        ([1_440_000], "sound of 15.00 s in a track of 10.00 s"),
        ([480_000], "sound of 5.00 s in a track of 10.00 s"),
        ([0], "sound lost: an empty track"),
    ],
)
def test_encoded_sound_is_as_long_as_its_track(samples: list[int], problem: str | None) -> None:
    found = heard_problems(plan_of(INFO), INFO, samples)
    assert found == ([] if problem is None else [problem])


@pytest.mark.parametrize(
    ("cut", "speed", "promised"),
    [
        (Cut(), 1.0, 4.0),
        (Cut(), 2.0, 2.0),
        (Cut(length=60.0), 1.0, 4.0),
        (Cut(length=12.0), 1.0, 2.0),
        (Cut(length=10.0), 1.0, 0.0),
        (Cut(length=5.0), 1.0, 0.0),
    ],
)
def test_what_a_cut_off_file_promised(cut: Cut, speed: float, promised: float) -> None:
    seconds = min(10.0, cut.length or 10.0) / speed
    plan = replace(plan_of(INFO), cut=cut, speed=speed, seconds=seconds)
    assert promised_seconds(plan, replace(INFO, missing=4.0)) == pytest.approx(promised)


def _counted(**changes: Any) -> Packets:  # noqa: ANN401 - any field
    return replace(Packets(count=300, size=2_000_000, keyframes=5, seconds=10.0), **changes)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (_counted(), _counted(), None),
        (_counted(), _counted(size=2_030_000), None),
        (_counted(), _counted(count=298), None),
        (_counted(early=20), _counted(count=279), None),
        (_counted(), _counted(count=200), "200 packets of 300"),
        (_counted(), _counted(count=301), "301 packets of 300"),
        (_counted(), _counted(size=1_000_000), "1000000 bytes of 2000000"),
        (_counted(), _counted(disordered=2), "time goes back 2 times"),
    ],
)
def test_a_copy_has_every_packet(before: Packets, after: Packets, problem: str | None) -> None:
    def film(packets: Packets) -> MediaInfo:
        return replace(INFO, videos=(replace(VIDEO, packets=packets),))

    source = replace(film(before), container="matroska")
    plan = plans(source, moov_first=False)[0]
    assert plan.action is Action.REMUX
    found = problems(plan, source, film(after), moov_first=True)
    assert found == ([] if problem is None else [problem])


@pytest.mark.parametrize(
    ("missing", "total", "worth"),
    [(5, 5, True), (9.95, 0.05, False), (-0.5, 10, True), (-5, 10, False), (-5, 60, True)],
)
def test_what_is_worth_salvaging(missing: float, total: float, *, worth: bool) -> None:
    assert salvageable(missing, total) is worth
