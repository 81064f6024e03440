"""The options of a conversion, one row each: what it takes and for which targets it means anything.

`parse`, `dump` and the checks of `request`, the command line, README's table and the menus follow
from these rows. What an option is when nobody speaks of it stands in `request.Request` alone.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from converter.formats import TARGETS, Kind, Shape, Target

SLOWEST, FASTEST = 0.5, 2.0
QUIETEST, LOUDEST = -40.0, -10.0
LEAST_CUT: Final = 0.04  # seconds: about one frame

Value = str | int | float | bool | None


class Quality(StrEnum):
    """How much of the original a new picture keeps."""

    ORIGINAL = "original"
    BALANCED = "balanced"
    SMALL = "small"


class Subtitles(StrEnum):
    """What becomes of subtitles. AUTO keeps them where the target keeps everything, else drops
    them."""

    AUTO = "auto"
    DROP = "drop"
    KEEP = "keep"
    BURN = "burn"


class Still(StrEnum):
    """The kind of a single picture."""

    JPEG = "jpeg"
    PNG = "png"


class Unit(StrEnum):
    """What an option takes, as a word that people's texts are found by."""

    WHOLE = "whole"
    NUMBER = "number"
    SECONDS = "seconds"
    BYTES = "bytes"
    CHOICE = "choice"
    TRACK = "track"
    YES_OR_NO = "yes_or_no"


_WHOLE: Final = frozenset({Unit.WHOLE, Unit.BYTES})


@dataclass(frozen=True, slots=True)
class Takes:
    """What an option may be: one of `choices`, or a number from `least` to `most` (None: no bound),
    or a text of at most `longest` characters."""

    unit: Unit
    least: float | None = None
    most: float | None = None
    choices: tuple[str | int, ...] = ()
    longest: int = 16

    def read(self, value: object) -> Value:
        """A value out of JSON, or typed into a form, as a Request has it; not yet held against the
        bounds. Raises TypeError, ValueError or OverflowError for what is none."""
        if self.unit is Unit.YES_OR_NO:
            return _yes_or_no(value)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise TypeError("neither a number nor a text")
        if self.unit is Unit.CHOICE:
            word = str(value).casefold()
            return next((one for one in self.choices if str(one) == word), str(value))
        if self.unit is Unit.TRACK:
            return str(value)
        if self.unit not in _WHOLE:
            return float(value)
        if isinstance(value, float) and not value.is_integer():
            raise ValueError("not a whole number")
        return int(value)

    def allows(self, value: Value) -> bool:
        """Whether a value of the right type is one that makes sense."""
        if self.unit is Unit.CHOICE:
            return value in self.choices
        if self.unit is Unit.TRACK:
            return len(str(value)) <= self.longest
        if self.unit is Unit.YES_OR_NO:
            return isinstance(value, bool)
        if not isinstance(value, int | float) or (
            # A whole number is finite, and may be too large for this question.
            isinstance(value, float) and not math.isfinite(value)
        ):
            return False
        least, most = self.least, self.most
        return (least is None or value >= least) and (most is None or value <= most)


def _yes_or_no(value: object) -> bool:
    found = {"true": True, "false": False}.get(value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise TypeError("neither yes nor no")
    return found


Suits = Callable[[Target, Value], bool]


@dataclass(frozen=True, slots=True)
class Option:
    """One option, by the name of its field in a Request.

    `suits` says whether a value changes anything for a target; `needs` names another option and
    the value that it must have, `excludes` options next to which it changes nothing.
    """

    name: str
    takes: Takes
    suits: Suits
    needs: tuple[str, str] | None = None
    excludes: tuple[str, ...] = ()

    def means_something_for(self, target: Target) -> bool:
        """Whether any value of it changes anything there."""
        return any(self.suits(target, value) for value in self.takes.choices or (None,))


def _always(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    return True


def _pictured(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    return target.picture is not None


def _resized(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    """Round notes, stickers and emoji have a size of their own."""
    return target.picture is not None and target.picture.shape is Shape.FIT


def _running(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    return target.kind is not Kind.FRAME


def _moving(target: Target, value: Value) -> bool:
    return _pictured(target, value) and _running(target, value)


def _copied(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    """Where a part can be had without encoding it: never of what is drawn anew for each cut."""
    return target.kind not in {Kind.GIF, Kind.FRAME}


def _heard(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    return target.sound is not None


def _muted(target: Target, value: Value) -> bool:
    """Sound alone, muted, would be nothing."""
    return _pictured(target, value) and _heard(target, value)


def _deep(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    return target.picture is not None and target.picture.deep


def _single(target: Target, value: Value) -> bool:  # noqa: ARG001 - a Suits
    return target.kind is Kind.FRAME


def _graded(target: Target, value: Value) -> bool:
    """What is made to a size takes what bits that gives; a GIF or a single picture is always made
    as good as it gets, and only smaller on request."""
    if target.picture is None or target.picture.shape in {Shape.SIDE, Shape.PADDED}:
        return False
    return value is not Quality.ORIGINAL or target.kind not in {Kind.GIF, Kind.FRAME}


def _captioned(target: Target, value: Value) -> bool:
    """Any picture can be painted over; few formats have a place for subtitles of their own."""
    return bool(target.subtitles) if value is Subtitles.KEEP else target.picture is not None


def _seconds(least: float = 0.0) -> Takes:
    return Takes(Unit.SECONDS, least)


_SIDE: Final = Takes(Unit.WHOLE, 16, 16_384)
_TRACK: Final = Takes(Unit.TRACK)
_YES_OR_NO: Final = Takes(Unit.YES_OR_NO)

_ROWS: Final = (
    Option("target", Takes(Unit.CHOICE, choices=tuple(TARGETS)), _always),
    Option("quality", Takes(Unit.CHOICE, choices=tuple(Quality)), _graded),
    Option("height", _SIDE, _resized),
    Option("max_side", _SIDE, _resized),
    Option("max_fps", Takes(Unit.NUMBER, 1, 240), _moving),
    Option("max_bytes", Takes(Unit.BYTES, 10_000, 10**15), _always),
    Option("fit", _YES_OR_NO, _always),
    Option("start", _seconds(), _always, excludes=("at",)),
    Option("end", _seconds(LEAST_CUT), _always, excludes=("at",)),
    Option("exact", _YES_OR_NO, _copied),
    Option("mute", _YES_OR_NO, _muted),
    Option("audio", _TRACK, _heard, excludes=("mute",)),
    Option("loudness", Takes(Unit.NUMBER, QUIETEST, LOUDEST), _heard, excludes=("mute",)),
    Option("subtitles", Takes(Unit.CHOICE, choices=tuple(Subtitles)), _captioned),
    Option("subtitle", _TRACK, _pictured, needs=("subtitles", Subtitles.BURN)),
    Option("rotate", Takes(Unit.CHOICE, choices=(0, 90, 180, 270)), _pictured),
    Option("mirror", _YES_OR_NO, _pictured),
    Option("speed", Takes(Unit.NUMBER, SLOWEST, FASTEST), _running),
    Option("metadata", _YES_OR_NO, _copied),
    Option("ten_bit", _YES_OR_NO, _deep),
    Option("at", _seconds(), _single),
    Option("still", Takes(Unit.CHOICE, choices=tuple(Still)), _single),
)

OPTIONS: Final[Mapping[str, Option]] = MappingProxyType({row.name: row for row in _ROWS})


def options_for(target: Target) -> tuple[Option, ...]:
    """The options that mean something for a target, in the order in which people are asked."""
    return tuple(option for option in OPTIONS.values() if option.means_something_for(target))
