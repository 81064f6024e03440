"""What came out when every frame of a stream was decoded, counted line by line. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tests.conformance.facts import Facts, Picture, Sound, Span

# Both names of a frame's duration: the second came with 6.0 and the first went.
ENTRIES: Final = (
    "frame=media_type,stream_index,best_effort_timestamp_time,pkt_duration_time,duration_time,"
    "nb_samples,interlaced_frame,width,height,pix_fmt"
)
# A picture's clock that goes back by more than this starts anew; less is a rounding.
_BACK: Final = 0.5
# Sound that comes later than it should by less than this is a clock that isn't quite the picture's.
_GAP: Final = 0.05


def decoded(facts: Facts, lines: Iterable[str]) -> Facts:
    """The facts with what ffprobe told of each frame, in its compact form."""
    tallies: dict[int, _Tally] = {}
    for line in lines:
        frame = dict(part.split("=", 1) for part in line.split("|") if "=" in part)
        index = frame.get("stream_index", "")
        if index.isdigit() and frame.get("media_type") in {"video", "audio"}:
            tallies.setdefault(int(index), _Tally()).add(frame)
    return replace(
        facts,
        pictures=tuple(_seen(p, tallies.get(p.index)) for p in facts.pictures),
        sounds=tuple(_played(s, tallies.get(s.index)) for s in facts.sounds),
    )


def number(text: object) -> float | None:
    """The number that a program wrote, None for anything else."""
    try:
        return float(str(text))
    except ValueError:
        return None


@dataclass(slots=True)
class _Tally:
    """The decoded frames of one stream."""

    pieces: list[tuple[float, float]] = field(default_factory=list)
    samples: list[tuple[float | None, int]] = field(default_factory=list)
    frames: int = 0
    interlaced: int = 0
    lengths: float = 0.0
    sizes: list[int] = field(default_factory=list)
    backward: bool = False
    _size: tuple[str | None, ...] = ()

    def add(self, frame: Mapping[str, str]) -> None:
        time = number(frame.get("best_effort_timestamp_time"))
        length = number(frame.get("duration_time") or frame.get("pkt_duration_time")) or 0.0
        if frame.get("nb_samples"):
            self.samples.append((time, int(number(frame["nb_samples"]) or 0)))
        size = (frame.get("width"), frame.get("height"), frame.get("pix_fmt"))
        if self.frames and size != self._size:
            self.sizes.append(self.frames)
        self._size = size
        self.frames += 1
        self.interlaced += frame.get("interlaced_frame") == "1"
        self.lengths += length
        if time is not None:
            self.backward |= bool(self.pieces) and time < self.pieces[-1][0] - _BACK
            self.pieces.append((time, length))

    def span(self, counted: float) -> Span:
        if not self.pieces:
            return Span(0.0, counted, counted)
        return Span(
            min(self.pieces)[0], max(start + length for start, length in self.pieces), counted
        )

    def runs(self, rate: int) -> tuple[tuple[float, float], ...]:
        """Pieces without a gap: start and seconds of each."""
        found: list[tuple[float, float]] = []
        for time, samples in self.samples:
            start, seconds = found[-1] if found else (time or 0.0, 0.0)
            late = 0.0 if time is None else time - (start + seconds)
            if found and abs(late) < _GAP:
                found[-1] = (start, seconds + samples / rate)
            else:
                found.append((start if time is None else time, samples / rate))
        return tuple(found)


def _seen(picture: Picture, tally: _Tally | None) -> Picture:
    if tally is None:
        return picture
    return replace(
        picture,
        frames=tally.frames,
        interlaced=tally.interlaced,
        times=tuple(sorted(time for time, _ in tally.pieces)),
        span=tally.span(tally.lengths),
        sizes=tuple(tally.sizes),
        backward=tally.backward,
    )


def _played(sound: Sound, tally: _Tally | None) -> Sound:
    samples = sum(count for _, count in tally.samples) if tally else 0
    if tally is None or not samples or not sound.sample_rate:
        return sound
    rate = sound.sample_rate
    return replace(sound, span=tally.span(samples / rate), runs=tally.runs(rate))
