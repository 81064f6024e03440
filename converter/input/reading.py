"""A file read into `MediaInfo`, in the place where conversions run."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Final

from converter.engines.runner import Session
from converter.input import boxes, census, complaints, glance, mp4, probe, torn
from converter.input.census import Census
from converter.limits import Limits
from converter.media import SEEKLESS, AudioStream, MediaInfo, VideoStream

_WEBM_FAMILY: Final = "matroska,webm"


async def read(
    session: Session, url: str, path: Path, limits: Limits, *, pictures: bool = False
) -> MediaInfo:
    """What the file at `path`, which `session` knows as `url`, is, every packet of it counted;
    `pictures` where it may be a single one.

    Raises Refused when it can't be read as media.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    argv = probe.probe_argv(url, limits.max_pixels, pictures=pictures)
    heard = Census(size)
    done = await session.run(argv, on_line=heard.hear)
    if done.returncode != 0:
        raise complaints.probe_error(done.returncode, done.stderr, argv)
    info = probe.parse_probe(heard.document, size)
    complaints.check_shown(info, done.stderr, limits.max_pixels)
    told = info.duration
    info = census.measured(info, heard.packets)
    if complaints.cut_off(done.stderr) and told is not None:
        info = replace(info, missing=max(0.0, told - (info.duration or 0.0)))
    if info.container == _WEBM_FAMILY:
        # One demuxer for both; the file itself says which it is.
        return replace(info, container=await asyncio.to_thread(boxes.document_type, path))
    return info


def decodable(info: MediaInfo, decoders: Collection[str]) -> MediaInfo:
    """The same, with what none of these `decoders` (names of codecs) can decode marked; all of it
    counts where nothing is known of them."""
    if not decoders:
        return info
    return replace(
        info,
        videos=tuple(replace(v, decodable=v.codec in decoders) for v in info.videos),
        audios=tuple(replace(a, decodable=a.codec in decoders) for a in info.audios),
    )


def with_tables(info: MediaInfo, path: Path) -> MediaInfo:
    """The same with what an MP4's boxes tell beside it: more than playing it needs, media that
    nobody is shown, a label that isn't true. Blocks."""
    if not info.is_container("mp4") and not info.is_container("mov"):
        return info
    more = frozenset({"boxes"} if boxes.says_more(path) else ())
    tables = mp4.read(path)
    return replace(
        info,
        private_tags=info.private_tags | more,
        hides=tables.hides,
        mislabelled=tables.mislabelled,
    )


async def glance_at(
    session: Session,
    url: str,
    info: MediaInfo,
    video: VideoStream | None,
    audio: AudioStream | None,
    limits: Limits,
) -> MediaInfo:
    """The file at `url` with what can be seen of this picture and this sound in the place of what
    is said of them: are there fields, do they change?"""
    seekable = not any(info.is_container(name) for name in SEEKLESS)
    # Elsewhere a sound has one header for all of it.
    sound = audio if info.mended else None
    argv = glance.argv(url, video, sound, max_pixels=limits.max_pixels, seekable=seekable)
    if not argv:
        return info
    done = await session.run(argv, max_stdout=glance.MAX_DESCRIPTIONS)
    seen = glance.read(done.stdout, done.stderr)
    looked = video
    if video is not None:
        suspected = seen.order in {"tt", "bb"}
        torn_apart = suspected and await _torn(session, url, video, limits, seekable=seekable)
        looked = glance.applied(video, seen, torn=torn_apart)
    return replace(
        info,
        videos=tuple(looked if v is video and looked else v for v in info.videos),
        audios=tuple(glance.heard(a, seen) if a is sound else a for a in info.audios),
    )


async def _torn(
    session: Session, url: str, video: VideoStream, limits: Limits, *, seekable: bool
) -> bool:
    starts = glance.stretches(video.duration or 0.0, seekable=seekable)
    argv = torn.argv(url, video, starts, max_pixels=limits.max_pixels)
    most = torn.most_bytes(video, len(starts))
    done = await session.run(argv, max_stdout=most * 2)
    frames = done.stdout[:most]
    return await asyncio.to_thread(torn.woven, frames, torn.width(video), video.height)


async def keyframe_before(session: Session, url: str, start: float, stream: int) -> float | None:
    """When, on the file's own clock, the last keyframe at or before `start` comes; seconds, None
    when it can't be told."""
    argv = probe.keyframe_argv(url, start, stream)
    done = await session.run(argv)
    return probe.parse_keyframe(done.stdout) if done.returncode == 0 else None
