"""What a conversion may end in: one row of facts per target.

A new target is a new row here (and, where its codec is new, a row in `encoders`); nothing else
asks which targets exist. Sources: Telegram's rules for each kind of message, and what iOS, Android,
Telegram Desktop and Chrome were found to play.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What a target is for a person: it decides which streams are looked for."""

    VIDEO = "video"
    ANIMATION = "animation"
    GIF = "gif"
    SOUND = "sound"
    FRAME = "frame"


class Shape(StrEnum):
    """How the picture gets its size.

    FIT: as it is, made smaller where it must. SQUARE: cut to a square of `side` pixels. SIDE: the
    longer side is exactly `side`. PADDED: inside a square of `side`, the rest transparent.
    """

    FIT = "fit"
    SQUARE = "square"
    SIDE = "side"
    PADDED = "padded"


@dataclass(frozen=True, slots=True)
class PictureRule:
    """What the picture must be.

    `encoder` makes it where it can't be copied; `codecs` may be copied (None: any); `profiles`
    that every player knows (None: any). `max_level` as ffprobe counts it (H.264: times ten,
    HEVC: times thirty). `max_side` bounds the longer side of a new picture, in pixels, by quality:
    usual and small; None: as large as the level allows. `rate` caps bit/s. `strict` is false where
    everything may stay as it is.
    """

    encoder: str
    codecs: frozenset[str] | None
    profiles: frozenset[str] | None = None
    pixels: frozenset[str] = frozenset({"yuv420p"})
    max_level: int | None = None
    max_side: int = 1920
    max_small: int = 1280
    min_side: int = 16
    max_fps: int = 60
    shape: Shape = Shape.FIT
    side: int = 0
    rate: int | None = None
    tag: str = ""
    alpha: bool = False
    deep: bool = False
    strict: bool = True


@dataclass(frozen=True, slots=True)
class SoundRule:
    """What the sound must be: `codecs` may be copied (None: any), `encoder` makes it otherwise,
    with at most `channels`, at `rate` Hz (0: as it is), `bit_rate` bit/s for two channels."""

    encoder: str
    codecs: frozenset[str] | None
    channels: int = 2
    rate: int = 48_000
    bit_rate: int = 160_000


@dataclass(frozen=True, slots=True)
class Target:
    """One output format.

    `muxer` and `suffix` are ffmpeg's; `containers` its demuxers' names that count as this format
    when nothing is to be done; `remuxable` those whose packets can be copied into it with sound
    timestamps (None: any). `subtitles` names the encoder for kept text subtitles, "" where there
    is no place for any; `everything` keeps all tracks. `max_bytes` and `max_seconds` are the
    format's own limits. `brand` is the MP4 brand that a file must bear to count as this format, ""
    for any.
    """

    key: str
    kind: Kind
    muxer: str
    suffix: str
    containers: frozenset[str]
    remuxable: frozenset[str] | None
    picture: PictureRule | None
    sound: SoundRule | None
    subtitles: str = ""
    everything: bool = False
    faststart: bool = False
    covers: bool = False
    brand: str = ""
    max_bytes: int | None = None
    max_seconds: float | None = None


_SAFE_SOURCES: Final = frozenset({"mp4", "mov", "matroska", "mpegts", "flv"})
_H264: Final = PictureRule(
    encoder="libx264",
    codecs=frozenset({"h264"}),
    profiles=frozenset({"Constrained Baseline", "Baseline", "Main", "High"}),
    max_level=52,
)
# MP3 in MP4 stays silent on Safari and iOS.
_AAC: Final = SoundRule("aac", frozenset({"aac"}))


def _isobmff(key: str, picture: PictureRule, sound: SoundRule | None, **rest: object) -> Target:
    fixed = {
        "kind": Kind.VIDEO,
        "muxer": "mp4",
        "suffix": ".mp4",
        "containers": frozenset({"mp4"}),
        "remuxable": _SAFE_SOURCES,
        "subtitles": "mov_text",
        "faststart": True,
    }
    return Target(key=key, picture=picture, sound=sound, **(fixed | rest))  # type: ignore[arg-type]


def _sound(
    key: str,
    muxer: str,
    containers: str,
    sound: SoundRule,
    *,
    covers: bool = True,
    suffix: str = "",
    brand: str = "",
) -> Target:
    return Target(
        key=key,
        kind=Kind.SOUND,
        muxer=muxer,
        suffix=suffix or f".{key}",
        containers=frozenset({containers}),
        remuxable=None,
        picture=None,
        sound=sound,
        covers=covers,
        faststart=muxer == "ipod",
        brand=brand,
    )


def _sticker(key: str, side: int, shape: Shape, max_bytes: int) -> Target:
    rule = PictureRule(
        encoder="libvpx-vp9",
        codecs=frozenset({"vp9"}),
        profiles=frozenset({"Profile 0"}),
        pixels=frozenset({"yuv420p", "yuva420p"}),
        max_side=side,
        max_small=side,
        min_side=2,
        max_fps=30,
        shape=shape,
        side=side,
        alpha=True,
    )
    return Target(
        key=key,
        kind=Kind.ANIMATION,
        muxer="webm",
        suffix=".webm",
        containers=frozenset({"webm"}),
        remuxable=frozenset({"webm"}),
        picture=rule,
        sound=None,
        max_bytes=max_bytes,
        max_seconds=3.0,
    )


MP4: Final = _isobmff("mp4", _H264, _AAC)

_ROWS: Final = (
    MP4,
    _isobmff(
        "hevc",
        PictureRule(
            encoder="libx265",
            codecs=frozenset({"hevc"}),
            profiles=frozenset({"Main"}),
            max_level=156,
            tag="hvc1",
            deep=True,
        ),
        _AAC,
    ),
    _isobmff(
        "av1",
        PictureRule(
            encoder="libsvtav1",
            codecs=frozenset({"av1"}),
            profiles=frozenset({"Main"}),
            min_side=64,
            deep=True,
        ),
        SoundRule("aac", frozenset({"aac", "opus"}), bit_rate=128_000),
    ),
    Target(
        key="webm",
        kind=Kind.VIDEO,
        muxer="webm",
        suffix=".webm",
        containers=frozenset({"webm"}),
        remuxable=frozenset({"matroska", "webm", "mp4", "ivf"}),
        picture=PictureRule(
            encoder="libvpx-vp9",
            codecs=frozenset({"vp9"}),
            profiles=frozenset({"Profile 0"}),
        ),
        sound=SoundRule("libopus", frozenset({"opus"}), bit_rate=128_000),
        subtitles="webvtt",
    ),
    Target(
        key="mkv",
        kind=Kind.VIDEO,
        muxer="matroska",
        suffix=".mkv",
        containers=frozenset({"matroska"}),
        remuxable=None,
        picture=PictureRule(
            encoder="libx264", codecs=None, max_side=4096, strict=False, max_level=52
        ),
        sound=SoundRule("aac", None, channels=8, rate=0, bit_rate=192_000),
        subtitles="srt",
        everything=True,
    ),
    _isobmff("mov", _H264, _AAC, muxer="mov", suffix=".mov", containers=frozenset({"mov"})),
    _isobmff("animation", _H264, None, kind=Kind.ANIMATION, subtitles=""),
    Target(
        key="gif",
        kind=Kind.GIF,
        muxer="gif",
        suffix=".gif",
        containers=frozenset({"gif"}),
        remuxable=frozenset({"gif"}),
        picture=PictureRule(
            encoder="gif",
            codecs=frozenset({"gif"}),
            pixels=frozenset({"bgra", "pal8"}),
            max_side=480,
            max_small=320,
            max_fps=15,
            alpha=True,
        ),
        sound=None,
        max_bytes=10_000_000,
    ),
    _isobmff(
        "note",
        replace(
            _H264,
            max_level=40,
            max_side=384,
            max_small=384,
            max_fps=30,
            shape=Shape.SQUARE,
            side=384,
            rate=1_000_000,
        ),
        SoundRule("aac", frozenset({"aac"}), bit_rate=64_000),
        subtitles="",
        max_bytes=12_582_912,
        max_seconds=60.0,
    ),
    _sticker("sticker", 512, Shape.SIDE, 256_000),
    _sticker("emoji", 100, Shape.PADDED, 64_000),
    _sound("mp3", "mp3", "mp3", SoundRule("libmp3lame", frozenset({"mp3"}), bit_rate=192_000)),
    _sound(
        *("m4a", "ipod", "mp4", SoundRule("aac", frozenset({"aac"}), bit_rate=160_000)),
        brand="M4A",
    ),
    _sound(
        "opus",
        "ogg",
        "ogg",
        SoundRule("libopus", frozenset({"opus"}), bit_rate=96_000),
        covers=False,
        suffix=".ogg",
    ),
    _sound(
        "flac",
        "flac",
        "flac",
        SoundRule("flac", frozenset({"flac"}), channels=8, rate=0, bit_rate=0),
    ),
    Target(
        key="frame",
        kind=Kind.FRAME,
        muxer="image2",
        suffix=".jpg",
        containers=frozenset({"image2", "jpeg_pipe", "png_pipe"}),
        remuxable=frozenset(),
        picture=PictureRule(
            encoder="mjpeg",
            codecs=frozenset(),
            pixels=frozenset({"yuvj420p", "yuv420p", "rgb24", "rgba"}),
            max_side=8192,
            max_small=1280,
            min_side=2,
            max_fps=1000,
            alpha=True,
        ),
        sound=None,
    ),
)

TARGETS: Mapping[str, Target] = MappingProxyType({row.key: row for row in _ROWS})
