"""Choosing CRFs: each encoder as the converter calls it, over a ladder of CRFs.

H.264's rows are the yardstick: another codec's CRF is the one whose VMAF, as a mean over the
clips, is that of H.264's row of the same quality.
"""

import statistics
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from benchmarks.making import Clip
from benchmarks.measured import CODECS, Measured, geometric, words
from converter.planning.encoders import ENCODERS
from converter.request import Quality

_H264 = "h264"
_LADDERS: Mapping[str, Sequence[float]] = MappingProxyType(
    {
        _H264: (15, 17, 18, 20, 21.3, 23, 25, 26, 28),
        "hevc": (16, 19, 22, 25, 28, 31),
        "vp9": (18, 24, 30, 36, 42, 48),
        "av1": (18, 24, 30, 36, 42, 48),
    }
)
_HEADER = (
    "| CRF | mean VMAF | lowest VMAF | mean SSIM | size | CPU time |\n|---|---|---|---|---|---|"
)
_MATCHES = (
    "| codec | quality | CRF of H.264's VMAF | of H.264's SSIM | size ÷ H.264's of that VMAF |\n"
    "|---|---|---|---|---|"
)


def choose(codecs: Sequence[str], clips: Sequence[Clip], folder: Path) -> None:
    """Print each codec's curve, and where it meets H.264's qualities."""
    measured = Measured(clips, folder)
    ladders = {codec: sorted({*_LADDERS[codec], *_rows(codec)}) for codec in (_H264, *codecs)}
    peers = measured.at(_H264, ENCODERS[CODECS[_H264]].crf[Quality.BALANCED])
    for codec, ladder in ladders.items():
        print(f"\n## {codec}\n\nSize and CPU time ÷ H.264's balanced.\n\n{_HEADER}", flush=True)
        for crf in ladder:
            trials = measured.at(codec, crf)
            size = geometric(
                [t.cost.size / p.cost.size for t, p in zip(trials, peers, strict=True)]
            )
            cpu = geometric([t.cost.cpu / p.cost.cpu for t, p in zip(trials, peers, strict=True)])
            likeness = words(trials)
            print(f"| {crf:g} | {likeness} | {size:.2f} | {cpu:.2f} |", flush=True)
    print(f"\n{_MATCHES}")
    for codec in codecs:
        for quality, crf in ENCODERS[CODECS[_H264]].crf.items():
            print(_match(measured, codec, ladders[codec], quality, crf), flush=True)


def _rows(codec: str) -> set[float]:
    return set(ENCODERS[CODECS[codec]].crf.values()) if codec == _H264 else set()


def _match(
    measured: Measured, codec: str, ladder: Sequence[float], quality: Quality, crf: float
) -> str:
    peers = measured.at(_H264, crf)
    steps = [(step, measured.at(codec, step)) for step in ladder]
    vmaf = crossing(
        [(step, statistics.mean(t.vmaf for t in trials)) for step, trials in steps],
        statistics.mean(peer.vmaf for peer in peers),
    )
    ssim = crossing(
        [(step, statistics.mean(t.ssim for t in trials)) for step, trials in steps],
        statistics.mean(peer.ssim for peer in peers),
    )
    sizes = [
        (step, -geometric([t.cost.size / p.cost.size for t, p in zip(trials, peers, strict=True)]))
        for step, trials in steps
    ]
    return f"| {codec} | {quality} | {vmaf:.1f} | {ssim:.1f} | {-height(sizes, vmaf):.2f} |"


def crossing(curve: Sequence[tuple[float, float]], wanted: float) -> float:
    """Where a falling curve takes the wanted value, between its points; NaN when it doesn't."""
    for (left, high), (right, low) in pairwise(curve):
        if high >= wanted >= low:
            return left + (right - left) * (high - wanted) / (high - low or 1.0)
    return float("nan")


def height(curve: Sequence[tuple[float, float]], at: float) -> float:
    """The curve's value at a place between its points; NaN outside."""
    for (left, high), (right, low) in pairwise(curve):
        if left <= at <= right:
            return high + (low - high) * (at - left) / (right - left)
    return float("nan")
