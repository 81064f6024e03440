"""What each option of a request makes of the plans."""

from dataclasses import replace
from typing import Any

import pytest

from converter.errors import Code, Refused
from converter.media import MediaInfo
from converter.planning.plan import Action, Cut, Note, Picture, Plan, Step
from converter.request import Quality, Request, Still
from tests.support.awkward import FILES
from tests.support.facts import (
    INFO,
    chain,
    encode,
    names,
    picture,
    plans,
    with_video,
)

NOTHING, REMUX, AUDIO_ALONE, ENCODE = Action
UHD = with_video(width=3840, height=2160, level=51, bit_rate=40_000_000)
UHD = replace(UHD, size=50_000_000)


def first(info: MediaInfo = INFO, **options: Any) -> Plan:  # noqa: ANN401 - any field
    return plans(info, Request(**options))[0]


def size(found: Picture) -> tuple[int, int]:
    return found.width, found.height


# --- size, rate and quality

SIZES = [
    (INFO, {"max_side": 640}, ENCODE, "size on request", (640, 360)),
    (INFO, {"height": 480}, ENCODE, "size on request", (854, 480)),
    (INFO, {"height": 720}, NOTHING, None, (1280, 720)),
    (INFO, {"max_side": 1280}, NOTHING, None, (1280, 720)),
    (INFO, {"max_side": 5000, "height": 2160}, NOTHING, None, (1280, 720)),
    (UHD, {}, NOTHING, None, (3840, 2160)),
    (UHD, {"quality": Quality.ORIGINAL}, NOTHING, None, (3840, 2160)),
    (UHD, {"quality": Quality.SMALL}, ENCODE, "size on request", (1280, 720)),
    (UHD, {"height": 1080}, ENCODE, "size on request", (1920, 1080)),
    (FILES["turned 90"], {"height": 480}, ENCODE, "rotated 90", (480, 854)),
    (INFO, {"quality": Quality.SMALL}, ENCODE, "bit rate on request", (1280, 720)),
    (INFO, {"max_fps": 24.0}, ENCODE, "frame rate", (1280, 720)),
    (INFO, {"max_fps": 30.0}, NOTHING, None, (1280, 720)),
    (INFO, {"rotate": 90}, ENCODE, "turned on request", (720, 1280)),
    (INFO, {"rotate": 180}, ENCODE, "turned on request", (1280, 720)),
    (INFO, {"mirror": True}, ENCODE, "turned on request", (1280, 720)),
    (INFO, {"speed": 2.0}, ENCODE, "speed", (1280, 720)),
]


@pytest.mark.parametrize(("info", "options", "action", "reason", "shown"), SIZES)
def test_the_picture_as_it_is_wanted(
    info: MediaInfo,
    options: dict[str, Any],
    action: Action,
    reason: str | None,
    shown: tuple[int, int],
) -> None:
    plan = first(info, **options)
    assert plan.action is action
    assert plan.reasons == () if reason is None else reason in plan.reasons
    assert size(picture(plan)) == shown


@pytest.mark.parametrize(("quality", "crf"), [("original", 17), ("balanced", 21.3), ("small", 26)])
def test_quality(quality: str, crf: int) -> None:
    found = picture(encode(plans(INFO, Request(quality=Quality(quality)))))
    assert found.rate.crf == crf
    # What the source has to give bounds the rate, unless every bit is wanted: then the level does.
    assert found.rate.most == (14_000_000 if quality == "original" else 3_500_000)


def test_a_lower_rate_drops_by_time() -> None:
    plan = first(max_fps=24.0)
    assert picture(plan).fps == 24
    assert "floor(t*24+0.01)" in chain(plan)
    assert picture(first(max_fps=24.0, target="gif")).fps == 15


# --- bytes


def test_a_size_is_aimed_at_in_two_passes() -> None:
    plan = first(max_bytes=1_000_000)
    rate = picture(plan).rate
    assert (plan.aims, plan.max_bytes, plan.notes) == (True, 1_000_000, (Note.SHRUNK,))
    assert plan.steps == (Step.FIRST_PASS, Step.CONVERT)
    assert rate.most is None
    assert rate.average is not None
    assert 0.9e6 < (rate.average + plan.sounds[0].bit_rate) * 10 / 8 < 1e6


@pytest.mark.parametrize("options", [{"max_bytes": 2_600_000}, {"fit": True}])
def test_what_fits_already_stays(options: dict[str, Any]) -> None:
    plan = first(**options)
    assert (plan.action, plan.aims) == (NOTHING, False)


def test_a_part_that_fits_is_copied() -> None:
    plan = first(max_bytes=1_500_000, end=5.0)
    assert (plan.action, plan.size) == (REMUX, 1_250_000)


def test_av1_is_aimed_in_one_pass() -> None:
    plan = first(target="av1", max_bytes=1_000_000)
    assert (plan.aims, plan.steps) == (True, (Step.CONVERT,))


@pytest.mark.parametrize(
    ("key", "limit", "bit_rate"), [("mp3", 100_000, 76_800), ("m4a", 300_000, None)]
)
def test_sound_gets_the_bits_that_fit(key: str, limit: int, bit_rate: int | None) -> None:
    sound = first(target=key, max_bytes=limit).sounds[0]
    assert sound.copied is (bit_rate is None)
    assert bit_rate is None or sound.bit_rate == bit_rate


@pytest.mark.parametrize("key", ["mp4", "mp3", "gif"])
def test_what_can_not_fit_is_told(key: str) -> None:
    with pytest.raises(Refused) as told:
        first(target=key, max_bytes=10_000)
    assert told.value.code is Code.OUTPUT_TOO_LARGE
    assert float(told.value.facts["least"]) > 10_000


def test_a_gif_shrinks_and_then_slows() -> None:
    smaller, slower = (
        first(target="gif", max_bytes=1_000_000),
        first(target="gif", max_bytes=250_000),
    )
    assert smaller.notes == (Note.SHRUNK,)
    assert slower.notes == (Note.SHRUNK, Note.SLOWED)
    assert picture(slower).fps == 8
    assert smaller.size is not None
    assert smaller.size <= 1_000_000


# --- a part

CUTS = [
    ({"start": 2.0}, ENCODE, Cut(2.0), 8.0),
    ({"start": 2.0, "exact": False}, REMUX, Cut(2.0), 8.0),
    ({"end": 5.0}, REMUX, Cut(0.0, 5.0), 5.0),
    ({"end": 50.0}, REMUX, Cut(0.0, 50.0), 10.0),
    ({"start": 2.0, "end": 5.0}, ENCODE, Cut(2.0, 3.0), 3.0),
    ({"start": 2.0, "end": 5.0, "exact": False}, REMUX, Cut(2.0, 3.0), 3.0),
    ({"start": 2.0, "end": 6.0, "speed": 2.0}, ENCODE, Cut(2.0, 4.0), 2.0),
    ({"start": 2.0, "target": "m4a"}, AUDIO_ALONE, Cut(2.0), 8.0),
    ({"start": 2.0, "exact": False, "target": "m4a"}, REMUX, Cut(2.0), 8.0),
    ({"speed": 0.5}, ENCODE, Cut(), 20.0),
    ({"target": "sticker", "speed": 2.0}, ENCODE, Cut(0.0, 5.91), 2.955),
]


@pytest.mark.parametrize(("options", "action", "cut", "seconds"), CUTS)
def test_a_part(options: dict[str, Any], action: Action, cut: Cut, seconds: float) -> None:
    plan = first(**options)
    assert (plan.action, plan.seconds) == (action, seconds)
    assert (plan.cut.start, plan.cut.length) == (cut.start, cut.length)


def test_a_part_behind_the_end() -> None:
    with pytest.raises(Refused) as told:
        first(start=10.0)
    assert told.value.code is Code.BAD_REQUEST
    assert told.value.facts == {"why": "outside", "option": "start", "length": 10.0}


# --- depth and single pictures


DEEP = [
    ("hdr10", "hevc", NOTHING, "yuv420p10le"),
    ("hdr10", "av1", ENCODE, "yuv420p10le"),
    ("hlg", "av1", ENCODE, "yuv420p10le"),
    ("10-bit", "hevc", ENCODE, "yuv420p10le"),
    ("ordinary", "hevc", ENCODE, "yuv420p"),
]


@pytest.mark.parametrize(("name", "key", "action", "pixels"), DEEP)
def test_ten_bits(name: str, key: str, action: Action, pixels: str) -> None:
    info = with_video(FILES[name], tag="hvc1") if name == "hdr10" else FILES[name]
    plan = first(info, target=key, ten_bit=True)
    assert (plan.action, picture(plan).pixels) == (action, pixels)
    hdr = FILES[name].videos[0].hdr
    if action is ENCODE and hdr:
        assert ("tonemap" in names(plan)) is (pixels == "yuv420p")


STILLS = [
    ({}, 1.0, "mjpeg", ".jpg", (1280, 720)),
    ({"at": 3.0}, 3.0, "mjpeg", ".jpg", (1280, 720)),
    ({"at": 0.0}, 0.0, "mjpeg", ".jpg", (1280, 720)),
    ({"still": Still.PNG}, 1.0, "png", ".png", (1280, 720)),
    ({"max_side": 320, "rotate": 90}, 1.0, "mjpeg", ".jpg", (180, 320)),
]


@pytest.mark.parametrize(("options", "at", "encoder", "suffix", "shown"), STILLS)
def test_a_single_picture(
    options: dict[str, Any], at: float, encoder: str, suffix: str, shown: tuple[int, int]
) -> None:
    plan = first(target="frame", **options)
    found = picture(plan)
    assert (plan.cut.start, found.encoder, plan.target.suffix) == (at, encoder, suffix)
    assert size(found) == shown
    assert found.pixels == ("rgb24" if encoder == "png" else "yuvj420p")
    assert (plan.aims, plan.sounds) == (False, ())


def test_a_moment_behind_the_end() -> None:
    with pytest.raises(Refused) as told:
        first(target="frame", at=10.5)
    assert told.value.code is Code.BAD_REQUEST
    assert told.value.facts == {"why": "outside", "option": "at", "length": 10.0}


def test_a_short_film_s_picture_is_not_looked_for_behind_its_end() -> None:
    short = with_video(replace(INFO, duration=0.3, audios=()), duration=0.3)
    assert first(short, target="frame").cut.start == pytest.approx(0.1)


def test_a_see_through_picture_stays_so_as_png() -> None:
    plan = first(FILES["alpha"], target="frame", still=Still.PNG)
    assert picture(plan).pixels == "rgba"
    assert "premultiply" not in names(plan)
    assert "premultiply" in names(first(FILES["alpha"], target="frame"))


def test_a_picture_of_a_part_lies_in_it() -> None:
    assert first(target="frame", start=5.0, end=8.0).cut.start >= 5.0
