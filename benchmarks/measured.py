"""The converter's own encoder calls on a set of clips, each measured once."""

import json
import os
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from benchmarks.making import Clip
from benchmarks.trials import Cost, Trial, trial
from converter.planning.encoders import ENCODERS, Rate, Setting, options

CODECS: Mapping[str, str] = MappingProxyType(
    {"h264": "libx264", "hevc": "libx265", "vp9": "libvpx-vp9", "av1": "libsvtav1"}
)
_FPS = 30.0


class Measured:
    """What each clip gave at a codec and a CRF.

    Encodes only what isn't in `notes`, a file of JSON lines that is added to: a measurement that
    takes an hour can be broken off and gone on with.
    """

    def __init__(self, clips: Sequence[Clip], folder: Path, notes: Path) -> None:
        self.clips = clips
        self._folder, self._notes = folder, notes
        self._known: dict[str, Trial] = {}
        for line in notes.read_text().splitlines() if notes.exists() else ():
            note = json.loads(line)
            self._known[note["of"]] = Trial(**{**note["trial"], "cost": Cost(*note["cost"])})

    def at(self, codec: str, crf: float) -> Sequence[Trial]:
        """One trial for each clip, in their order."""
        return [self._trial(clip, codec, crf) for clip in self.clips]

    def _trial(self, clip: Clip, codec: str, crf: float) -> Trial:
        setting = Setting(len(os.sched_getaffinity(0)), fps=_FPS)
        argv = options(ENCODERS[CODECS[codec]], Rate(crf), setting)
        of = f"{clip.name} {'real' if clip.real else 'made'} {clip.seconds} s: {' '.join(argv)}"
        if of not in self._known:
            found = trial(clip, self._folder / "trial.mkv", [*argv, "-pix_fmt", "yuv420p"])
            self._known[of] = found
            likeness = {"ssim": found.ssim, "vmaf": found.vmaf, "bits": found.bits}
            cost = (found.cost.cpu, found.cost.wall, found.cost.size)
            with self._notes.open("a") as notes:
                notes.write(json.dumps({"of": of, "trial": likeness, "cost": cost}) + "\n")
        return self._known[of]


def words(trials: Sequence[Trial]) -> str:
    """Three cells: the mean VMAF, the lowest, and the mean SSIM."""
    vmafs = [found.vmaf for found in trials]
    ssim = statistics.mean(found.ssim for found in trials)
    return f"{statistics.mean(vmafs):.1f} | {min(vmafs):.1f} | {ssim:.4f}"


def sizes(trials: Sequence[Trial], peers: Sequence[Trial]) -> float:
    """The mean of the ratios of their sizes, clip by clip."""
    pairs = zip(trials, peers, strict=True)
    return statistics.geometric_mean([ours.cost.size / peer.cost.size for ours, peer in pairs])
