"""What is in a file, as plain data: what its headers say and what came out when it was decoded."""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Final

from tests.conformance.boxes import Layout

_WINDOW: Final = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """When something plays: first and last moment on the file's clock, and how much there is of
    it, counted piece by piece."""

    start: float
    end: float
    counted: float

    @property
    def seconds(self) -> float:
        """From the first moment to the last."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Picture:
    """One moving picture. `times` are those of its decoded frames, in order."""

    index: int
    codec: str
    tag: str
    profile: str
    level: int
    pixels: str
    width: int
    height: int
    sar: Fraction
    rotation: int
    matrix: bool
    field_order: str
    colour_range: str
    space: str
    transfer: str
    primaries: str
    side_data: tuple[str, ...]
    dolby_vision: int | None
    frames: int = 0
    interlaced: int = 0
    times: tuple[float, ...] = field(default=(), repr=False)
    span: Span | None = None

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height as a person sees them."""
        width, height = float(self.width), float(self.height)
        if self.sar > 1:
            width *= float(self.sar)
        elif self.sar < 1:
            height /= float(self.sar)
        return (height, width) if self.rotation % 180 == 90 else (width, height)

    @property
    def hdr(self) -> bool:
        """Made for another kind of screen."""
        return self.transfer in {"smpte2084", "arib-std-b67"}

    @property
    def rate(self) -> float:
        """Frames a second on average, 0 where too few are there to tell."""
        if len(self.times) < 3 or self.times[-1] <= self.times[0]:
            return 0.0
        return (len(self.times) - 1) / (self.times[-1] - self.times[0])

    @property
    def peak(self) -> int:
        """Most frames within a second."""
        most, first = 0, 0
        for last, time in enumerate(self.times):
            while time - self.times[first] >= _WINDOW:
                first += 1
            most = max(most, last - first + 1)
        return most

    @property
    def longest_gap(self) -> float:
        """Longest time from one frame to the next."""
        return max((b - a for a, b in pairwise(self.times)), default=0.0)


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound track. Loudness in dB, None where it wasn't or can't be measured."""

    index: int
    codec: str
    profile: str
    channels: int
    sample_rate: int
    span: Span | None = None
    loudest: float | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A file. `tags` are the names of its metadata, `stream_tags` those of its streams;
    `complaints` what a decoder said against it."""

    size: int
    container: str
    brand: str
    header_seconds: float | None
    tags: frozenset[str]
    stream_tags: frozenset[str]
    pictures: tuple[Picture, ...]
    sounds: tuple[Sound, ...]
    subtitles: int
    covers: int
    others: int
    chapters: int
    layout: Layout
    complaints: tuple[str, ...] = ()

    @property
    def streams(self) -> int:
        """Streams of all kinds."""
        return len(self.pictures) + len(self.sounds) + self.subtitles + self.covers + self.others

    @property
    def picture(self) -> Picture | None:
        """The first picture that can be decoded."""
        return next((p for p in self.pictures if p.frames), None)

    @property
    def sound(self) -> Sound | None:
        """The first sound that can be decoded."""
        return next((s for s in self.sounds if s.span is not None), None)

    @property
    def span(self) -> Span | None:
        """When picture or sound play."""
        parts = [part.span for part in (self.picture, self.sound) if part and part.span]
        if not parts:
            return None
        return Span(
            min(part.start for part in parts),
            max(part.end for part in parts),
            max(part.counted for part in parts),
        )
