"""What a right output is, one row per target."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

H264_PROFILES: Final = frozenset({"Constrained Baseline", "Baseline", "Main", "High"})
MP4_BRANDS: Final = frozenset(
    {"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V"}
)
EIGHT_BITS: Final = frozenset({"yuv420p"})
TEN_BITS_TOO: Final = frozenset({"yuv420p", "yuv420p10le"})
WITH_ALPHA_TOO: Final = frozenset({"yuv420p", "yuva420p"})


class Family(StrEnum):
    """What a target is made of."""

    PICTURE = "picture"
    SOUND = "sound"
    FRAME = "frame"


class Shape(StrEnum):
    """Which size it must have."""

    AS_SHOWN = "as shown"
    SAME_SIZE = "same size"
    SQUARE = "square"
    TOUCHING = "one side exactly, no side more"


@dataclass(frozen=True, slots=True)
class Expectation:
    """A target. Empty sets ask for nothing, but for `sound_codecs`: no sound at all, unless
    `any_sound`.

    `container` is ffprobe's first name of it, `brands` are MP4's. `side` in pixels belongs to
    `shape`; a picture with a side under `min_side` is blown up to what its encoder takes. `sdr`: no
    other kind of brightness may be left. `keeps`: every sound track, subtitle and chapter of the
    source is still there, and the picture may stay as it is. `titles` and `covers`: the names of a
    song and the picture on its sleeve may stay. `thumbnail`: a small picture stands for it until
    it plays. `subtitles` may be in it, or `painted` into
    the picture.
    """

    key: str
    family: Family
    containers: frozenset[str]
    brands: frozenset[str] = frozenset()
    codecs: frozenset[str] = frozenset()
    tag: str = ""
    pixels: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    max_level: int = 0
    sound_codecs: frozenset[str] = frozenset()
    any_sound: bool = False
    max_channels: int = 2
    max_fps: float = 60.0
    shape: Shape = Shape.AS_SHOWN
    side: int = 0
    min_side: int = 16
    max_seconds: float = 0.0
    max_bytes: int = 0
    index_first: bool = False
    sdr: bool = True
    keeps: bool = False
    titles: bool = False
    covers: bool = False
    every_frame: bool = True
    thumbnail: bool = False
    subtitles: bool = False
    painted: bool = False

    @property
    def silent(self) -> bool:
        """No sound belongs into it."""
        return not self.sound_codecs and not self.any_sound


MP4: Final = Expectation(
    key="mp4",
    family=Family.PICTURE,
    containers=frozenset({"mov"}),
    brands=MP4_BRANDS,
    codecs=frozenset({"h264"}),
    pixels=EIGHT_BITS,
    profiles=H264_PROFILES,
    max_level=52,
    # MP3 in MP4 is silent on Safari and iOS.
    sound_codecs=frozenset({"aac"}),
    index_first=True,
    thumbnail=True,
)
_MODERN: Final = replace(MP4, profiles=frozenset(), max_level=0, pixels=TEN_BITS_TOO, sdr=False)
_WEBM: Final = Expectation(
    key="webm",
    family=Family.PICTURE,
    containers=frozenset({"matroska"}),
    codecs=frozenset({"vp9"}),
    pixels=WITH_ALPHA_TOO,
    sound_codecs=frozenset({"opus"}),
    thumbnail=True,
)
_STICKER: Final = replace(
    _WEBM,
    key="sticker",
    thumbnail=False,
    sound_codecs=frozenset(),
    max_fps=30.0,
    shape=Shape.TOUCHING,
    side=512,
    max_seconds=3.0,
    max_bytes=256 * 1024,
)
_SOUND: Final = Expectation(
    key="", family=Family.SOUND, containers=frozenset(), titles=True, covers=True
)

_ROWS: Final = (
    MP4,
    replace(_MODERN, key="hevc", codecs=frozenset({"hevc"}), tag="hvc1"),
    replace(
        _MODERN,
        key="av1",
        codecs=frozenset({"av1"}),
        sound_codecs=frozenset({"aac", "opus"}),
        min_side=64,
    ),
    _WEBM,
    Expectation(
        key="mkv",
        family=Family.PICTURE,
        containers=frozenset({"matroska"}),
        any_sound=True,
        # Surround sound that is copied stays what it is.
        max_channels=64,
        max_fps=0.0,
        sdr=False,
        keeps=True,
        titles=True,
        thumbnail=True,
    ),
    replace(MP4, key="mov", brands=frozenset({"qt"})),
    replace(MP4, key="animation", sound_codecs=frozenset()),
    Expectation(
        key="gif",
        family=Family.PICTURE,
        containers=frozenset({"gif"}),
        codecs=frozenset({"gif"}),
        max_fps=50.0,
        every_frame=False,
    ),
    replace(MP4, key="note", shape=Shape.SQUARE, side=384, max_seconds=60.0, max_bytes=12_582_912),
    _STICKER,
    replace(_STICKER, key="emoji", shape=Shape.SQUARE, side=100, max_bytes=64 * 1024),
    replace(_SOUND, key="mp3", containers=frozenset({"mp3"}), sound_codecs=frozenset({"mp3"})),
    replace(
        _SOUND,
        key="m4a",
        containers=frozenset({"mov"}),
        brands=frozenset({"M4A"}),
        sound_codecs=frozenset({"aac"}),
    ),
    replace(
        _SOUND,
        key="opus",
        containers=frozenset({"ogg"}),
        sound_codecs=frozenset({"opus"}),
        covers=False,
    ),
    replace(
        _SOUND,
        key="flac",
        containers=frozenset({"flac"}),
        sound_codecs=frozenset({"flac"}),
        max_channels=8,
    ),
    Expectation(
        key="frame",
        family=Family.FRAME,
        containers=frozenset({"image2", "jpeg_pipe", "png_pipe"}),
        codecs=frozenset({"mjpeg", "png"}),
        max_fps=0.0,
        shape=Shape.SAME_SIZE,
        every_frame=False,
    ),
)
EXPECTATIONS: Final[Mapping[str, Expectation]] = MappingProxyType({row.key: row for row in _ROWS})
# What a sound is judged by where the target is a picture.
FOR_SOUNDS: Final = "m4a"
