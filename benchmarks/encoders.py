"""What `quality` compares: the words of each encoder, and how fine its grid is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Grid:
    """An encoder's presets × CRFs, on the first `clips` clips.

    `preset` is the option that takes a preset, `fixed` what never changes.
    """

    preset: str
    presets: Sequence[str]
    crfs: Sequence[int]
    fixed: Sequence[str]
    suffix: str
    clips: int

    def options(self, preset: str, crf: int) -> list[str]:
        """ffmpeg's output options for one point of the grid."""
        return [*self.fixed, self.preset, preset, "-crf", str(crf), "-pix_fmt", "yuv420p"]


GRIDS: Mapping[str, Grid] = MappingProxyType(
    {
        "h264": Grid(
            preset="-preset",
            presets=("veryfast", "faster", "fast", "medium"),
            crfs=tuple(range(19, 27)),
            fixed=("-c:v", "libx264", "-profile:v", "high"),
            suffix=".mp4",
            clips=6,
        ),
        "hevc": Grid(
            preset="-preset",
            presets=("superfast", "veryfast", "fast"),
            crfs=(22, 24, 26, 28),
            fixed=("-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", "log-level=error"),
            suffix=".mp4",
            clips=4,
        ),
        "av1": Grid(
            preset="-preset",
            presets=("6", "8", "10"),
            crfs=(28, 32, 36, 40),
            fixed=("-c:v", "libsvtav1"),
            suffix=".mp4",
            clips=4,
        ),
        "vp9": Grid(
            preset="-cpu-used",
            presets=("3", "4", "5"),
            crfs=(30, 34, 38),
            fixed=("-c:v", "libvpx-vp9", "-b:v", "0", "-row-mt", "1", "-deadline", "good"),
            suffix=".webm",
            clips=4,
        ),
    }
)
PEER = GRIDS["h264"].options("fast", 22)
