"""Several jobs at once: our division of the cores against every other fixed one."""

import asyncio
import itertools
import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.image import ffmpeg_argv
from benchmarks.table import Row, ratio, seconds

ROUNDS = 3
JOBS = 6
_SLOTS = 3
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Division:
    """So many jobs at a time, each with so many threads (0: as many as ffmpeg likes)."""

    slots: int
    threads: int

    def __str__(self) -> str:
        return f"{self.slots} at a time, {self.threads or 'automatic'} threads each"


async def measure(folder: Path) -> Row:
    """The divisions take turns, round by round; the peer is whichever proves the best of the
    others."""
    cores = len(os.sched_getaffinity(0))
    ours = Division(_SLOTS, max(1, cores // _SLOTS))
    others = _others(cores) - {ours}
    times: dict[Division, list[float]] = {division: [] for division in (ours, *others)}
    clip = await asyncio.to_thread(_clip, folder)
    for _ in range(ROUNDS):
        for division, spent in times.items():
            spent.append(await _run(clip, division))
    best = min(others, key=lambda division: statistics.median(times[division]))
    return Row(
        f"{JOBS} jobs, {ours} ÷ the best fixed division",
        ratio(times[ours], times[best]),
        "≤ 1.05",
        f"{seconds(times[ours])} against {seconds(times[best])} for {best}",
    )


def _others(cores: int) -> set[Division]:
    divided = {Division(slots, max(1, cores // slots)) for slots in (1, 2)}
    return divided | {Division(slots, 0) for slots in (1, 2, 3)}


async def _run(clip: Path, division: Division) -> float:
    """Seconds from the first job's start to the last one's end."""
    numbers = itertools.count()
    left = iter(range(JOBS))

    async def slot() -> None:
        for _ in left:
            await asyncio.to_thread(_job, clip, next(numbers), division.threads)

    started = time.monotonic()
    await asyncio.gather(*(slot() for _ in range(division.slots)))
    return time.monotonic() - started


def _job(clip: Path, number: int, threads: int) -> None:
    count = ["-threads", str(threads)]
    encode = ["-c:v", "libx264", "-preset", "fast", "-crf", "22", *count]
    argv = [*count, "-i", str(clip), *encode, "-c:a", "aac", "-b:a", "160k"]
    output = clip.with_name(f"slot-{number}.mp4")
    subprocess.run(ffmpeg_argv(clip.parent, [*argv, str(output)]), check=True, capture_output=True)
    output.unlink()


def _clip(folder: Path) -> Path:
    path = folder / "slots" / "slots.avi"
    path.parent.mkdir()
    inputs = ["-f", "lavfi", "-i", f"testsrc2=size=1280x720:rate=30:duration={_SECONDS}"]
    inputs += ["-f", "lavfi", "-i", f"sine=frequency=440:duration={_SECONDS}"]
    video = ["-c:v", "mpeg4", "-b:v", "2200k", "-c:a", "mp3"]
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-y", *inputs, *video, str(path)]
    subprocess.run(argv, check=True)
    return path
