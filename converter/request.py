"""What a person asked for. Data; `parse` is the door for what comes from outside."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from converter.errors import Code, Refused
from converter.formats import TARGETS

SLOWEST, FASTEST = 0.5, 2.0
QUIETEST, LOUDEST = -40.0, -10.0
_LEAST_SIDE: Final = 16
_MOST_SIDE: Final = 16_384
_LONGEST_NAME: Final = 16
_MOST_FPS: Final = 240
_LEAST_BYTES: Final = 10_000
_LEAST_CUT: Final = 0.04


class Quality(StrEnum):
    """How much of the original a new picture keeps."""

    ORIGINAL = "original"
    BALANCED = "balanced"
    SMALL = "small"


class Subtitles(StrEnum):
    """What becomes of subtitles. AUTO keeps them where the target keeps everything, else drops
    them."""

    AUTO = "auto"
    DROP = "drop"
    KEEP = "keep"
    BURN = "burn"


class Still(StrEnum):
    """The kind of a single picture."""

    JPEG = "jpeg"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Request:
    """One wish: the key of a target in `formats.TARGETS`, and how it differs from the usual.

    `max_side` bounds the longer side and `height` the shorter (720 as in "720p"), in pixels,
    nothing is ever enlarged by them; `max_fps` in frames per second. `max_bytes` is a size to be
    reached from below, `fit` asks for what the receiving side takes. `start` and `end` cut, in
    seconds; with `exact` false the cut may begin earlier, at a keyframe, and nothing is encoded
    anew for it. `audio` picks a track by number from 1 or by language ("ru", "rus"). `loudness`
    in LUFS. `subtitle` picks the track to burn, like `audio`. `rotate` clockwise in degrees,
    after that `mirror` swaps left and right. `speed` 2.0 is twice as fast. `metadata` keeps what
    the file says about itself. `ten_bit` keeps more than 8 bits and HDR where the target can.
    `at` is the moment of a single picture, in seconds, None for one near the beginning.
    """

    target: str = "mp4"
    quality: Quality = Quality.BALANCED
    max_side: int | None = None
    height: int | None = None
    max_fps: float | None = None
    max_bytes: int | None = None
    fit: bool = False
    start: float = 0.0
    end: float | None = None
    exact: bool = True
    mute: bool = False
    audio: str = ""
    loudness: float | None = None
    subtitles: Subtitles = Subtitles.AUTO
    subtitle: str = ""
    rotate: int = 0
    mirror: bool = False
    speed: float = 1.0
    metadata: bool = False
    ten_bit: bool = False
    at: float | None = None
    still: Still = Still.JPEG

    @property
    def cuts(self) -> bool:
        """Only a part is wanted."""
        return self.start > 0 or self.end is not None


def check_request(request: Request) -> None:
    """Refuse a wish that makes no sense. Raises Refused (BAD_REQUEST) naming the `option`."""
    wrong = [
        ("target", request.target not in TARGETS),
        ("max_side", not _a_side(request.max_side)),
        ("height", not _a_side(request.height)),
        ("audio", len(request.audio) > _LONGEST_NAME),
        ("subtitle", len(request.subtitle) > _LONGEST_NAME),
        ("max_fps", request.max_fps is not None and not 1 <= request.max_fps <= _MOST_FPS),
        ("max_bytes", request.max_bytes is not None and request.max_bytes < _LEAST_BYTES),
        ("start", not 0 <= request.start < math.inf),
        ("end", request.end is not None and not request.end >= request.start + _LEAST_CUT),
        ("at", request.at is not None and not 0 <= request.at < math.inf),
        ("speed", not SLOWEST <= request.speed <= FASTEST),
        ("rotate", request.rotate not in {0, 90, 180, 270}),
        ("loudness", request.loudness is not None and not QUIETEST <= request.loudness <= LOUDEST),
    ]
    for option, bad in wrong:
        if bad:
            raise Refused(Code.BAD_REQUEST, f"{option} {getattr(request, option)}", option=option)


def _a_side(side: int | None) -> bool:
    return side is None or _LEAST_SIDE <= side <= _MOST_SIDE


def parse(data: Mapping[str, Any]) -> Request:
    """The request that `data` holds by the names of its fields: what `dump` made, or a form.

    Raises Refused (BAD_REQUEST) for an unknown name, a wrong type or a senseless value.
    """
    known = {field.name: field.default for field in fields(Request)}
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            raise Refused(Code.BAD_REQUEST, f"no option {name}", option=str(name))
        try:
            values[name] = _read(name, value)
        except (TypeError, ValueError, OverflowError) as error:
            raise Refused(Code.BAD_REQUEST, f"{name} {value!r}", option=name) from error
    request = Request(**values)
    check_request(request)
    return request


def dump(request: Request) -> dict[str, Any]:
    """The request as JSON has it, without what is as usual."""
    usual = Request()
    found = {field.name: getattr(request, field.name) for field in fields(Request)}
    return {n: v for n, v in found.items() if n == "target" or v != getattr(usual, n)}


_WHOLE: Final = frozenset({"max_side", "height", "max_bytes", "rotate"})
_REAL: Final = frozenset({"max_fps", "start", "end", "loudness", "speed", "at"})
_OPTIONAL: Final = frozenset(
    {"max_side", "height", "max_fps", "max_bytes", "end", "loudness", "at"}
)
_YES_OR_NO: Final = frozenset({"fit", "exact", "mute", "mirror", "metadata", "ten_bit"})
_CHOICES: Final = {"quality": Quality, "subtitles": Subtitles, "still": Still}


def _read(name: str, value: object) -> object:
    if value is None and name in _OPTIONAL:
        return None
    if name in _YES_OR_NO:
        if not isinstance(value, bool):
            raise TypeError(name)
        return value
    if name in _CHOICES:
        return _CHOICES[name](str(value))
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(name)
    if name in _WHOLE:
        return int(value)
    return float(value) if name in _REAL else str(value)
