"""Checking chosen CRFs: the converter's rows on clips that had no part in the choice."""

import statistics
from collections.abc import Sequence

from benchmarks.measured import CODECS, Measured, sizes, words
from benchmarks.trials import Trial
from converter.planning.encoders import ENCODERS
from converter.request import Quality

_HEADER = (
    "| codec | quality | CRF | mean VMAF | lowest VMAF | mean SSIM | VMAF − H.264's: mean | least "
    "| most | SSIM − H.264's | size ÷ H.264's | size ÷ balanced |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def check(codecs: Sequence[str], measured: Measured) -> None:
    """Print how each codec's qualities compare with H.264's, and the VMAF of every clip."""
    print(_HEADER)
    cells: list[str] = []
    for codec in ("h264", *codecs):
        for quality in Quality:
            crf, trials = _of(measured, codec, quality)
            _, peers = _of(measured, "h264", quality)
            _, middle = _of(measured, codec, Quality.BALANCED)
            compared = f"{_against(trials, peers)} | {sizes(trials, middle):.2f}"
            print(f"| {codec} | {quality} | {crf:g} | {words(trials)} | {compared} |", flush=True)
            each = " | ".join(f"{found.vmaf:.1f} ({found.bits:.3f})" for found in trials)
            cells.append(f"| {codec} {quality} | {each} |")
    clips = measured.clips
    names = " | ".join(clip.name if clip.real else f"{clip.name} (made)" for clip in clips)
    rule = "|---" * (len(clips) + 1)
    print(f"\nVMAF (bits per pixel and frame):\n\n| | {names} |\n{rule}|")
    print("\n".join(cells))


def _of(measured: Measured, codec: str, quality: Quality) -> tuple[float, Sequence[Trial]]:
    crf = ENCODERS[CODECS[codec]].crf[quality]
    return crf, measured.at(codec, crf)


def _against(trials: Sequence[Trial], peers: Sequence[Trial]) -> str:
    pairs = list(zip(trials, peers, strict=True))
    vmafs = [ours.vmaf - peer.vmaf for ours, peer in pairs]
    ssim = statistics.mean(ours.ssim - peer.ssim for ours, peer in pairs)
    span = f"{statistics.mean(vmafs):+.2f} | {min(vmafs):+.2f} | {max(vmafs):+.2f}"
    return f"{span} | {ssim:+.4f} | {sizes(trials, peers):.2f}"
