"""One encode in the image and all that is measured of it."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.image import ffmpeg_argv
from benchmarks.likeness import shape, ssim_and_vmaf
from benchmarks.making import Clip

_COST = re.compile(r"utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU and of the clock, and bytes."""

    cpu: float
    wall: float
    size: int


@dataclass(frozen=True, slots=True)
class Trial:
    """An encode's likeness to its original, its bits per pixel and frame, and its cost."""

    ssim: float
    vmaf: float
    bits: float
    cost: Cost


def encode(clip: Clip, output: Path, options: Sequence[str]) -> Cost:
    """The picture alone."""
    arguments = ["-benchmark", "-i", str(clip.path), "-an", *options, str(output)]
    argv = ffmpeg_argv(output.parent, arguments)
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stderr
    found = _COST.search(said)
    if found is None:
        raise RuntimeError(f"ffmpeg said no times: {said[-500:]}")
    user, system, wall = (float(number) for number in found.groups())
    return Cost(user + system, wall, output.stat().st_size)


def trial(clip: Clip, output: Path, options: Sequence[str]) -> Trial:
    """Encode and compare."""
    cost = encode(clip, output, options)
    ssim, vmaf = ssim_and_vmaf(output, clip)
    picture = shape(output)
    pixels = picture.width * picture.height * picture.frames
    return Trial(ssim, vmaf, cost.size * 8 / pixels, cost)
