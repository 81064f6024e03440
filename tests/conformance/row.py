"""One line of the report: plain data that goes between processes and into the JSON."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from tests.conformance.case import Fault
from tests.conformance.compare import Compared
from tests.conformance.facts import Facts, Picture, Sound
from tests.conformance.outcome import Word


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a file. `also` is the further conversion of a sound whose target was a
    picture. `seconds` is the time the conversion took."""

    file: str
    target: str
    kind: str
    word: Word
    faults: tuple[Fault, ...] = ()
    remark: str = ""
    how: str = ""
    code: str = ""
    detail: str = ""
    action: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    source: dict[str, Any] | None = None
    output: dict[str, Any] | None = None
    compared: dict[str, Any] | None = None
    also: "Row | None" = None

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """Its own and those of the further conversion."""
        if self.also is None:
            return self.faults
        told = f"as {self.also.target}: "
        return (*self.faults, *(Fault(f.kind, told + f.detail) for f in self.also.faults))

    def joined(self, also: "Row", word: Word) -> "Row":
        """This row with a further conversion, and the word for both."""
        return replace(self, also=also, word=word)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def summary(facts: Facts | None) -> dict[str, Any] | None:
    """The facts that help to understand a verdict."""
    if facts is None:
        return None
    span = facts.span
    return {
        "size": facts.size,
        "container": facts.container,
        "header_seconds": facts.header_seconds,
        "seconds": round(span.seconds, 3) if span else None,
        "streams": facts.streams,
        "picture": _picture(facts.picture),
        "sound": _sound(facts.sound),
        "boxes": " ".join(facts.layout.order[:12]),
        "complaints": list(facts.complaints),
    }


def figures(compared: Compared) -> dict[str, Any] | None:
    """What was measured side by side."""
    seen, heard, small = compared.seen, compared.heard, compared.thumbnail
    found: dict[str, Any] = {}
    if seen is not None:
        found["ssim"] = [round(moment.ssim, 3) for moment in seen.moments]
        found["colour"] = [round(moment.colour, 1) for moment in seen.moments]
        found["brightness"] = [round(moment.brightness, 1) for moment in seen.moments]
        found["contrast"] = [round(moment.contrast, 2) for moment in seen.moments]
        found["whole_frames"] = round(seen.whole, 3) if seen.fields else None
    if heard is not None:
        found["lags"] = [round(lag, 2) for lag in heard.lags]
        found["alike"] = round(heard.alike, 3)
        found["gone"] = [round(heard.gone, 3), round(heard.longest, 2)]
    if small is not None:
        found["thumbnail"] = round(small.contrast, 1)
    return found or None


def _picture(picture: Picture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    return {
        "codec": f"{picture.codec} {picture.profile} {picture.pixels}".strip(),
        "size": f"{picture.width}x{picture.height}",
        "sar": str(picture.sar),
        "rotation": picture.rotation,
        "frames": picture.frames,
        "rate": round(picture.rate, 3),
        "start": picture.span.start if picture.span else None,
        "end": picture.span.end if picture.span else None,
    }


def _sound(sound: Sound | None) -> dict[str, Any] | None:
    if sound is None:
        return None
    return {
        "codec": sound.codec,
        "channels": sound.channels,
        "mean": sound.mean,
        "loudest": sound.loudest,
        "start": sound.span.start if sound.span else None,
        "end": sound.span.end if sound.span else None,
    }
