"""What is in a file, as plain data: what its headers say and what came out when it was decoded."""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Final

from tests.conformance.boxes import Layout

_WINDOW: Final = 1.0
# Picture and sound that both pause for longer are a clock that was set, not a pause.
_LEAP: Final = 10.0
# They say of each track how long it is; elsewhere that is somebody's guess.
_INDEXED: Final = frozenset({"mov", "matroska", "avi", "asf"})
# Their clocks run on from whatever wrote them before.
_FREE_CLOCKS: Final = frozenset({"mpegts", "mpeg"})


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
    """One moving picture. `times` are those of its decoded frames, in order; `sizes` how many
    frames came before each change of their size. `turn` is how the display matrix moves a point,
    (a, b, c, d). `backward`: the clock starts anew somewhere."""

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
    turn: tuple[int, int, int, int] = (1, 0, 0, 1)
    sizes: tuple[int, ...] = ()
    backward: bool = False
    default: bool = False
    promised: float | None = None

    @property
    def rgb(self) -> bool:
        """Not made of luma and chroma."""
        return not self.pixels.startswith(("yuv", "gray", "nv", "p01", "ya8"))

    @property
    def alpha(self) -> bool:
        """Some of it may be transparent."""
        return self.pixels.startswith(
            ("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "pal8", "ya")
        )

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
    """One sound track. Loudness in dB, None where it wasn't or can't be measured. `runs` are its
    pieces without a gap: when each begins, and its seconds, counted in samples. `aside`: it is a
    commentary or a description, not what belongs to the film."""

    index: int
    codec: str
    profile: str
    channels: int
    sample_rate: int
    span: Span | None = None
    loudest: float | None = None
    mean: float | None = None
    runs: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    default: bool = False
    aside: bool = False
    promised: float | None = None

    @property
    def backward(self) -> bool:
        """The clock starts anew somewhere."""
        return any(b[0] < a[0] + a[1] - _WINDOW for a, b in pairwise(self.runs))

    @property
    def longest_gap(self) -> float:
        """Longest time without it between its pieces."""
        return max((b[0] - a[0] - a[1] for a, b in pairwise(self.runs)), default=0.0)


@dataclass(frozen=True, slots=True)
class Facts:
    """A file. `tags` are the names of its metadata, `stream_tags` those of its streams;
    `cut_off`: it ends before its structure does. `levels` of H.264: what MP4 says of it, and what
    its own parameters say. `complaints` are what a decoder said against it."""

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
    cut_off: bool = False
    levels: tuple[int, int] = (0, 0)
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
        """What belongs to the film: of what can be decoded no commentary, if there is a choice,
        and of that the track that is marked, else the first."""
        heard = [s for s in self.sounds if s.span is not None]
        meant = [s for s in heard if not s.aside] or heard
        return next((s for s in meant if s.default), meant[0] if meant else None)

    @property
    def leaps(self) -> bool:
        """Its clock is set anew somewhere, as where two recordings were joined."""
        picture, sound = self.picture, self.sound
        if (picture is not None and picture.backward) or (sound is not None and sound.backward):
            return True
        gaps = [part.longest_gap for part in (picture, sound) if part is not None]
        alone = len(gaps) == 1 and self.container not in _FREE_CLOCKS
        return bool(gaps) and min(gaps) > _LEAP and not alone

    def played(self, part: Picture | Sound | None) -> float:
        """How long one of its tracks plays when decoded, whatever headers say: by its clock, or
        counted piece by piece where that leaps."""
        if part is None or part.span is None:
            return 0.0
        return part.span.counted if self.leaps else part.span.seconds

    @property
    def seconds(self) -> float:
        """How long picture and sound play when decoded."""
        return max(self.played(self.picture), self.played(self.sound))

    @property
    def promised(self) -> float:
        """How long picture and sound should play: by their own indices, or by the file's header
        where the rest of it is missing. Nothing else that a header says is worth believing: it may
        be as long as subtitles that nobody sees."""
        tracks = [part.promised for part in (self.picture, self.sound) if part is not None]
        indexed = not _INDEXED.isdisjoint(self.container.split(","))
        # A clock that fragments were given somewhere else is no length.
        indexed = indexed and not self.layout.fragmented
        own = max((seconds for seconds in tracks if seconds), default=0.0) if indexed else 0.0
        return max(own, (self.header_seconds or 0.0) if self.cut_off else 0.0)

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
