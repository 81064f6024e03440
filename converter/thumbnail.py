"""The small picture that stands for a video until it plays."""

import asyncio
from pathlib import Path
from typing import Final

from converter.commands import args
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.limits import Limits

_NAME: Final = "thumbnail.jpg"
_MAX_BYTES: Final = 200_000


async def make(
    session: Session, workspace: Workspace, video_url: str, seconds: float | None, limits: Limits
) -> Path | None:
    """A JPEG of a frame near the beginning of the video at `video_url`, which lasts `seconds`. None
    when there is none to be had: a video without one is still a video."""
    picture = workspace.output_dir / _NAME
    # Between the last two frames of a very short video there is nothing to be seen: its first.
    for at in (min(1.0, (seconds or 0.0) / 3), 0.0):
        argv = args.thumbnail_argv(
            video_url,
            session.output_url(_NAME),
            at=at,
            max_pixels=limits.max_pixels,
        )
        done = await session.run(argv)
        plain = picture.is_file() and not picture.is_symlink()
        if done.returncode == 0 and plain and picture.stat().st_size > 0:
            taken = await asyncio.to_thread(workspace.take, _NAME, _NAME)
            return taken if taken.stat().st_size <= _MAX_BYTES else None
    return None
