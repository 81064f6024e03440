"""How long a file plays, and which part of that is wanted. Pure."""

from typing import Final

from converter.errors import Code, Refused
from converter.formats import Target
from converter.media import SEEKLESS, AudioStream, MediaInfo, VideoStream
from converter.planning import suitability
from converter.planning.plan import Cut
from converter.request import Request

_LAST_FRAME: Final = 0.045
# Longer than the keyframes of broadcasts are apart.
_RUN_UP: Final = 10.0


def length_of(
    info: MediaInfo, streams: tuple[VideoStream | AudioStream | None, ...]
) -> float | None:
    """Seconds that these streams play, None when nobody can tell. Tracks that are left out don't
    count."""
    chosen = [stream for stream in streams if stream is not None]
    ends = [
        max(0.0, (s.start or 0.0) - info.start) + s.duration
        for s in chosen
        if s.duration is not None
    ]
    return max(ends) if chosen and len(ends) == len(chosen) else info.duration


def cut_at(info: MediaInfo, start: float, length: float | None = None) -> Cut:
    """A part of this file that begins at `start`, seconds: found by seeking where that is exact,
    else by reading from a while before."""
    if any(info.is_container(name) for name in SEEKLESS):
        return Cut(0.0, length, start)
    if any(info.is_container(name) for name in suitability.SEEKS_ROUGHLY):
        before = max(0.0, start - _RUN_UP)
        return Cut(before, length, start - before)
    return Cut(start, length)


def cut_for(info: MediaInfo, request: Request, target: Target, whole: float | None) -> Cut:
    if whole is not None and request.start >= whole:
        raise outside("start", request.start, whole)
    length = None if request.end is None else request.end - request.start
    if target.max_seconds is not None:
        # The last frame begins before the end and still has to be over by then.
        most = (target.max_seconds - _LAST_FRAME) * request.speed
        length = most if length is None else min(length, most)
    return cut_at(info, request.start, length)


def outside(option: str, moment: float, whole: float) -> Refused:
    """For a moment that the file, `whole` seconds long, doesn't reach."""
    detail = f"{option} {moment:g} of {whole:g} s"
    return Refused(Code.BAD_REQUEST, detail, why="outside", option=option, length=whole)


def seconds_of(cut: Cut, whole: float | None) -> float | None:
    """Length of the part that is wanted."""
    if whole is None:
        return None
    left = max(0.0, whole - cut.start - cut.skip)
    return left if cut.length is None else min(left, cut.length)


def wanted_seconds(request: Request, whole: float | None) -> float:
    """Length of what the person wants, before the target's own limit."""
    end = request.end if request.end is not None else whole
    if end is None:
        return 0.0
    return (min(end, whole or end) - request.start) / request.speed
