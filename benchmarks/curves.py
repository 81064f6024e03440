"""Choosing CRFs: each encoder as the converter calls it, over a ladder of CRFs.

H.264's rows are the yardstick: another codec's CRF is the one whose VMAF, as a mean over the
clips, is that of H.264's row of the same quality. A ladder ends below H.264's small.
"""

import statistics
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from benchmarks.measured import CODECS, Measured, sizes, words
from benchmarks.trials import Trial
from converter.planning.encoders import ENCODERS
from converter.request import Quality

_H264 = "h264"
_LADDERS: Mapping[str, Sequence[float]] = MappingProxyType(
    {
        _H264: (15, 17, 18, 20, 21.3, 23, 25, 26, 28),
        "hevc": (14, 16, 19, 22, 25, 28, 31),
        "vp9": (12, 20, 28, 34, 40, 46),
        "av1": (12, 20, 28, 34, 40, 46),
    }
)
_Curve = list[tuple[float, Sequence[Trial]]]
_HEADER = (
    "| CRF | mean VMAF | lowest VMAF | mean SSIM | size | CPU time |\n|---|---|---|---|---|---|"
)
_MATCHES = (
    "| codec | quality | CRF of H.264's VMAF | of H.264's SSIM | size ÷ H.264's of that VMAF |\n"
    "|---|---|---|---|---|"
)


def choose(codecs: Sequence[str], measured: Measured) -> None:
    """Print each codec's curve, and where it meets H.264's qualities."""
    yardstick = ENCODERS[CODECS[_H264]].crf
    peers = measured.at(_H264, yardstick[Quality.BALANCED])
    least = _vmaf(measured.at(_H264, max(yardstick.values())))
    curves: dict[str, _Curve] = {}
    for codec in (_H264, *codecs):
        print(f"\n## {codec}\n\nSize and CPU time ÷ H.264's balanced.\n\n{_HEADER}", flush=True)
        curves[codec] = []
        ladder = _LADDERS[codec]
        for crf in sorted({*ladder, *yardstick.values()}) if codec == _H264 else ladder:
            trials = measured.at(codec, crf)
            print(f"| {crf:g} | {words(trials)} | {_costs(trials, peers)} |", flush=True)
            curves[codec].append((crf, trials))
            if codec != _H264 and _vmaf(trials) < least:
                break
    print(f"\n{_MATCHES}")
    for codec in codecs:
        for quality, crf in yardstick.items():
            row = _match(curves[codec], measured.at(_H264, crf))
            print(f"| {codec} | {quality} | {row} |", flush=True)


def _match(curve: _Curve, peers: Sequence[Trial]) -> str:
    """The cells of the CRFs at which the curve's VMAF and SSIM are the peers'."""
    by_vmaf = crossing([(crf, _vmaf(trials)) for crf, trials in curve], _vmaf(peers))
    by_ssim = crossing([(crf, _ssim(trials)) for crf, trials in curve], _ssim(peers))
    size = height([(crf, sizes(trials, peers)) for crf, trials in curve], by_vmaf)
    return f"{by_vmaf:.1f} | {by_ssim:.1f} | {size:.2f}"


def _costs(trials: Sequence[Trial], peers: Sequence[Trial]) -> str:
    pairs = zip(trials, peers, strict=True)
    cpu = statistics.geometric_mean([ours.cost.cpu / peer.cost.cpu for ours, peer in pairs])
    return f"{sizes(trials, peers):.2f} | {cpu:.2f}"


def _vmaf(trials: Sequence[Trial]) -> float:
    return statistics.mean(found.vmaf for found in trials)


def _ssim(trials: Sequence[Trial]) -> float:
    return statistics.mean(found.ssim for found in trials)


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
