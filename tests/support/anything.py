"""Any file, any wish, any machine: strategies for tests of what must hold for all of them."""

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from converter.formats import TARGETS
from converter.limits import Limits
from converter.media import AudioStream, Cover, MediaInfo, SubtitleStream, VideoStream
from converter.options import (
    FASTEST,
    LOUDEST,
    OPTIONS,
    QUIETEST,
    SLOWEST,
    Quality,
    Still,
    Subtitles,
    options_for,
)
from converter.request import Request, usual
from tests.support.facts import CARD, CPU, DECODER, EIGHT_BIT, FULL


def _names(known: Collection[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(known)) | st.text(max_size=8)


_seconds = st.none() | st.floats(-(2.0**62), 2.0**62)
_rates = st.none() | st.fractions(min_value=Fraction(1, 10**9), max_value=10**9)
_languages = st.sampled_from(["", "rus", "eng", "ger", "xx"])
_lengths = st.none() | st.just(0.0) | st.floats(1e-6, 1e9)
_videos = st.builds(
    VideoStream,
    index=st.integers(0, 100),
    codec=_names({"h264", "hevc", "mpeg2video", "gif", "vp9", "av1", "png"}),
    tag=st.just(""),
    profile=_names({"High", "Main", "High 10", "Profile 0"}),
    level=st.integers(-99, 200),
    pix_fmt=_names({"yuv420p", "yuvj420p", "yuv420p10le", "argb", "rgb24", "pal8", "yuva420p"}),
    bit_depth=st.sampled_from([8, 10]),
    width=st.integers(1, 2**31) | st.integers(1, 5000),
    height=st.integers(1, 2**31) | st.integers(1, 5000),
    sar=st.just(Fraction(1)) | st.fractions(Fraction(1, 2**31), 2**31).filter(bool),
    rotation=st.sampled_from([0, 90, 180, 270]),
    transformed=st.booleans(),
    fps=_rates,
    peak_fps=_rates,
    field_order=_names({"tt", "progressive", "unknown"}),
    color_range=_names({"tv", "pc"}),
    color_space=_names({"bt709", "bt2020nc", "gbr"}),
    color_transfer=st.sampled_from(["", "bt709", "smpte2084", "arib-std-b67", "bt2020-10"]),
    color_primaries=_names({"bt709", "bt2020"}),
    start=_seconds,
    duration=_lengths,
    bit_rate=st.integers(0, 10**12),
    dolby_vision_profile=st.none() | st.integers(0, 10),
    frames=st.integers(0, 10**9),
    language=_languages,
    default=st.booleans(),
)
_audios = st.builds(
    AudioStream,
    index=st.integers(0, 100),
    codec=_names({"aac", "ac3", "mp3", "opus", "flac"}),
    tag=st.just(""),
    profile=_names({"LC", "HE-AAC"}),
    channels=st.integers(0, 1000),
    sample_rate=st.integers(0, 10**7),
    start=_seconds,
    duration=_lengths,
    bit_rate=st.integers(0, 10**12),
    language=_languages,
    default=st.booleans(),
)
_subtitles = st.builds(
    SubtitleStream,
    index=st.integers(0, 100),
    codec=_names({"subrip", "ass", "mov_text", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle"}),
    language=_languages,
    default=st.booleans(),
)
_containers = {
    *("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "mpegts", "gif", "mp3", "ogg", "mov"),
}
INFOS = st.builds(
    MediaInfo,
    container=_names(_containers),
    size=st.integers(0, 10**12),
    duration=st.none() | st.floats(1e-6, 1e9),
    start=st.floats(-1e9, 1e9),
    lead=st.floats(0, 1e9),
    videos=st.lists(_videos, max_size=2).map(tuple),
    audios=st.lists(_audios, max_size=2).map(tuple),
    subtitles=st.lists(_subtitles, max_size=2).map(tuple),
    others=st.integers(0, 3),
    covers=st.lists(st.builds(Cover, st.integers(0, 100), st.just("mjpeg")), max_size=2).map(tuple),
    chapters=st.integers(0, 3),
    private_tags=st.frozensets(st.text(max_size=3), max_size=2),
    encrypted=st.booleans(),
    fonts=st.lists(st.integers(0, 100), max_size=2).map(tuple),
    tags=st.dictionaries(st.sampled_from(["title", "artist", "x"]), st.text(max_size=8)),
)
# What each option may be, its usual value as often as not.
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "quality": st.sampled_from(Quality),
    "max_side": st.none() | st.integers(16, 16_384),
    "height": st.none() | st.integers(16, 16_384),
    "max_fps": st.none() | st.floats(1, 240),
    "max_bytes": st.none() | st.integers(10_000, 10**10),
    "fit": st.booleans(),
    "start": st.just(0.0) | st.floats(0, 1e6),
    "end": st.none() | st.floats(0.05, 1e6),
    "exact": st.booleans(),
    "mute": st.booleans(),
    "audio": st.sampled_from(["", "", "1", "2", "ru", "rus", "english", "0", "²"]),
    "loudness": st.none() | st.floats(QUIETEST, LOUDEST),
    "subtitles": st.sampled_from(Subtitles),
    "subtitle": st.sampled_from(["", "", "1", "ru"]),
    "rotate": st.sampled_from([0, 90, 180, 270]),
    "mirror": st.booleans(),
    "speed": st.just(1.0) | st.floats(SLOWEST, FASTEST),
    "metadata": st.booleans(),
    "ten_bit": st.booleans(),
    "at": st.none() | st.floats(0, 1e6),
    "still": st.sampled_from(Still),
}


@st.composite
def _requests(draw: st.DrawFn) -> Request:
    target = TARGETS[draw(st.sampled_from(sorted(TARGETS)))]
    said: dict[str, Any] = {}
    for option in options_for(target):
        if option.name != "target":
            value = draw(_VALUES[option.name])
            if value != usual(option.name) and option.suits(target, value):
                said[option.name] = value
    for name in list(said):
        needs = OPTIONS[name].needs
        lacks = needs is not None and said.get(needs[0]) != needs[1]
        if lacks or any(other in said for other in OPTIONS[name].excludes):
            del said[name]
    if "end" in said:
        said["end"] += said.get("start", 0.0)
    return Request(target=target.key, **said)


# Any request that makes sense.
REQUESTS = _requests()
LIMITS = st.builds(Limits, max_output_bytes=st.integers(1, 10**10), max_pixels=st.just(10**19))
CAPABILITIES = st.sampled_from(
    [CPU, *(replace(CPU, gpu=card) for card in (CARD, FULL, DECODER, EIGHT_BIT))]
)
