"""Our conversion against HandBrake's presets "Fast 720p30" and "Fast 1080p30", clip by clip."""

import asyncio
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import footage, ours
from benchmarks.likeness import ssim
from benchmarks.making import Clip
from benchmarks.ours import Ours
from benchmarks.table import Row

ROUNDS = 3
HEIGHTS = (720, 1080)
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """One clip at one height. Seconds per round, in pairs; bytes; SSIM to the scaled original."""

    clip: Clip
    height: int
    ours: Sequence[float]
    theirs: Sequence[float]
    sizes: tuple[int, int]
    likeness: tuple[float, float]

    @property
    def time(self) -> float:
        """Ours ÷ theirs: the median of the rounds, since one pair stood under one load."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def size(self) -> float:
        """Ours ÷ theirs."""
        return self.sizes[0] / self.sizes[1]

    @property
    def gain(self) -> float:
        """Our SSIM less theirs."""
        return self.likeness[0] - self.likeness[1]


async def measure(folder: Path) -> list[Row]:
    """A row for each clip and preset, the two encoders in turns."""
    place = folder / "handbrake"
    place.mkdir()
    clips = [await asyncio.to_thread(make, place, _SECONDS) for make in footage.FIVE]
    async with ours.opened(place) as converter:
        return [
            _row(await _pair(converter, clip, height, place))
            for height in HEIGHTS
            for clip in clips
        ]


async def _pair(converter: Ours, clip: Clip, height: int, place: Path) -> Pair:
    our_file, their_file = place / "our.mp4", place / "their.mp4"
    our_times: list[float] = []
    their_times: list[float] = []
    for _ in range(ROUNDS):
        started = time.monotonic()
        await asyncio.to_thread(_handbrake, clip.path, their_file, height)
        turned = time.monotonic()
        await converter.convert(clip.path, our_file, height)
        their_times.append(turned - started)
        our_times.append(time.monotonic() - turned)
    files = (our_file, their_file)
    our_likeness, their_likeness = [await asyncio.to_thread(ssim, file, clip) for file in files]
    sizes = (our_file.stat().st_size, their_file.stat().st_size)
    return Pair(clip, height, our_times, their_times, sizes, (our_likeness, their_likeness))


def _handbrake(source: Path, target: Path, height: int) -> None:
    # It cuts black borders by itself, and its picture could then not be compared.
    whole = ["--crop", "0:0:0:0", "--optimize"]
    argv = ["HandBrakeCLI", "-i", str(source), "-o", str(target), *whole]
    subprocess.run([*argv, "--preset", f"Fast {height}p30"], check=True, capture_output=True)


def _row(pair: Pair) -> Row:
    seconds = f"{statistics.median(pair.ours):.1f} s against {statistics.median(pair.theirs):.1f} s"
    mega = " against ".join(f"{size / 1e6:.2f} MB" for size in pair.sizes)
    return Row(
        f"{pair.clip.name} ÷ HandBrake Fast {pair.height}p30",
        f"time {pair.time:.2f}, size {pair.size:.3f}, SSIM {pair.gain:+.5f}",
        "time and size ≤ 1.00, SSIM not less",
        f"{seconds}, {mega}, SSIM {pair.likeness[0]:.4f}",
    )
