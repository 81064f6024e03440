"""`python -m benchmarks.quality [--codec NAME] [--seconds N]`: what presets and CRFs cost and give.

Prints a Markdown table per encoder. Takes long: the machine decides whether minutes or an hour.
"""

import argparse
import re
import statistics
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import footage
from benchmarks.encoders import GRIDS, PEER, Grid
from benchmarks.footage import Clip
from benchmarks.image import ffmpeg_argv
from benchmarks.likeness import shape, ssim_and_vmaf

_COST = re.compile(r"utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s")
_HEADER = (
    "| preset | CRF | SSIM | VMAF | lowest VMAF | bits per pixel | size | CPU time | wall |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Point:
    """One encode: likeness, bits per pixel, and size, CPU time and wall as ratios to x264 fast
    with CRF 22."""

    ssim: float
    vmaf: float
    bits: float
    size: float
    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class _Cost:
    cpu: float
    wall: float
    size: int


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codec", choices=GRIDS, action="append")
    parser.add_argument("--seconds", type=int, default=6, help="length of each clip")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        clips = [make(folder, wanted.seconds) for make in footage.SIX]
        for codec in wanted.codec or GRIDS:
            print(f"\n## {codec}\n\nMedians; ratios are to x264 fast, CRF 22, of the same clip.\n")
            _measure(GRIDS[codec], clips[: GRIDS[codec].clips], folder)


def _measure(grid: Grid, clips: Sequence[Clip], folder: Path) -> None:
    points: defaultdict[tuple[str, int], list[Point]] = defaultdict(list)
    for clip in clips:
        for preset in grid.presets:
            # The peer runs again for each preset, so that both stood under the same load.
            peer = _encode(clip, folder / "peer.mp4", PEER)
            for crf in grid.crfs:
                output = folder / f"point{grid.suffix}"
                cost = _encode(clip, output, grid.options(preset, crf))
                points[preset, crf].append(_point(clip, output, cost, peer))
    print(_HEADER)
    for (preset, crf), several in points.items():
        print(_row(preset, crf, several), flush=True)


def _encode(clip: Clip, output: Path, options: Sequence[str]) -> _Cost:
    arguments = ["-benchmark", "-i", str(clip.path), "-an", *options, str(output)]
    argv = ffmpeg_argv(output.parent, arguments)
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stderr
    found = _COST.search(said)
    if found is None:
        raise RuntimeError(f"ffmpeg said no times: {said[-500:]}")
    user, system, wall = (float(number) for number in found.groups())
    return _Cost(user + system, wall, output.stat().st_size)


def _point(clip: Clip, output: Path, cost: _Cost, peer: _Cost) -> Point:
    ssim, vmaf = ssim_and_vmaf(output, clip)
    picture = shape(output)
    pixels = picture.width * picture.height * picture.frames
    return Point(
        ssim,
        vmaf,
        cost.size * 8 / pixels,
        cost.size / peer.size,
        cost.cpu / peer.cpu,
        cost.wall / peer.wall,
    )


def _row(preset: str, crf: int, points: Sequence[Point]) -> str:
    def middle(of: Callable[[Point], float]) -> float:
        return statistics.median(map(of, points))

    cells = (
        preset,
        str(crf),
        f"{middle(lambda p: p.ssim):.4f}",
        f"{middle(lambda p: p.vmaf):.1f}",
        f"{min(point.vmaf for point in points):.1f}",
        f"{middle(lambda p: p.bits):.3f}",
        f"{middle(lambda p: p.size):.2f}",
        f"{middle(lambda p: p.cpu):.2f}",
        f"{middle(lambda p: p.wall):.2f}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
