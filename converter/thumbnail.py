"""The small picture that stands for a video until it plays: of a few moments the one with most
detail, so that it is neither black nor white nor blurred by a fade."""

import asyncio
import contextlib
from pathlib import Path
from typing import Final

from converter.commands import thumbnail_args
from converter.commands.thumbnail_args import Moment
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Failed
from converter.limits import Limits
from converter.media import MediaInfo, VideoStream

_NAME: Final = "thumbnail.jpg"
_BEST: Final = "best.jpg"
_MAX_BYTES: Final = 200_000
_FULLER: Final = 1.5


async def make(
    session: Session, workspace: Workspace, url: str, video: MediaInfo, limits: Limits
) -> Path | None:
    """A JPEG for the video at `url`. None when there is none to be had: a video without one is
    still a video."""
    if not video.videos:
        return None
    picture, seconds = video.videos[0], video.duration
    pattern, pixels = session.output_url("thumbnail%02d.jpg"), limits.max_pixels
    at = thumbnail_args.moments(seconds)
    (workspace.result_dir / _BEST).unlink(missing_ok=True)
    await session.run(thumbnail_args.first_look(url, pattern, picture, at, pixels))
    best = await asyncio.to_thread(_best, workspace)
    shown = thumbnail_args.pixels(picture)
    if best is None or thumbnail_args.poor(best.stat().st_size, shown):
        # What can't be shown in other colours is shown in its own.
        mapped = best is not None
        await session.run(
            thumbnail_args.second_look(url, pattern, picture, seconds, pixels, mapped=mapped)
        )
        best = await asyncio.to_thread(_best, workspace)
    if best is None or best.stat().st_size > _MAX_BYTES:
        return None
    return best.replace(workspace.result_dir / _NAME)


def _best(workspace: Workspace) -> Path | None:
    """The largest of the pictures that were made, and of the best so far: at one quality, size is
    detail. The others are gone."""
    best = workspace.result_dir / _BEST
    most = best.stat().st_size if best.exists() else 0
    for number in range(1, thumbnail_args.MOST + 1):
        name = thumbnail_args.name(number)
        with contextlib.suppress(OSError, Failed):
            taken = workspace.take(name, name)
            if taken.stat().st_size > most:
                most = taken.stat().st_size
                taken.replace(best)
            else:
                taken.unlink()
    return best if most else None


async def telling(
    session: Session,
    workspace: Workspace,
    video: VideoStream,
    part: tuple[float, float],
    limits: Limits,
) -> float | None:
    """When the input shows something: seconds from its beginning, within `part` (where it begins
    and how long it is). The usual moment, unless that one is next to empty; None when nothing
    could be seen."""
    start, length = part
    pattern, pixels = session.output_url("thumbnail%02d.jpg"), limits.max_pixels
    usual, *others = (Moment(start + moment.at) for moment in thumbnail_args.moments(length))
    found: list[tuple[int, float]] = []
    for group in ([usual], others):
        argv = thumbnail_args.first_look(session.input_url, pattern, video, group, pixels)
        await session.run(argv)
        sizes = await asyncio.to_thread(_sizes, workspace, len(group))
        found += [(size, m.at) for size, m in zip(sizes, group, strict=True) if size]
        if found and not thumbnail_args.poor(max(found)[0], thumbnail_args.pixels(video)):
            break
    most, at = max(found, default=(0, None))
    # What is no fuller than the usual moment is no reason to leave it.
    first = next((size for size, moment in found if moment == usual.at), 0)
    return usual.at if first and most < first * _FULLER else at


def _sizes(workspace: Workspace, count: int) -> list[int]:
    """How large the first so many pictures became, 0 for one that isn't there. They are gone."""
    sizes = [0] * count
    for number in range(count):
        name = thumbnail_args.name(number + 1)
        with contextlib.suppress(OSError, Failed):
            taken = workspace.take(name, name)
            sizes[number] = taken.stat().st_size
            taken.unlink()
    return sizes
