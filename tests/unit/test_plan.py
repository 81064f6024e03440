"""From facts to plans: what is done, with what, and why."""

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter import filters
from converter.budget import LEAST_BITS, RATE_WINDOW, budget_for
from converter.capabilities import Capabilities
from converter.errors import Code, ConversionError, Refused
from converter.formats import MP4
from converter.levels import level_for
from converter.limits import Limits, check
from converter.media import AudioStream, MediaInfo, VideoStream
from converter.plan import Action, Device, Note, Plan, Request, ladder
from tests.support.facts import AUDIO, CPU, FILTERS, GPU, INFO, VIDEO


def plans(
    info: MediaInfo,
    limits: Limits | None = None,
    capabilities: Capabilities = CPU,
    *,
    moov_first: bool = True,
) -> tuple[Plan, ...]:
    return ladder(info, Request(), limits or Limits(), capabilities, moov_first=moov_first)


def with_video(**changes: Any) -> MediaInfo:  # noqa: ANN401 - any field
    return replace(INFO, videos=(replace(VIDEO, **changes),))


def with_audio(**changes: Any) -> MediaInfo:  # noqa: ANN401 - any field
    return replace(INFO, audios=(replace(AUDIO, **changes),))


# --- the cheapest first


def test_nothing_to_do() -> None:
    found = plans(INFO)
    assert [plan.action for plan in found] == [
        *(Action.NOTHING, Action.REMUX, Action.ENCODE, Action.ENCODE),
    ]
    assert found[0].copies_video
    assert found[0].copies_audio
    assert found[-1].notes == (Note.SOUND_LOST,)


@pytest.mark.parametrize(
    ("info", "moov_first", "reason"),
    [
        (INFO, False, "index at the end"),
        (replace(INFO, container="mov"), True, "container"),
        (replace(INFO, container="matroska,webm"), False, "container"),
        (replace(INFO, container="mpegts"), False, "container"),
        (replace(INFO, container="flv"), False, "container"),
        (replace(INFO, audios=(AUDIO, AUDIO)), True, "several tracks"),
        (replace(INFO, videos=(VIDEO, VIDEO)), True, "several tracks"),
        (replace(INFO, subtitles=1), True, "other tracks"),
        (replace(INFO, others=1), True, "other tracks"),
        (replace(INFO, covers=1), True, "other tracks"),
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
        (with_audio(sample_rate=8000), "8000 Hz"),
        (with_audio(sample_rate=96_000), "96000 Hz"),
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
    assert (first.width, first.height) == size
    assert filter_ in ",".join(f.text for f in first.filters)


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
        ("7.1.5-0+deb13u1", "matroska,webm", 0.7),
        ("N-118000-gabcdef", "mpeg", 0.0),
    ],
)
def test_an_empty_beginning_is_cut_off_once(version: str, container: str, lead: float) -> None:
    info = replace(INFO, container=container, lead=0.7)
    found = plans(info, capabilities=replace(CPU, version=version))
    assert {plan.lead for plan in found} == {lead}


def test_nvenc_comes_before_the_cpu_and_never_alone() -> None:
    found = plans(with_video(codec="hevc"), capabilities=GPU)
    assert [(plan.device, plan.audio is None) for plan in found] == [
        *((Device.NVENC, False), (Device.CPU, False), (Device.CPU, True)),
    ]
    assert found[0].filters == found[1].filters


def test_an_encoder_that_is_listed_but_not_proved_is_not_used() -> None:
    listed = replace(GPU, encoders=GPU.encoders | {"h264_nvenc"}, gpu=None)
    found = plans(with_video(codec="hevc"), capabilities=listed)
    assert {plan.device for plan in found} == {Device.CPU}


def test_a_silent_video_loses_no_sound() -> None:
    found = plans(replace(INFO, audios=()))
    assert all(plan.audio is None and Note.SOUND_LOST not in plan.notes for plan in found)


def test_a_sound_without_a_header_is_left_out() -> None:
    broken = replace(AUDIO, channels=0)
    assert plans(replace(INFO, audios=(broken, AUDIO)))[0].audio is AUDIO
    assert plans(replace(INFO, audios=(broken,)))[0].audio is None


def test_a_missing_filter_is_told() -> None:
    lacking = replace(CPU, filters=FILTERS - {"zscale", "tonemap"})
    with pytest.raises(Refused) as told:
        plans(with_video(color_transfer="smpte2084"), capabilities=lacking)
    assert told.value.code is Code.UNSUPPORTED
    assert "tonemap, zscale" in told.value.detail


# --- and how large


def test_over_the_output_limit_nothing_is_copied() -> None:
    found = plans(INFO, Limits(max_output_bytes=2_000_000))
    assert {plan.action for plan in found} == {Action.ENCODE}
    assert found[0].reasons == ("output_limit",)
    assert found[0].max_rate is not None


def test_what_must_shrink_is_shrunk_in_its_shape() -> None:
    found = plans(INFO, Limits(max_output_bytes=500_000))[0]
    assert found.notes == (Note.SHRUNK,)
    assert found.width < 1280
    assert found.width / found.height == pytest.approx(16 / 9, rel=0.02)


def test_what_can_not_fit_is_refused_with_the_least() -> None:
    with pytest.raises(Refused) as told:
        plans(INFO, Limits(max_output_bytes=20_000))
    assert told.value.code is Code.OUTPUT_TOO_LARGE
    least = int(told.value.facts["least"])
    assert told.value.facts["limit"] == 20_000 < least
    assert plans(INFO, Limits(max_output_bytes=least * 2))


@pytest.mark.parametrize("megabytes", [1, 5, 20, 50, 500])
@pytest.mark.parametrize("seconds", [1.0, 60.0, 600.0])
def test_a_budget_fits(megabytes: int, seconds: float) -> None:
    limit = megabytes * 1_000_000
    try:
        found = budget_for((1920, 1080), 30.0, seconds, limit, MP4, with_audio=True)
    except Refused as error:
        assert float(error.facts["least"]) > limit / 2  # noqa: PT017 - a right end too
        return
    if found.max_rate is not None:
        total = (found.max_rate + found.audio_rate) * (seconds + RATE_WINDOW) / 8
        assert total <= limit
        assert found.max_rate >= found.size[0] * found.size[1] * 30 * LEAST_BITS
    assert found.size[0] <= 1920
    assert found.size[0] % 2 == found.size[1] % 2 == 0
    assert found.shrunk or found.size == (1920, 1080)


def test_an_unknown_duration_has_no_budget() -> None:
    found = budget_for((1920, 1080), 30.0, None, 1000, MP4, with_audio=True)
    assert (found.size, found.max_rate, found.shrunk) == ((1920, 1080), None, False)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((1280, 720), (1280, 720)),
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((321, 241), (320, 240)),
        ((1, 1), (16, 16)),
        ((13, 7), (30, 16)),
        ((100_000, 1), (1920, 16)),
    ],
)
def test_fit(size: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert filters.fit(size, 1920, 16) == fitted


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


# --- filters in their order


def texts(video: VideoStream, size: tuple[int, int] = (1280, 720)) -> list[str]:
    return [f.text for f in filters.chain(video, size, MP4, FILTERS, 0.0)]


def test_the_chain_of_an_ordinary_picture() -> None:
    assert texts(VIDEO) == [
        "scale=1280:720:flags=bicubic:in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv",
        "format=yuv420p",
        "setsar=1",
        "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
    ]


def test_fields_and_rate_go_before_size() -> None:
    video = replace(
        VIDEO, field_order="tt", fps=Fraction(120), peak_fps=Fraction(120), color_space=""
    )
    names = [text.partition("=")[0] for text in texts(video)]
    assert names == ["bwdif", "select", "scale", "format", "setsar", "setparams"]


@pytest.mark.parametrize(
    ("codec", "order", "deinterlaced"),
    [
        *[("h264", "unknown", False), ("mpeg2video", "unknown", True), ("mpeg4", "", True)],
        *[("mpeg2video", "progressive", False), ("h264", "bb", True), ("h264", "", False)],
    ],
)
def test_fields(codec: str, order: str, *, deinterlaced: bool) -> None:
    found = texts(replace(VIDEO, codec=codec, field_order=order))
    assert any(text.startswith("bwdif") for text in found) is deinterlaced


def test_an_untagged_picture_keeps_the_guess_of_its_own_size() -> None:
    small = replace(VIDEO, height=480, color_space="", color_primaries="", color_transfer="")
    assert "in_color_matrix=smpte170m" in texts(small, (854, 480))[0]
    assert "in_color_matrix=bt709" in texts(replace(small, height=1080), (854, 480))[0]


def test_transparency_goes_over_black() -> None:
    found = texts(replace(VIDEO, pix_fmt="argb"))
    assert found[:3] == ["format=gbrap", "premultiply=inplace=1", "format=gbrp"]


# --- limits


@pytest.mark.parametrize(
    ("info", "code"),
    [
        (replace(INFO, others=100), Code.TOO_MANY_STREAMS),
        (replace(INFO, encrypted=True), Code.ENCRYPTED),
        (replace(INFO, videos=()), Code.NO_VIDEO),
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
        check(info, Limits())
    assert told.value.code is code
    if "limit" in told.value.facts:
        assert float(told.value.facts["actual"]) > float(told.value.facts["limit"])


@pytest.mark.parametrize(
    "info", [INFO, replace(INFO, duration=None), with_video(dolby_vision_profile=8)]
)
def test_what_is_within_limits(info: MediaInfo) -> None:
    check(info, Limits())


# --- anything at all


def _names(known: Collection[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(known)) | st.text(max_size=8)


_seconds = st.none() | st.floats(allow_nan=False, allow_infinity=False)
_rates = st.none() | st.fractions(min_value=Fraction(1, 10**9), max_value=10**9)
_videos = st.builds(
    VideoStream,
    index=st.integers(0, 100),
    codec=_names({"h264", "hevc", "mpeg2video", "gif"}),
    tag=st.just(""),
    profile=_names({"High", "Main", "High 10"}),
    level=st.integers(-99, 100),
    pix_fmt=_names({"yuv420p", "yuvj420p", "yuv420p10le", "argb", "rgb24", "pal8"}),
    bit_depth=st.sampled_from([8, 10]),
    width=st.integers(1, 2**31),
    height=st.integers(1, 2**31),
    sar=st.just(Fraction(1)) | st.fractions(Fraction(1, 2**31), 2**31).filter(bool),
    rotation=st.sampled_from([0, 90, 180, 270]),
    transformed=st.booleans(),
    fps=_rates,
    peak_fps=_rates,
    field_order=_names({"tt", "progressive", "unknown"}),
    color_range=_names({"tv", "pc"}),
    color_space=_names({"bt709", "bt2020nc", "gbr"}),
    color_transfer=_names({"bt709", "smpte2084"}),
    color_primaries=_names({"bt709", "bt2020"}),
    start=_seconds,
    duration=st.none() | st.floats(0, 1e9),
    bit_rate=st.integers(0, 10**12),
    dolby_vision_profile=st.none() | st.integers(0, 10),
)
_audios = st.builds(
    AudioStream,
    index=st.integers(0, 100),
    codec=_names({"aac", "ac3"}),
    tag=st.just(""),
    profile=_names({"LC", "HE-AAC"}),
    channels=st.integers(0, 1000),
    sample_rate=st.integers(0, 10**7),
    start=_seconds,
    duration=st.none() | st.floats(0, 1e9),
    bit_rate=st.integers(0, 10**12),
)
INFOS = st.builds(
    MediaInfo,
    container=_names({"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "mpegts"}),
    size=st.integers(0, 10**12),
    duration=st.none() | st.floats(1e-6, 1e9),
    start=st.floats(-1e9, 1e9),
    lead=st.floats(0, 1e9),
    videos=st.lists(_videos, min_size=1, max_size=2).map(tuple),
    audios=st.lists(_audios, max_size=2).map(tuple),
    subtitles=st.integers(0, 3),
    others=st.integers(0, 3),
    covers=st.integers(0, 3),
    chapters=st.integers(0, 3),
    private_tags=st.frozensets(st.text(max_size=3), max_size=2),
    encrypted=st.booleans(),
)
LIMITS = st.builds(Limits, max_output_bytes=st.integers(1, 10**10), max_pixels=st.just(10**19))


@given(INFOS, LIMITS, st.sampled_from([CPU, GPU]), st.booleans())
def test_any_file_gets_plans_or_a_reason(
    info: MediaInfo, limits: Limits, capabilities: Capabilities, first: bool
) -> None:
    try:
        found = plans(info, limits, capabilities, moov_first=first)
    except ConversionError as error:
        assert isinstance(error, Refused)  # noqa: PT017 - a right end too
        return
    assert found
    order = [*Action]
    assert [p.action for p in found] == sorted((p.action for p in found), key=order.index)
    for plan in found:
        assert plan.copies_video or plan.filters
        if not plan.copies_video:
            assert plan.width % 2 == plan.height % 2 == 0
            assert min(plan.width, plan.height) >= 16
            assert max(plan.width, plan.height) <= 1920
