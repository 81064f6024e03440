"""What presets and CRFs cost and give: a Markdown table per encoder, medians over clips."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.encoders import PEER, Grid
from benchmarks.making import Clip
from benchmarks.trials import Cost, Trial, encode, trial

_HEADER = (
    "| preset | CRF | SSIM | VMAF | lowest VMAF | bits per pixel | size | CPU time | wall |\n"
    "|---|---|---|---|---|---|---|---|---|"
)
_Pair = tuple[Trial, Cost]


def measure(grid: Grid, clips: Sequence[Clip], folder: Path) -> None:
    """Print the grid's table; size and times are ratios to the peer, x264 fast with CRF 22."""
    points: defaultdict[tuple[str, int], list[_Pair]] = defaultdict(list)
    for clip in clips:
        for preset in grid.presets:
            # The peer runs again for each preset, so that both stood under the same load.
            peer = encode(clip, folder / "peer.mp4", PEER)
            for crf in grid.crfs:
                output = folder / f"point{grid.suffix}"
                points[preset, crf].append((trial(clip, output, grid.options(preset, crf)), peer))
    print(_HEADER)
    for (preset, crf), pairs in points.items():
        print(_row(preset, crf, pairs), flush=True)


def _row(preset: str, crf: int, pairs: Sequence[_Pair]) -> str:
    def middle(of: Callable[[Trial, Cost], float]) -> float:
        return statistics.median(of(ours, peer) for ours, peer in pairs)

    cells = (
        preset,
        str(crf),
        f"{middle(lambda ours, _: ours.ssim):.4f}",
        f"{middle(lambda ours, _: ours.vmaf):.1f}",
        f"{min(ours.vmaf for ours, _ in pairs):.1f}",
        f"{middle(lambda ours, _: ours.bits):.3f}",
        f"{middle(lambda ours, peer: ours.cost.size / peer.size):.2f}",
        f"{middle(lambda ours, peer: ours.cost.cpu / peer.cpu):.2f}",
        f"{middle(lambda ours, peer: ours.cost.wall / peer.wall):.2f}",
    )
    return f"| {' | '.join(cells)} |"
