"""How each encoder is called. Pure.

The settings were measured, not guessed: docs/decisions/0008-encoder-settings.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from converter.planning.levels import buffer_of
from converter.request import Quality

# A rate cap holds over a window of this many seconds; the window's worth may come on top.
RATE_WINDOW: Final = 2.0
_FEW_LINES: Final = 720
_GROUP_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Encoder:
    """One encoder.

    `crf` is its constant quality (NVENC's is called cq) for each quality; `speed` the options that
    trade time against size; `share` how many bits it needs where x264 needs one. `two_pass`: it
    can look at the whole before it spends a given number of bits. `gpu`: it runs on NVENC.
    `coarser` is added where more than 720 lines are wanted: they hide more.
    """

    name: str
    codec: str
    crf: Mapping[Quality, float]
    speed: tuple[str, ...]
    share: float
    two_pass: bool = False
    gpu: bool = False
    coarser: float = 0.0

    def quality(self, quality: Quality, lines: float) -> float:
        """The constant quality for a picture of so many lines."""
        return round(self.crf[quality] + (self.coarser if lines > _FEW_LINES else 0.0), 2)


def _by_quality(original: float, balanced: float, small: float) -> Mapping[Quality, float]:
    return MappingProxyType(
        {Quality.ORIGINAL: original, Quality.BALANCED: balanced, Quality.SMALL: small}
    )


_NVENC_SPEED: Final = (
    *("-preset", "p5", "-tune", "hq", "-rc", "vbr"),
    *("-spatial-aq", "1", "-temporal-aq", "1", "-rc-lookahead", "20"),
)
_NONE: Final = _by_quality(0, 0, 0)

_ROWS: Final = (
    Encoder(
        "libx264",
        "h264",
        _by_quality(17, 21.3, 26),
        ("-preset", "fast", "-psy-rd", "0.5:0"),
        1.0,
        two_pass=True,
        coarser=1.1,
    ),
    Encoder(
        "libx265",
        "hevc",
        _by_quality(15.6, 20.4, 25.8),
        ("-preset", "veryfast"),
        0.7,
        two_pass=True,
    ),
    Encoder("libsvtav1", "av1", _by_quality(17, 31, 44), ("-preset", "8"), 0.6),
    Encoder(
        "libvpx-vp9",
        "vp9",
        _by_quality(17, 27, 37),
        ("-deadline", "good", "-cpu-used", "4", "-row-mt", "1"),
        0.7,
        two_pass=True,
    ),
    Encoder("h264_nvenc", "h264", _by_quality(20, 24, 28), _NVENC_SPEED, 1.15, gpu=True),
    Encoder("hevc_nvenc", "hevc", _by_quality(22, 26, 30), _NVENC_SPEED, 0.8, gpu=True),
    Encoder("av1_nvenc", "av1", _by_quality(26, 32, 38), _NVENC_SPEED, 0.7, gpu=True),
    Encoder("gif", "gif", _NONE, (), 8.0),
    Encoder("mjpeg", "mjpeg", _NONE, ("-q:v", "3"), 8.0),
    Encoder("png", "png", _NONE, (), 30.0),
)
ENCODERS: Mapping[str, Encoder] = MappingProxyType({row.name: row for row in _ROWS})
ON_GPU: Mapping[str, str] = MappingProxyType(
    {"libx264": "h264_nvenc", "libx265": "hevc_nvenc", "libsvtav1": "av1_nvenc"}
)


@dataclass(frozen=True, slots=True)
class Rate:
    """What bounds the bits: `crf` alone keeps a constant quality, `most` caps it; `average` is
    aimed at instead, over the whole length. All but `crf` in bit/s."""

    crf: float
    most: int | None = None
    average: int | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What one run of an encoder needs besides its rate.

    `level` as ffprobe counts it, 0 to leave it to the encoder; `pass_number` is 1 or 2 of a
    two-pass encode, whose statistics are kept at `stats`; `fps` is the picture's rate, 0.0 when
    unknown.
    """

    threads: int
    level: int = 0
    pass_number: int = 0
    stats: str = ""
    fps: float = 0.0


def options(encoder: Encoder, rate: Rate, setting: Setting) -> list[str]:
    """The encoder's options, without the pixel format."""
    argv = ["-c:v", encoder.name, *encoder.speed]
    if encoder.gpu:
        return argv + _nvenc(rate)
    special = _SPECIAL.get(encoder.name)
    return argv if special is None else argv + special(rate, setting)


def _nvenc(rate: Rate) -> list[str]:
    if rate.average is not None:
        bits = ["-b:v", str(rate.average), "-multipass", "fullres"]
        most = ["-maxrate", str(int(rate.average * 1.5)), "-bufsize", str(rate.average * 2)]
        return bits + most
    return ["-cq", f"{rate.crf:g}", "-b:v", "0", *_cap(rate)]


def _x264(rate: Rate, setting: Setting) -> list[str]:
    argv = ["-threads", str(setting.threads), "-profile:v", "high"]
    argv += ["-level:v", f"{setting.level / 10:.1f}"] if setting.level else []
    room = buffer_of(setting.level) if setting.level else None
    return [*argv, *_aim(rate, room), *_keyframes(setting), *_turn(setting)]


def _x265(rate: Rate, setting: Setting) -> list[str]:
    words = ["log-level=warning", f"pools={setting.threads}"]
    if setting.pass_number:
        words += [f"pass={setting.pass_number}", f"stats={_escaped(setting.stats)}"]
    return [*_aim(rate), *_keyframes(setting), "-x265-params", ":".join(words)]


def _svtav1(rate: Rate, setting: Setting) -> list[str]:
    words = [f"lp={setting.threads}"]
    if rate.average is not None:
        return ["-b:v", str(rate.average), "-svtav1-params", ":".join(words)]
    # Its cap in constant quality is a maximum rate of its own.
    words += [f"mbr={rate.most // 1000}"] if rate.most is not None else []
    return ["-crf", f"{rate.crf:g}", "-svtav1-params", ":".join(words)]


def _vp9(rate: Rate, setting: Setting) -> list[str]:
    if rate.average is not None:
        bits = ["-b:v", str(rate.average), "-maxrate", str(int(rate.average * 1.5))]
        bits += ["-bufsize", str(rate.average * 2)]
    else:
        bits = ["-crf", f"{rate.crf:g}", "-b:v", str(rate.most or 0)]
    return [*bits, "-threads", str(setting.threads), *_keyframes(setting), *_turn(setting)]


def _keyframes(setting: Setting) -> list[str]:
    """One at least every ten seconds: enough to seek by, few enough to cost nothing."""
    return ["-g", str(round(setting.fps * _GROUP_SECONDS))] if setting.fps else []


def _turn(setting: Setting) -> list[str]:
    return (
        ["-pass", str(setting.pass_number), "-passlogfile", setting.stats]
        if setting.pass_number
        else []
    )


_SPECIAL = {"libx264": _x264, "libx265": _x265, "libsvtav1": _svtav1, "libvpx-vp9": _vp9}


def _aim(rate: Rate, room: int | None = None) -> list[str]:
    if rate.average is not None:
        return ["-b:v", str(rate.average)]
    return ["-crf", f"{rate.crf:g}", *_cap(rate, room)]


def _cap(rate: Rate, room: int | None = None) -> list[str]:
    if rate.most is None:
        return []
    window = int(rate.most * RATE_WINDOW)
    size = window if room is None else min(window, room)
    return ["-maxrate", str(rate.most), "-bufsize", str(size)]


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace(":", "\\:")
