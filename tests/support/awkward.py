"""Files that give trouble, by name, as facts."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from converter.media import MediaInfo
from tests.support.facts import (
    AUDIO,
    COVER,
    INFO,
    MKV,
    PAINTED,
    SONG,
    TEXT,
    VIDEO,
    with_audio,
    with_video,
)

_HDR: dict[str, Any] = {
    "codec": "hevc",
    "profile": "Main 10",
    "level": 93,
    "pix_fmt": "yuv420p10le",
    "bit_depth": 10,
    "color_space": "bt2020nc",
    "color_primaries": "bt2020",
}
_TRACKS = (replace(AUDIO, language="eng"), replace(AUDIO, index=2, language="rus", codec="ac3"))


def _turned(degrees: int) -> MediaInfo:
    return with_video(rotation=degrees, transformed=True)


FILES: Mapping[str, MediaInfo] = {
    "ordinary": INFO,
    "turned 90": _turned(90),
    "turned 180": _turned(180),
    "turned 270": _turned(270),
    "mirrored": _turned(0),
    "long pixels": with_video(sar=Fraction(4, 3)),
    "odd": with_video(width=321, height=241),
    "vfr": with_video(fps=Fraction(30), peak_fps=Fraction(1000)),
    "120 fps": with_video(fps=Fraction(120), peak_fps=Fraction(120), frames=1200),
    "interlaced": with_video(field_order="tt"),
    "10-bit": with_video(profile="High 10", pix_fmt="yuv420p10le", bit_depth=10),
    "4:4:4": with_video(profile="High 4:4:4 Predictive", pix_fmt="yuv444p"),
    "hdr10": with_video(color_transfer="smpte2084", **_HDR),
    "hlg": with_video(color_transfer="arib-std-b67", **_HDR),
    "bt2020": with_video(color_transfer="bt709", **_HDR),
    "full range": with_video(color_range="pc"),
    "alpha": with_video(
        replace(INFO, container=MKV),
        codec="vp9",
        profile="Profile 0",
        pix_fmt="yuva420p",
        level=-99,
    ),
    "rgb": with_video(
        replace(INFO, container=MKV), codec="ffv1", profile="", pix_fmt="bgr0", color_space="gbr"
    ),
    "5.1": with_audio(codec="ac3", profile="", channels=6),
    "7.1": with_audio(channels=8),
    "mono": with_audio(channels=1),
    "late sound": with_audio(start=0.5),
    "late picture": with_video(start=0.5),
    "negative start": replace(with_video(start=-1.0), start=-1.0),
    "cover": replace(INFO, covers=(COVER,)),
    "two tracks": replace(INFO, audios=_TRACKS),
    "text": replace(INFO, subtitles=(TEXT,)),
    "painted": replace(INFO, container=MKV, subtitles=(PAINTED,)),
    "no sound": replace(INFO, audios=()),
    "song": SONG,
    "gif": replace(
        INFO,
        container="gif",
        size=200_000,
        videos=(
            replace(
                VIDEO,
                codec="gif",
                profile="",
                level=-99,
                pix_fmt="bgra",
                width=320,
                height=240,
                fps=Fraction(10),
                peak_fps=Fraction(100),
                bit_rate=0,
            ),
        ),
        audios=(),
    ),
    "unknown length": replace(
        with_video(with_audio(duration=None), duration=None, frames=0), duration=None
    ),
}
