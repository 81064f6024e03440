"""Pictures of several moments of one film."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shot:
    """A proved picture of the moment `at`, seconds on the film's own time line; its sides in
    pixels and its `size` in bytes."""

    path: Path
    at: float
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Shots:
    """Two or more, in the film's order. `seconds` is how long taking them took."""

    pictures: tuple[Shot, ...]
    seconds: float

    @property
    def size(self) -> int:
        """Bytes of all together."""
        return sum(shot.size for shot in self.pictures)
