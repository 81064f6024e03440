"""What a file of the folder is: from the folder's index, or from decoding all of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tests.conformance.boxes import layout
from tests.conformance.facts import Facts
from tests.conformance.look import is_playlist, look
from tests.conformance.toolbox import Toolbox

INDEX: Final = "index.json"
# Text that ffmpeg would play as an old terminal, and lists of other files.
_NOT_MEDIA: Final = frozenset({"tty", "lrc", "aqtitle", "image2"})
_STILLS: Final = frozenset({"ico", "gif", "apng", "tiff_pipe"})
_STILL_BRANDS: Final = frozenset({"avif", "heic", "heix", "mif1", "heif"})


class Kind(StrEnum):
    """What can rightly become of it follows from this."""

    VIDEO = "video"
    SOUND = "sound"
    STILL = "still picture"
    SEALED = "encrypted"
    NOTHING = "nothing to convert"


_BY_INDEX: Final[Mapping[str, Kind]] = {
    "video": Kind.VIDEO,
    "audio": Kind.SOUND,
    "undecodable": Kind.NOTHING,
}


# What there is more in comes later.
_RANKS: Final = (Kind.NOTHING, Kind.SOUND, Kind.VIDEO)


@dataclass(frozen=True, slots=True)
class Known:
    """What the folder's index says of a file. `seconds`: how much could be decoded of it."""

    kind: Kind
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be converted, and what is known of it. `size` in bytes."""

    path: Path
    kind: Kind
    size: int
    facts: Facts | None
    seconds: float | None = None


def read_index(folder: Path) -> dict[str, Known]:
    """The facts of a folder by file name; none where there is no index or it is another kind."""
    try:
        found = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = found.get("files", []) if isinstance(found, dict) else found
    if not isinstance(entries, list):
        return {}
    rows = (entry for entry in entries if isinstance(entry, dict))
    return {
        str(row.get("file")): Known(_BY_INDEX[str(row.get("kind"))], _seconds(row))
        for row in rows
        if row.get("kind") in _BY_INDEX
    }


def files_of(folder: Path) -> list[Path]:
    """Every file in the folder, at any depth, but for its index and hidden ones."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if path != folder / INDEX
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def examine(tools: Toolbox, path: Path, known: Known | None) -> Source:
    """Read a file's facts and say what it is. What the index calls media is believed where our own
    decoder makes nothing of it, but never that there is nothing in what we can decode."""
    size = path.stat().st_size
    try:
        facts = look(tools, path)
    except (ValueError, KeyError, TypeError):  # a report that no sane file gives
        facts = None
    kind = max((known.kind if known else Kind.NOTHING, _kind(facts)), key=_RANKS.index)
    if kind is Kind.VIDEO and facts is not None and _is_still(facts):
        kind = Kind.STILL
    # Sealed media often decodes to noise without a complaint, or not at all.
    if layout(path).sealed and (known is None or kind is Kind.VIDEO):
        kind = Kind.SEALED
    return Source(path, kind, size, facts, known.seconds if known else None)


def _kind(facts: Facts | None) -> Kind:
    if facts is None or facts.container in _NOT_MEDIA or is_playlist(facts.container):
        return Kind.NOTHING
    if facts.picture is not None:
        return Kind.VIDEO
    return Kind.SOUND if facts.sound is not None else Kind.NOTHING


def _is_still(facts: Facts) -> bool:
    """One picture in a box that pictures come in."""
    picture = facts.picture
    if picture is None or picture.frames > 1 or facts.sound is not None:
        return False
    return (
        facts.container.endswith("_pipe")
        or facts.container in _STILLS
        or facts.brand in _STILL_BRANDS
    )


def _seconds(row: Mapping[str, Any]) -> float | None:
    """How much was decoded: [status, frames, seconds, complaints] of picture and sound."""
    decoded = [row.get(name) for name in ("vdec", "adec")]
    lengths = [entry[2] for entry in decoded if isinstance(entry, list) and len(entry) > 2]
    return max((float(n) for n in lengths if isinstance(n, int | float)), default=None)
