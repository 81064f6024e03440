"""What a conversion may end in: one row of facts per target.

A new target is a new row here (and, where its container or codec is new, the words for it in
`args`); nothing else asks which targets exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Target:
    """One output format.

    `containers` are ffmpeg's demuxer names that count as this container when nothing is to be
    done; `remuxable` those whose packets can be copied into it with sound timestamps.
    `max_side` bounds the longer side of a re-encoded picture, in pixels; sizes are even, never
    under `min_side`. `max_level` is H.264's level times ten. `max_fps` in frames per second.
    Sound: at most `channels`, `sample_rate` in Hz, `audio_bit_rate` in bit/s.
    """

    key: str
    muxer: str
    suffix: str
    containers: frozenset[str]
    remuxable: frozenset[str]
    video_codec: str
    profiles: frozenset[str]
    max_level: int
    max_side: int
    min_side: int
    max_fps: int
    audio_codecs: frozenset[str]
    audio_codec: str
    channels: int
    sample_rate: int
    audio_bit_rate: int
    crf: int
    preset: str


MP4 = Target(
    key="mp4",
    muxer="mp4",
    suffix=".mp4",
    containers=frozenset({"mp4"}),
    remuxable=frozenset({"mp4", "mov", "matroska", "mpegts", "flv"}),
    video_codec="h264",
    profiles=frozenset({"Constrained Baseline", "Baseline", "Main", "High"}),
    max_level=52,
    max_side=1920,
    min_side=16,
    max_fps=60,
    audio_codecs=frozenset({"aac", "mp3"}),
    audio_codec="aac",
    channels=2,
    sample_rate=48_000,
    audio_bit_rate=160_000,
    crf=22,
    preset="fast",
)

TARGETS: Mapping[str, Target] = MappingProxyType({MP4.key: MP4})
