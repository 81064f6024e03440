"""The converter's own encoder calls on a set of clips, each measured once."""

import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from benchmarks.making import Clip
from benchmarks.trials import Trial, trial
from converter.planning.encoders import ENCODERS, Rate, Setting, options

CODECS: Mapping[str, str] = MappingProxyType(
    {"h264": "libx264", "hevc": "libx265", "vp9": "libvpx-vp9", "av1": "libsvtav1"}
)
_FPS = 30.0


class Measured:
    """What each clip gave at a codec and a CRF; encodes what wasn't asked for before."""

    def __init__(self, clips: Sequence[Clip], folder: Path) -> None:
        self.clips = clips
        self._folder = folder
        self._known: dict[tuple[str, float], list[Trial]] = {}

    def at(self, codec: str, crf: float) -> Sequence[Trial]:
        """One trial for each clip, in their order."""
        key = (codec, crf)
        if key not in self._known:
            self._known[key] = [self._trial(clip, codec, crf) for clip in self.clips]
        return self._known[key]

    def _trial(self, clip: Clip, codec: str, crf: float) -> Trial:
        setting = Setting(len(os.sched_getaffinity(0)), fps=_FPS)
        argv = options(ENCODERS[CODECS[codec]], Rate(crf), setting)
        found = trial(clip, self._folder / "trial.mkv", [*argv, "-pix_fmt", "yuv420p"])
        print(f"{clip.name} {codec} {crf:g} {found}", file=sys.stderr, flush=True)
        return found


def words(trials: Sequence[Trial]) -> str:
    """Three cells: the mean VMAF, the lowest, and the mean SSIM."""
    vmafs = [found.vmaf for found in trials]
    ssim = statistics.mean(found.ssim for found in trials)
    return f"{statistics.mean(vmafs):.1f} | {min(vmafs):.1f} | {ssim:.4f}"


def geometric(ratios: Sequence[float]) -> float:
    """The mean of ratios."""
    return statistics.geometric_mean(ratios)
