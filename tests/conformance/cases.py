"""Named kinds of files: a table of what must come out of each, read from JSON.

An entry: `file` in the folder, `about` in a sentence, `request` as the converter's own door takes
it (`{"target": "m4a"}`), `limits` that differ from the usual, and `expect`, see `Expect`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

TARGET: Final = "mp4"


@dataclass(frozen=True, slots=True)
class Expect:
    """What must come out; None and empty ask for nothing beyond the usual rules.

    `refused`: an error's code. `action`: any of the converter's own words for what it did.
    `picture` is "copied" or "encoded". `notes`: exactly these. `seconds` and `sound_seconds` as
    decoded, within `within`; `no_sound`: none is there. `frames`: exactly so many decoded.
    `sound_codec` of the first track. `tones`: [second, Hz] pairs of what is heard. `progressive`:
    share of frames that `idet` takes for whole. `block`: [second, width, left out] of the bright
    block that is seen, in pixels. `shape`: [second, width / height] of what isn't black.
    `words`: text in a subtitle track. `drawn`: a second at which something is painted into the
    lower part of the picture that isn't there in the source. `most_bytes`: the size. `either`:
    other expectations of which one must hold.
    """

    refused: str = ""
    action: tuple[str, ...] = ()
    picture: str = ""
    notes: tuple[str, ...] | None = None
    seconds: float | None = None
    sound_seconds: float | None = None
    within: float = 0.12
    no_sound: bool = False
    frames: int | None = None
    sound_codec: str = ""
    sounds: int | None = None
    tones: tuple[tuple[float, float], ...] = ()
    progressive: float | None = None
    block: tuple[float, float] | None = None
    shape: tuple[float, float] | None = None
    words: str = ""
    drawn: float | None = None
    most_bytes: int | None = None
    either: tuple["Expect", ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of the table."""

    file: str
    request: Mapping[str, Any]
    expect: Expect
    about: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """What is asked for."""
        return str(self.request["target"])

    @property
    def name(self) -> str:
        """The file, and how the wish differs from the usual."""
        wish = [f"{key} {value}" for key, value in self.request.items() if key != "target"]
        wish = ([self.target] if self.target != TARGET else []) + wish
        return f"{self.file} ({', '.join(wish)})" if wish else self.file


def read(path: Path) -> list[Named]:
    """The table in a file. Raises ValueError with what is wrong with it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return [_named(row) for row in found]
    except (OSError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path}: {type(error).__name__} {error}") from error


def _named(row: Mapping[str, Any]) -> Named:
    request = {"target": TARGET, **row.get("request", {})}
    expect = _expect(row.get("expect", {}))
    return Named(row["file"], request, expect, row.get("about", ""), row.get("limits", {}))


def _expect(data: Mapping[str, Any]) -> Expect:
    strange = set(data) - {known.name for known in fields(Expect)}
    if strange:
        raise ValueError(f"no expectation {', '.join(sorted(strange))}")
    plain = {name: value for name, value in data.items() if name != "either"}
    values: dict[str, Any] = {name: _frozen(value) for name, value in plain.items()}
    return Expect(**values, either=tuple(_expect(one) for one in data.get("either", ())))


def _frozen(value: object) -> object:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value
