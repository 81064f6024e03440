"""From facts to plans: what is done, with what, and why."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from converter.errors import Code, Refused
from converter.limits import Limits
from converter.media import MediaInfo
from converter.planning.plan import Action, Device, Note
from tests.support.facts import (
    AUDIO,
    COVER,
    CPU,
    FILTERS,
    GPU,
    INFO,
    MKV,
    TEXT,
    VIDEO,
    chain,
    encode,
    picture,
    plans,
    with_audio,
    with_video,
)

# --- the cheapest first


def test_nothing_to_do() -> None:
    found = plans(INFO)
    assert [plan.action for plan in found] == [
        *(Action.NOTHING, Action.REMUX, Action.ENCODE, Action.ENCODE, Action.ENCODE),
    ]
    assert found[0].copies_video
    assert found[0].copies_audio
    assert [plan.tolerant for plan in found] == [False, False, False, True, False]
    assert found[-1].notes == (Note.SOUND_LOST,)
    assert found[-1].sounds == ()


@pytest.mark.parametrize(
    ("info", "moov_first", "reason"),
    [
        (INFO, False, "index at the end"),
        (replace(INFO, container="mov"), True, "container"),
        (replace(INFO, container=MKV), False, "container"),
        (replace(INFO, container="mpegts"), False, "container"),
        (replace(INFO, container="flv"), False, "container"),
        (replace(INFO, audios=(AUDIO, AUDIO)), True, "several tracks"),
        (replace(INFO, videos=(VIDEO, VIDEO)), True, "several tracks"),
        (replace(INFO, subtitles=(TEXT,)), True, "other tracks"),
        (replace(INFO, others=1), True, "other tracks"),
        (replace(INFO, covers=(COVER,)), True, "other tracks"),
        (replace(INFO, chapters=2), True, "chapters"),
        (replace(INFO, private_tags=frozenset({"location"})), True, "private tags"),
    ],
)
def test_remux(info: MediaInfo, reason: str, *, moov_first: bool) -> None:
    first = plans(info, moov_first=moov_first)[0]
    assert first.action is Action.REMUX
    assert reason in first.reasons


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        (with_audio(codec="ac3", profile=""), "sound ac3"),
        (with_audio(profile="HE-AAC"), "sound HE-AAC"),
        (with_audio(channels=6), "6 channels"),
        (with_audio(sample_rate=8000), "sample rate"),
        (with_audio(sample_rate=96_000), "sample rate"),
        (with_audio(start=0.5), "late sound"),
    ],
)
def test_only_the_sound_is_encoded(info: MediaInfo, reason: str) -> None:
    first = plans(info)[0]
    assert first.action is Action.AUDIO
    assert first.copies_video
    assert not first.copies_audio
    assert reason in first.reasons


ENCODED = [
    ({"codec": "hevc"}, "codec hevc", (1280, 720), ""),
    ({"profile": "High 10"}, "profile High 10", (1280, 720), ""),
    ({"pix_fmt": "yuv444p"}, "pixels yuv444p", (1280, 720), "format=yuv420p"),
    ({"pix_fmt": "yuvj420p"}, "full range", (1280, 720), "in_range=full"),
    ({"color_range": "pc"}, "full range", (1280, 720), "in_range=full"),
    ({"level": 60}, "level 60", (1280, 720), ""),
    ({"level": -99}, "level -99", (1280, 720), ""),
    ({"sar": Fraction(4, 3)}, "pixel aspect 4/3", (1708, 720), "setsar=1"),
    ({"rotation": 90, "transformed": True}, "rotated 90", (720, 1280), "scale=720:1280"),
    ({"transformed": True}, "rotated 0", (1280, 720), ""),
    ({"width": 321, "height": 241}, "odd size", (320, 240), ""),
    ({"width": 2, "height": 2}, "tiny", (16, 16), "scale=16:16"),
    ({"width": 13, "height": 7}, "tiny", (30, 16), "scale=30:16"),
    ({"width": 2000, "height": 2}, "tiny", (1920, 16), ""),
    ({"width": 7680, "height": 4320}, "too many pixels", (1920, 1080), ""),
    ({"color_transfer": "smpte2084"}, "wide colour", (1280, 720), "tonemap=mobius"),
    ({"color_transfer": "arib-std-b67"}, "wide colour", (1280, 720), "tonemap=mobius"),
    ({"color_primaries": "bt2020"}, "wide colour", (1280, 720), "zscale=p=bt709"),
    ({"field_order": "tt"}, "interlaced", (1280, 720), "bwdif="),
    ({"fps": Fraction(120), "peak_fps": Fraction(120)}, "frame rate", (1280, 720), "select="),
    ({"start": 0.5}, "late picture", (1280, 720), "setpts="),
]


@pytest.mark.parametrize(("changes", "reason", "size", "filter_"), ENCODED)
def test_the_picture_is_encoded(
    changes: dict[str, Any], reason: str, size: tuple[int, int], filter_: str
) -> None:
    first = plans(with_video(**changes))[0]
    assert first.action is Action.ENCODE
    assert reason in first.reasons
    assert (picture(first).width, picture(first).height) == size
    assert filter_ in chain(first)


@pytest.mark.parametrize(
    "container", ["avi", "asf", "ogg", "gif", "mpeg", "rm", "h264", "mxf", "wtv", "", "nut"]
)
def test_from_these_nothing_is_copied(container: str) -> None:
    found = plans(replace(INFO, container=container))
    assert {plan.action for plan in found} == {Action.ENCODE}
    assert "container" in found[0].reasons


def test_a_negative_start_is_encoded() -> None:
    early = replace(INFO, start=-1.0, videos=(replace(VIDEO, start=-1.0),))
    assert plans(early)[0].reasons == ("negative start",)


# --- with what


@pytest.mark.parametrize(
    ("version", "container", "lead"),
    [
        ("5.1.9-0+deb12u1", "mpegts", 0.7),
        ("5.1.9-0+deb12u1", "mov,mp4,m4a,3gp,3g2,mj2", 0.7),
        ("6.0-static", "mpegts", 0.0),
        ("7.1.5-0+deb13u1", "mpegts", 0.0),
        ("7.1.5-0+deb13u1", MKV, 0.7),
        ("N-118000-gabcdef", "mpeg", 0.0),
    ],
)
def test_an_empty_beginning_is_cut_off_once(version: str, container: str, lead: float) -> None:
    info = replace(INFO, container=container, lead=0.7)
    found = plans(info, capabilities=replace(CPU, version=version))
    assert {plan.lead for plan in found} == {lead}


def test_nvenc_comes_before_the_cpu_and_never_alone() -> None:
    found = plans(with_video(codec="hevc"), capabilities=GPU)
    assert [(plan.device, plan.tolerant, bool(plan.sounds)) for plan in found] == [
        (Device.NVENC, False, True),
        (Device.CPU, False, True),
        (Device.CPU, True, True),
        (Device.CPU, False, False),
    ]
    assert picture(found[0]).filters == picture(found[1]).filters


def test_an_encoder_that_is_listed_but_not_proved_is_not_used() -> None:
    listed = replace(GPU, encoders=GPU.encoders | {"h264_nvenc"}, gpu=None)
    found = plans(with_video(codec="hevc"), capabilities=listed)
    assert {plan.device for plan in found} == {Device.CPU}


def test_a_silent_video_loses_no_sound() -> None:
    found = plans(replace(INFO, audios=()))
    assert all(plan.sounds == () and Note.SOUND_LOST not in plan.notes for plan in found)


def test_a_sound_without_a_header_is_left_out() -> None:
    broken = replace(AUDIO, channels=0)
    assert plans(replace(INFO, audios=(broken, AUDIO)))[0].sounds[0].stream is AUDIO
    assert plans(replace(INFO, audios=(broken,)))[0].sounds == ()


def test_mono_stays_mono() -> None:
    sound = encode(plans(with_audio(channels=1, codec="ac3"))).sounds[0]
    assert (sound.channels, sound.bit_rate) == (1, 96_000)


def test_a_missing_filter_is_told() -> None:
    lacking = replace(CPU, filters=FILTERS - {"zscale", "tonemap"})
    with pytest.raises(Refused) as told:
        plans(with_video(color_transfer="smpte2084"), capabilities=lacking)
    assert told.value.code is Code.UNSUPPORTED
    assert "tonemap, zscale" in told.value.detail


def test_a_missing_encoder_is_told() -> None:
    lacking = replace(CPU, encoders=CPU.encoders - {"libx264"})
    with pytest.raises(Refused) as told:
        plans(with_video(codec="hevc"), capabilities=lacking)
    assert told.value.code is Code.UNSUPPORTED
    assert "libx264" in told.value.detail


# --- and how large


def test_over_the_output_limit_nothing_is_copied() -> None:
    found = plans(INFO, limits=Limits(max_output_bytes=2_000_000))
    assert {plan.action for plan in found} == {Action.ENCODE}
    assert found[0].reasons == ("size limit",)
    assert picture(found[0]).rate.most is not None


def test_what_must_shrink_is_shrunk_in_its_shape() -> None:
    found = plans(INFO, limits=Limits(max_output_bytes=500_000))[0]
    assert found.notes == (Note.SHRUNK,)
    size = picture(found)
    assert size.width < 1280
    assert size.width / size.height == pytest.approx(16 / 9, rel=0.02)


def test_what_can_not_fit_is_refused_with_the_least() -> None:
    with pytest.raises(Refused) as told:
        plans(INFO, limits=Limits(max_output_bytes=20_000))
    assert told.value.code is Code.OUTPUT_TOO_LARGE
    least = int(told.value.facts["least"])
    assert told.value.facts["limit"] == 20_000 < least
    assert plans(INFO, limits=Limits(max_output_bytes=least * 2))
