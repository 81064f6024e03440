"""From what a file is and what is wanted to every plan worth trying, the cheapest correct one
first. Pure: no file, no clock, no process.

Whoever runs them goes on to the next when an output fails verification.
"""

from converter.engines.capabilities import Capabilities
from converter.errors import Code, Refused
from converter.formats import TARGETS, Kind, Target
from converter.limits import Limits
from converter.media import MediaInfo
from converter.planning import copies, encodes, singles
from converter.planning.choice import burned, picture, sound
from converter.planning.plan import Plan
from converter.planning.task import Task, for_phones, task_for
from converter.request import Request


def ladder(
    info: MediaInfo,
    request: Request,
    limits: Limits,
    capabilities: Capabilities,
    *,
    moov_first: bool,
) -> tuple[Plan, ...]:
    """Every plan worth trying for an accepted file, cheapest first. Never empty.

    `moov_first` says whether the input is an MP4 whose index stands before its media. Raises
    Refused: OUTPUT_TOO_LARGE when no watchable result fits, UNSUPPORTED when this ffmpeg lacks
    what the file needs, BAD_REQUEST, NO_TRACK, NO_VIDEO or NO_SOUND when the wish and the file
    don't go together.
    """
    try:
        return _plans(info, request, limits, capabilities, moov_first=moov_first)
    except Refused as error:
        # What a phone loads beforehand is the aim of "small"; a long film is made as small as it
        # can be watched, no smaller.
        if error.code is not Code.OUTPUT_TOO_LARGE or not for_phones(request):
            raise
    return _plans(info, request, limits, capabilities, moov_first=moov_first, phones=False)


def _plans(
    info: MediaInfo,
    request: Request,
    limits: Limits,
    capabilities: Capabilities,
    *,
    moov_first: bool,
    phones: bool = True,
) -> tuple[Plan, ...]:
    target = TARGETS[request.target]
    task = task_for(
        info,
        request,
        limits,
        capabilities,
        target=target,
        video=picture(info),
        audio=sound(info, request) if target.sound is not None else None,
        burn=burned(info, request) if target.picture is not None else None,
        phones=phones,
    )
    _check_streams(task, target)
    if target.kind is Kind.SOUND:
        return (*copies.of_sound(task, moov_first=moov_first), *encodes.of_sound(task))
    if target.kind in {Kind.GIF, Kind.FRAME}:
        return singles.plans(task, moov_first=moov_first)
    return (*copies.of_video(task, moov_first=moov_first), *encodes.of_video(task))


def _check_streams(task: Task, target: Target) -> None:
    if target.picture is not None and task.video is None:
        raise Refused(Code.NO_VIDEO)
    if target.kind is Kind.SOUND and task.audio is None:
        raise Refused(Code.NO_SOUND)
