"""Whether what became of a file is right for what it is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from converter.limits import Limits
from tests.conformance.case import Fault
from tests.conformance.expectations import Expectation, Family
from tests.conformance.kinds import Kind, Source

NEWER_DECODER: Final = "newer decoder"
# No verdict on a file: the machine was the cause, or time ran out.
_MACHINE: Final = frozenset({"timed_out", "out_of_memory", "disk_full", "gpu_failed", "engine"})
_INCOMPLETE: Final = frozenset({"truncated", "damaged"})
_MOST: Final = 0.5


class Word(StrEnum):
    """The verdict in a word."""

    RIGHT = "right"
    REFUSED = "refused rightly"
    WRONG = "wrong"


class How(StrEnum):
    """What a conversion ended in."""

    MADE = "made"
    REFUSED = "refused"
    CRASH = "crash"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a file. `code` and `detail` are an error's, `faults` those of an output."""

    how: How
    code: str = ""
    detail: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word, the faults that a wrong one has, and a remark."""

    word: Word
    faults: tuple[Fault, ...] = ()
    remark: str = ""


def verdict(source: Source, want: Expectation, ending: Ending, limits: Limits) -> Verdict:
    """Judge an ending."""
    if ending.how in {How.CRASH, How.HANG}:
        return Verdict(Word.WRONG, (Fault(ending.how.value, ending.detail), *ending.faults))
    if ending.how is How.REFUSED:
        return _refused(source, want, ending, limits)
    if ending.faults:
        return Verdict(Word.WRONG, ending.faults)
    if must_refuse(source, want):
        return Verdict(Word.WRONG, (Fault("not_refused", f"{source.kind} became {want.key}"),))
    remark = NEWER_DECODER if source.kind is Kind.NOTHING else ""
    return Verdict(Word.RIGHT, remark=remark)


def must_refuse(source: Source, want: Expectation) -> bool:
    """There is nothing in it that could become the target."""
    if want.family is not Family.SOUND:
        return source.kind is Kind.SOUND
    facts = source.facts
    return source.kind is Kind.VIDEO and facts is not None and facts.sound is None


def _refused(source: Source, want: Expectation, ending: Ending, limits: Limits) -> Verdict:
    code = ending.code
    if code in _MACHINE:
        return Verdict(Word.WRONG, (Fault(code, ending.detail), *ending.faults))
    if ending.faults:
        return Verdict(Word.WRONG, ending.faults)
    right = _codes(source, want, limits)
    if right is None or code in right:
        return Verdict(Word.REFUSED)
    kind = "refused_badly" if must_refuse(source, want) else "refused"
    return Verdict(Word.WRONG, (Fault(kind, f"{code}: {ending.detail}"),))


def _codes(source: Source, want: Expectation, limits: Limits) -> frozenset[str] | None:
    """Codes that a file may be refused with, None for any."""
    if source.kind in {Kind.STILL, Kind.NOTHING}:
        return None
    if source.kind is Kind.SEALED:
        return frozenset({"encrypted"})
    if must_refuse(source, want):
        return frozenset({"no_video" if source.kind is Kind.SOUND else "no_sound"})
    return _excuses(source, limits)


def _excuses(source: Source, limits: Limits) -> frozenset[str]:
    """Why even a file that can be decoded may be refused: what was measured, not what it says."""
    facts = source.facts
    pictures = facts.pictures if facts else ()
    seconds = (facts.seconds if facts else source.seconds) or 0.0
    pixels = max((p.width * p.height for p in pictures), default=0)
    excuses: Mapping[str, bool] = {
        "too_large": source.size > limits.max_input_bytes,
        "too_long": seconds > limits.max_duration,
        "too_many_pixels": pixels > limits.max_pixels,
        "too_many_streams": (facts.streams if facts else 0) > limits.max_streams,
        "dolby_vision": any(p.dolby_vision == 5 for p in pictures),
    }
    found = frozenset(code for code, holds in excuses.items() if holds)
    most_is_lost = facts is not None and 0 < seconds < facts.promised * _MOST
    return found | _INCOMPLETE if most_is_lost else found
