"""The small picture that stands for a video until it plays: of a few moments the one with most
detail, so that it is neither black nor white nor blurred by a fade."""

import asyncio
import contextlib
from pathlib import Path
from typing import Final

from converter.commands import thumbnail_args
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Failed
from converter.limits import Limits
from converter.media import MediaInfo

_NAME: Final = "thumbnail.jpg"
_BEST: Final = "best.jpg"
_MAX_BYTES: Final = 200_000


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
    width, height = picture.display_size
    shown = min(1.0, thumbnail_args.SIDE / max(width, height)) ** 2 * width * height
    if best is None or thumbnail_args.poor(best.stat().st_size, int(shown)):
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
