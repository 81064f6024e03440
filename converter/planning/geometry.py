"""How large the picture becomes. Pure; all sizes in pixels as shown."""

from dataclasses import dataclass, replace
from typing import Final

from converter.formats import Kind, PictureRule, Shape, Target
from converter.media import VideoStream
from converter.request import Quality, Request

# What H.264's level 5.2 may show on its longer side.
LARGEST: Final = 4096
_EVEN: Final = 2
# Rounding to even sides moves a small picture's shape by no more than this.
_MOST_STRETCHED: Final = 1.3


@dataclass(frozen=True, slots=True)
class Geometry:
    """`size` after scaling; `square` cuts the middle out before that; `canvas` is what the picture
    is laid upon afterwards, None for the picture alone."""

    size: tuple[int, int]
    square: bool = False
    canvas: tuple[int, int] | None = None

    @property
    def shown(self) -> tuple[int, int]:
        """The size of the result."""
        return self.canvas or self.size

    def shrunk(self, scale: float, least: int) -> "Geometry":
        """The same shape, smaller, even, no side under `least`."""
        width, height = (max(least, _even(side * scale)) for side in self.size)
        return replace(self, size=(width, height))


def geometry(video: VideoStream, target: Target, rule: PictureRule, request: Request) -> Geometry:
    """The size that the target and the person ask for."""
    width, height = video.display_size
    if request.rotate in {90, 270}:
        width, height = height, width
    if rule.shape is Shape.SQUARE:
        return Geometry((rule.side, rule.side), square=True)
    if rule.shape is not Shape.FIT:
        scale = rule.side / max(width, height)
        size = (_side(width * scale, rule), _side(height * scale, rule))
        return Geometry(size, canvas=_canvas(size, rule))
    most = most_side((width, height), target, rule, request)
    return _undistorted((width, height), fit((width, height), most, rule))


def _undistorted(shown: tuple[int, int], size: tuple[int, int]) -> Geometry:
    """A ribbon that no encoder takes as narrow as it is stands between bars instead of being
    stretched."""
    scale = min(size[0] / shown[0], size[1] / shown[1])
    inner = (max(_EVEN, _even(shown[0] * scale)), max(_EVEN, _even(shown[1] * scale)))
    stretched = max(size[0] / inner[0], size[1] / inner[1]) > _MOST_STRETCHED
    return Geometry(inner, canvas=size) if stretched else Geometry(size)


def most_side(shown: tuple[int, int], target: Target, rule: PictureRule, request: Request) -> float:
    """How long the longer side may be."""
    most = float(rule.max_side)
    if request.quality is Quality.SMALL:
        most = rule.max_small
    elif request.quality is Quality.ORIGINAL and target.kind is Kind.VIDEO:
        most = LARGEST
    if request.max_side is not None:
        most = min(most, request.max_side) if target.kind is not Kind.VIDEO else request.max_side
    if request.height is not None:
        bound = request.height * max(shown) / min(shown)
        wider = target.kind is Kind.VIDEO and request.max_side is None
        most = bound if wider else min(most, bound)
    return min(most, LARGEST if target.kind is Kind.VIDEO else most)


def fit(size: tuple[int, int], max_side: float, rule: PictureRule) -> tuple[int, int]:
    """Scale (width, height) down so that the longer side is at most `max_side`, both even and at
    least `rule.min_side`. Never enlarges but for that."""
    width, height = size
    least = rule.min_side
    scale = min(max(1.0, least / min(width, height)), max_side / max(width, height))
    return max(least, _even(width * scale)), max(least, _even(height * scale))


def _side(length: float, rule: PictureRule) -> int:
    return min(rule.side, max(rule.min_side, _even(length)))


def _canvas(size: tuple[int, int], rule: PictureRule) -> tuple[int, int] | None:
    wanted = (rule.side, rule.side)
    return wanted if rule.shape is Shape.PADDED and size != wanted else None


def _even(length: float) -> int:
    return round(length / _EVEN) * _EVEN
