"""A file read into `MediaInfo`, in the place where conversions run."""

import asyncio
from dataclasses import replace
from pathlib import Path

from converter.engines.runner import Session
from converter.input import boxes, probe
from converter.limits import Limits
from converter.media import MediaInfo

_WEBM_FAMILY = "matroska,webm"


async def read(
    session: Session, url: str, path: Path, limits: Limits, *, pictures: bool = False
) -> MediaInfo:
    """What the file at `path`, which `session` knows as `url`, is; `pictures` where it may be
    a single one.

    Raises Refused when it can't be read as media.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    argv = probe.probe_argv(url, limits.max_pixels, pictures=pictures)
    done = await session.run(argv, max_stdout=probe.MAX_REPORT_BYTES)
    if done.returncode != 0:
        raise probe.probe_error(done.returncode, done.stderr, argv)
    info = probe.parse_probe(done.stdout, size)
    probe.check_shown(info, done.stderr, limits.max_pixels)
    if info.container == _WEBM_FAMILY:
        # One demuxer for both; the file itself says which it is.
        return replace(info, container=await asyncio.to_thread(boxes.document_type, path))
    return info


async def keyframe_before(session: Session, url: str, start: float, stream: int) -> float | None:
    """When, on the file's own clock, the last keyframe at or before `start` comes; seconds, None
    when it can't be told."""
    argv = probe.keyframe_argv(url, start, stream)
    done = await session.run(argv)
    return probe.parse_keyframe(done.stdout) if done.returncode == 0 else None
