"""What is refused before any plan."""

from dataclasses import replace

import pytest

from converter.errors import Code, Refused
from converter.limits import Limits, check
from converter.media import MediaInfo
from converter.planning.choice import picture
from tests.support.facts import INFO, SONG, with_video


@pytest.mark.parametrize(
    ("info", "code"),
    [
        (replace(INFO, others=100), Code.TOO_MANY_STREAMS),
        (replace(INFO, encrypted=True), Code.ENCRYPTED),
        (replace(INFO, videos=(), audios=()), Code.NOT_MEDIA),
        (replace(INFO, size=3_000_000_000), Code.TOO_LARGE),
        (replace(INFO, duration=100_000.0), Code.TOO_LONG),
        (with_video(width=10_000, height=10_000), Code.TOO_MANY_PIXELS),
        (with_video(width=0, height=0), Code.DAMAGED),
        (with_video(width=-5, height=5), Code.DAMAGED),
        (with_video(dolby_vision_profile=5), Code.DOLBY_VISION),
    ],
)
def test_what_is_over_a_limit(info: MediaInfo, code: Code) -> None:
    with pytest.raises(Refused) as told:
        check(info, Limits(), picture(info), info.duration)
    assert told.value.code is code
    if "limit" in told.value.facts:
        assert float(told.value.facts["actual"]) > float(told.value.facts["limit"])


@pytest.mark.parametrize(
    "info",
    [INFO, SONG, replace(INFO, duration=None), with_video(dolby_vision_profile=8)],
)
def test_what_is_within_limits(info: MediaInfo) -> None:
    check(info, Limits(), picture(info), info.duration)


def test_a_picture_that_nobody_wants_may_be_of_any_size() -> None:
    check(with_video(width=10_000, height=10_000), Limits(), None, 10.0)
