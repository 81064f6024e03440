"""Pictures of several moments of one film."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from converter.checks import recourse
from converter.errors import Code, ConversionError, Refused
from converter.planning.moments import FEWEST


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


async def in_turn(
    count: int,
    take: Callable[[int], Awaitable[Shot]],
    on_setback: Callable[[ConversionError], None],
) -> tuple[Shot, ...]:
    """What `take` makes of each number from 1. Those that fail are left out, as long as enough are
    left; else the last failure is raised, or Refused (TOO_SHORT) where there are too few to begin
    with."""
    pictures: list[Shot] = []
    latest: ConversionError = Refused(Code.TOO_SHORT, f"{count} moments")
    for number in range(1, count + 1) if count >= FEWEST else ():
        try:
            pictures.append(await take(number))
        except ConversionError as error:
            if error.code in recourse.HOPELESS:
                raise
            on_setback(error)
            latest = error
    if len(pictures) < FEWEST:
        raise latest
    return tuple(pictures)
