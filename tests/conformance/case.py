"""One output to be judged, and what a rule finds wrong with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from tests.conformance.compare import Compared
from tests.conformance.expectations import Expectation
from tests.conformance.facts import Facts


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind that is counted, and what exactly was seen."""

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An output beside its source. `source` is None where our decoder makes nothing of it, and
    then `known_seconds` may come from the folder's index. `limit` in bytes. `compared` is empty
    where nobody laid the two side by side."""

    source: Facts | None
    output: Facts
    want: Expectation
    limit: int
    known_seconds: float | None = None
    compared: Compared = field(default_factory=Compared)


Rule = Callable[[Case], Iterable[Fault]]

# What containers write by themselves.
PLAIN_TAGS: Final = frozenset(
    {
        *("major_brand", "minor_version", "compatible_brands", "encoder", "duration"),
        *("handler_name", "vendor_id", "language", "alpha_mode", "timecode_rate"),
    }
)
