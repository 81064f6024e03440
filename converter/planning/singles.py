"""Plans for what is no film: a GIF and a single picture. Pure."""

import math
from dataclasses import replace
from typing import Final

from converter.errors import Code, ConversionError, Refused
from converter.formats import TARGETS, Kind
from converter.media import MediaInfo
from converter.planning import filters, suitability
from converter.planning.copies import copied
from converter.planning.cuts import cut_at, outside
from converter.planning.encoders import Rate
from converter.planning.filters import Filter
from converter.planning.looks import frame_rate, look_for
from converter.planning.plan import Action, Cut, Note, Picture, Plan, steps_for
from converter.planning.task import Task
from converter.request import Quality, Request, Still

# Bits of a GIF for each pixel and frame, of ordinary footage with few colours moving.
_GIF_BITS: Final = 2.2
_ANY_SIDE: Final = 10_000
_GIF_LEAST_SIDE: Final = 120
_GIF_LEAST_FPS: Final = 8.0
_SHRINK_STEP: Final = 0.85
_SAFETY: Final = 0.92
_STILL_PIXELS: Final = {Still.JPEG: "yuvj420p", Still.PNG: "rgb24"}
_STILL_ENCODERS: Final = {Still.JPEG: "mjpeg", Still.PNG: "png"}
# A frame that a person recognises a film by: a little after its beginning.
_USUAL_MOMENT: Final = 1.0
_SHORTLY: Final = 1.0


def plans(task: Task, *, moov_first: bool) -> tuple[Plan, ...]:
    """What leads to a GIF or a single picture."""
    if task.target.kind is Kind.FRAME:
        return _stills(task)
    return (*_gif_as_it_is(task, moov_first=moov_first), *_gifs(task))


def choosable(request: Request, info: MediaInfo) -> tuple[float, float] | None:
    """Where the part begins and how long it is, in seconds, of which any moment would do for a
    single picture; None where it is another thing that is wanted, or moments can't be found by
    seeking."""
    if TARGETS[request.target].kind is not Kind.FRAME or request.at is not None:
        return None
    end = min(info.duration or 0.0, request.end if request.end is not None else float("inf"))
    exact = cut_at(info, request.start + 1.0).skip == 0
    return (request.start, end - request.start) if exact and end > request.start else None


def smaller(plan: Plan, error: ConversionError) -> Plan | None:
    """A GIF that came out too large, once more with fewer pixels; None for anything else."""
    picture = plan.picture
    if picture is None or picture.encoder != "gif" or error.code is not Code.OUTPUT_TOO_LARGE:
        return None
    if plan.corrective or "least" not in error.facts:
        return None
    scale = math.sqrt(plan.max_bytes / float(error.facts["least"])) * _SAFETY
    size = (_even(picture.width * scale), _even(picture.height * scale))
    again = Filter(f"scale={size[0]}:{size[1]}:flags=lanczos", "size limit")
    resized = replace(picture, width=size[0], height=size[1], filters=(*picture.filters, again))
    notes = tuple(dict.fromkeys((*plan.notes, Note.SHRUNK)))
    return replace(plan, picture=resized, notes=notes, corrective=True)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def _gif_as_it_is(task: Task, *, moov_first: bool) -> list[Plan]:
    rule, video, request = task.target.picture, task.video, task.request
    if rule is None or video is None or video.codec != "gif" or not task.info.is_container("gif"):
        return []
    usual = rule.max_small if request.quality is Quality.SMALL else _ANY_SIDE
    small = max(video.display_size) <= (request.max_side or usual)
    changed = request.rotate or request.mirror or request.speed != 1 or request.cuts
    fits = task.info.size <= task.max_bytes
    if not small or changed or not fits or task.burn or request.height or request.max_fps:
        return []
    if suitability.why_remux(task.info, task.target, request, moov_first=moov_first):
        return []
    return [replace(task.base(Action.NOTHING), picture=copied(video, rule))]


def _gifs(task: Task) -> list[Plan]:
    """A palette made of the clip, then the clip painted with it; made smaller until it should
    fit."""
    rule, video = task.target.picture, task.video
    if rule is None or video is None:
        return []
    look = replace(look_for(task, rule, video), pixels="bgra" if video.alpha else "rgb24")
    look = replace(look, alpha=video.alpha)
    fps = frame_rate(task, look, video)
    shape, slowed = look.geometry, False
    while task.seconds and _gif_bytes(shape.size, fps, task.seconds) > task.max_bytes:
        if max(shape.size) * _SHRINK_STEP >= _GIF_LEAST_SIDE:
            shape = shape.shrunk(_SHRINK_STEP, rule.min_side)
        elif fps > _GIF_LEAST_FPS:
            fps, slowed = _GIF_LEAST_FPS, True
        else:
            least = _gif_bytes(shape.size, fps, task.seconds)
            raise Refused(Code.OUTPUT_TOO_LARGE, limit=task.max_bytes, least=least)
    shrunk = shape != look.geometry
    look = replace(look, geometry=shape, max_fps=fps if slowed else look.max_fps)
    picture = Picture(
        stream=video,
        encoder=rule.encoder,
        filters=filters.chain(video, look, task.capabilities.filters, task.info.start),
        width=shape.size[0],
        height=shape.size[1],
        fps=fps,
        level=0,
        pixels=look.pixels,
        rate=Rate(0),
    )
    base = task.base(Action.ENCODE)
    noted = ((shrunk, Note.SHRUNK), (slowed, Note.SLOWED))
    plan = replace(
        base,
        picture=picture,
        steps=steps_for((), picture),
        size=_gif_bytes(shape.size, fps, task.seconds) if task.seconds else None,
        reasons=tuple(suitability.why_encode(task.info, video, task.target, rule, task.request)),
        notes=(*base.notes, *(note for wanted, note in noted if wanted)),
        aims=False,
    )
    return [plan, replace(plan, tolerant=True)]


def _stills(task: Task) -> tuple[Plan, ...]:
    """The first picture from the moment on; where none comes any more, the last one before it;
    where none came yet and nobody asked for this very moment, the first of all."""
    moment = _moment(task)
    before = cut_at(task.info, max(0.0, moment - _SHORTLY), min(moment, _SHORTLY) or None)
    found = (_still(task, cut_at(task.info, moment)), replace(_still(task, before), tolerant=True))
    return found if task.request.at is not None else (*found, _still(task, Cut()))


def _still(task: Task, cut: Cut) -> Plan:
    rule, video, request = task.target.picture, task.video, task.request
    if rule is None or video is None:
        raise Refused(Code.NO_VIDEO)
    pixels = _STILL_PIXELS[request.still]
    see_through = video.alpha and request.still is Still.PNG
    look = replace(
        look_for(task, rule, video),
        pixels="rgba" if see_through else pixels,
        alpha=see_through,
        full=request.still is Still.JPEG,
        changing=False,
        max_fps=float("inf"),
        end=None,
        start=cut.start,
    )
    width, height = look.geometry.size
    picture = Picture(
        stream=video,
        encoder=_STILL_ENCODERS[request.still],
        filters=filters.chain(video, look, task.capabilities.filters, task.info.start),
        width=width,
        height=height,
        fps=0.0,
        level=0,
        pixels=look.pixels,
        rate=Rate(0),
    )
    suffix = ".png" if request.still is Still.PNG else ".jpg"
    return replace(
        task.base(Action.ENCODE),
        target=replace(task.target, suffix=suffix),
        picture=picture,
        cut=cut,
        steps=steps_for((), picture),
        seconds=None,
        reasons=("single picture",),
        aims=False,
    )


def _moment(task: Task) -> float:
    """On the file's own time line, whatever is cut or sped up."""
    at, whole = task.request.at, task.whole
    if at is None:
        part = (task.seconds or 0.0) * task.request.speed
        return task.cut.start + task.cut.skip + min(_USUAL_MOMENT, part / 3)
    if whole is not None and at >= whole:
        raise outside("at", at, whole)
    return at


def _gif_bytes(size: tuple[int, int], fps: float, seconds: float) -> int:
    return int(size[0] * size[1] * fps * _GIF_BITS * seconds / 8)
