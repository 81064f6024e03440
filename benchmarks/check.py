"""Checking chosen CRFs: the converter's rows on clips that had no part in the choice."""

import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks.making import Clip
from benchmarks.measured import CODECS, Measured, geometric, words
from benchmarks.trials import Trial
from converter.planning.encoders import ENCODERS
from converter.request import Quality

_HEADER = (
    "| codec | quality | CRF | mean VMAF | lowest VMAF | mean SSIM | VMAF − H.264's: mean | least "
    "| most | SSIM − H.264's | size ÷ H.264's | size ÷ balanced |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def check(codecs: Sequence[str], clips: Sequence[Clip], folder: Path) -> None:
    """Print how each codec's qualities compare with H.264's, and the VMAF of every clip."""
    measured = Measured(clips, folder)
    print(_HEADER)
    cells: list[str] = []
    for codec in ("h264", *codecs):
        for quality in Quality:
            crf, trials = _of(measured, codec, quality)
            _, peers = _of(measured, "h264", quality)
            _, middle = _of(measured, codec, Quality.BALANCED)
            compared = f"{_against(trials, peers)} | {_sizes(trials, middle)}"
            print(f"| {codec} | {quality} | {crf:g} | {words(trials)} | {compared} |", flush=True)
            each = " | ".join(f"{found.vmaf:.1f} ({found.bits:.3f})" for found in trials)
            cells.append(f"| {codec} {quality} | {each} |")
    names = " | ".join(clip.name if clip.real else f"{clip.name} (made)" for clip in clips)
    print(f"\nVMAF (bits per pixel and frame):\n\n| | {names} |\n{'|---' * (len(clips) + 1)}|")
    print("\n".join(cells))


def _of(measured: Measured, codec: str, quality: Quality) -> tuple[float, Sequence[Trial]]:
    crf = ENCODERS[CODECS[codec]].crf[quality]
    return crf, measured.at(codec, crf)


def _against(trials: Sequence[Trial], peers: Sequence[Trial]) -> str:
    pairs = list(zip(trials, peers, strict=True))
    vmafs = [ours.vmaf - peer.vmaf for ours, peer in pairs]
    ssim = statistics.mean(ours.ssim - peer.ssim for ours, peer in pairs)
    span = f"{statistics.mean(vmafs):+.2f} | {min(vmafs):+.2f} | {max(vmafs):+.2f}"
    return f"{span} | {ssim:+.4f} | {_sizes(trials, peers)}"


def _sizes(trials: Sequence[Trial], peers: Sequence[Trial]) -> str:
    return (
        f"{geometric([a.cost.size / b.cost.size for a, b in zip(trials, peers, strict=True)]):.2f}"
    )
