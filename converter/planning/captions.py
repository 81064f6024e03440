"""Which subtitle tracks are wanted, and where painted ones are laid. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from converter.formats import TARGETS
from converter.input import brightness
from converter.input.subtitles import Wanted
from converter.media import MediaInfo, SubtitleStream, VideoStream
from converter.planning.choice import burned, kept
from converter.request import Request

_WIDE: Final = Fraction(16, 9)
_NARROW: Final = Fraction(4, 3)
# Pictures of television, whose pixels are no squares.
_TELEVISION: Final = frozenset({(720, 576), (720, 480), (704, 576), (704, 480), (544, 576)})
# What painted subtitles are laid out on where the file doesn't tell.
_USUAL: Final = {"hdmv_pgs_subtitle": (1920, 1080)}
_USUAL_CANVAS: Final = (720, 576)
# Shapes that differ by less than this are one.
_SAME: Final = Fraction(1, 50)
_EVEN: Final = 2


@dataclass(frozen=True, slots=True)
class Laid:
    """A rectangle of the picture, in pixels."""

    width: int
    height: int
    x: int = 0
    y: int = 0


def wanted(info: MediaInfo, request: Request) -> Wanted:
    """The text tracks that the result will show or hold. Raises Refused (NO_TRACK)."""
    target = TARGETS[request.target]
    if target.picture is None:
        return Wanted()
    track = burned(info, request)
    if track is not None:
        return Wanted((track,) if track.text else (), burned=True)
    tracks = [s for s in kept(info, request) if s.text and (s.own or request.speed == 1)]
    if not tracks or not target.subtitles:
        return Wanted()
    return Wanted(tuple(tracks), start=request.start, end=_end(info, request), speed=request.speed)


def _end(info: MediaInfo, request: Request) -> float:
    """When the last of what is wanted is over, in seconds of the file: words that go on would make
    the result longer than its picture."""
    known = [moment for moment in (request.end, info.duration) if moment is not None]
    return min(known, default=float("inf"))


def canvas(track: SubtitleStream) -> tuple[int, int]:
    """The size in pixels that a painted track is laid out on."""
    return track.canvas if min(track.canvas) > 0 else _USUAL.get(track.codec, _USUAL_CANVAS)


def laid(track: SubtitleStream, video: VideoStream, picture: tuple[int, int]) -> Laid:
    """Where the canvas of a painted track comes to lie on a `picture` of so many pixels: as large
    as it can be without losing anything or its shape, in the middle."""
    width, height = picture
    shape = _shape(canvas(track), video)
    if abs(shape * height / width - 1) <= _SAME:
        return Laid(width, height)
    wide = min(Fraction(width), height * shape)
    size = _even(wide), _even(wide / shape)
    return Laid(*size, _even(Fraction(width - size[0], 2)), _even(Fraction(height - size[1], 2)))


def over(at: Laid, kind: str, colours: str = "") -> tuple[str, str, str]:
    """A filter that lays a painted track over the picture there, its reason, and what becomes of
    the track before; `kind` is overlay's word for the picture's pixels."""
    text = f"overlay=x={at.x}:y={at.y}:eof_action=pass:format={kind}"
    # Sharper ways overshoot: rims brighter than white.
    return text, "subtitles", f"scale={at.width}:{at.height}:flags=bilinear{colours}"


def bright(at: Laid, transfer: str, level: str) -> tuple[str, str, str]:
    """The same over a picture that stays HDR: white as bright as paper."""
    colours = f":out_color_matrix=bt2020:out_range={level},format=yuva420p10le"
    text, reason, beside = over(at, "yuv420p10", colours)
    return text, reason, f"{brightness.lookup(transfer)},{beside}"


def _shape(size: tuple[int, int], video: VideoStream) -> Fraction:
    """Width by height as it is meant to be seen."""
    if size == (video.width, video.height):
        # Painted for these very pixels, whatever their shape.
        return Fraction(*size) * video.sar
    if size in _TELEVISION:
        own = Fraction(*video.display_size)
        return min((_WIDE, _NARROW), key=lambda shape: abs(shape - own))
    return Fraction(*size)


def _even(length: Fraction) -> int:
    return max(0, round(length / _EVEN) * _EVEN)
