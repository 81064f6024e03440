"""What the frames of a file become for a wish, before any limit on the size of the file. Pure."""

from typing import Final

from converter.formats import Kind, PictureRule, Shape
from converter.media import VideoStream
from converter.planning import clock
from converter.planning.filters import Look
from converter.planning.geometry import geometry
from converter.planning.task import Task

# Containers and codecs whose pictures may change their size on the way.
_CHANGING: Final = ("mpegts", "mpeg", "flv", "ogg", "asf", "ivf", "h264", "hevc")
_CHANGING_IN_WEBM: Final = frozenset({"vp8", "vp9"})
# Their descriptions were counted (input/glance).
_DESCRIBED: Final = frozenset({"h264", "hevc"})
USUAL_FPS: Final = 30.0
STEADY: Final = 25.0
# A last picture is a pause from here on, seconds, and as a multiple of what is usual.
_LEAST_PAUSE: Final = 0.2
_LONGER: Final = 1.5
HIGH_DEPTH: Final = 10


def look_for(task: Task, rule: PictureRule, video: VideoStream) -> Look:
    """What the frames become, before any limit on the size of the file."""
    request = task.request
    deep = rule.deep and request.ten_bit and video.bit_depth >= HIGH_DEPTH
    wanted = request.max_fps if request.max_fps is not None else rule.max_fps
    alpha = rule.alpha and (video.alpha or rule.shape is Shape.PADDED)
    fitted = rule.shape is Shape.FIT and not video.alpha
    return Look(
        geometry=geometry(video, task.target, rule, request),
        pixels="yuva420p" if alpha else ("yuv420p10le" if deep else "yuv420p"),
        max_fps=min(wanted, rule.max_fps),
        rotate=request.rotate,
        mirror=request.mirror,
        speed=request.speed,
        alpha=alpha,
        hdr=deep and video.hdr,
        changing=fitted and _may_change(task, video),
        burn=task.burn,
        start=task.cut.start,
        end=_last_pause(task, video),
        counted=float(video.fps or STEADY) if clock.counted(task.info, video) else None,
        lead=task.lead,
    )


def _last_pause(task: Task, video: VideoStream) -> float | None:
    """When the last picture ends, seconds from the beginning of the part that is wanted, where it
    stands longer than the others (an animation, slides) and isn't cut off."""
    found, cut = video.packets, task.cut
    if found is None or found.broken or video.duration is None:
        return None
    usual = 1 / float(video.peak_fps or video.fps or USUAL_FPS)
    longer = found.last > max(_LEAST_PAUSE, usual * _LONGER)
    if not longer or cut.skip > 0 or task.target.kind not in {Kind.VIDEO, Kind.ANIMATION}:
        return None
    end = (video.start or 0.0) + video.duration - task.info.start - cut.start
    return end if cut.length is None or end <= cut.length else None


def _may_change(task: Task, video: VideoStream) -> bool:
    """Whether the frames' size may change in mid-stream: it was seen to, or nobody can tell by
    descriptions (broadcasts, calls)."""
    if video.varies or (video.packets is not None and video.codec not in _DESCRIBED):
        return True
    called = video.codec in _CHANGING_IN_WEBM and task.info.container in {"webm", "matroska"}
    return called or any(task.info.is_container(name) for name in _CHANGING)


def frame_rate(task: Task, look: Look, video: VideoStream) -> float:
    """Frames per second that are expected of the result."""
    own = float(video.fps) if video.fps else USUAL_FPS
    return min(own * task.request.speed, look.max_fps)
