"""One line of the result table."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured: the figure, its goal, and how it came about."""

    name: str
    figure: str
    goal: str
    detail: str

    def __str__(self) -> str:
        return f"| {self.name} | {self.figure} | {self.goal} | {self.detail} |"


HEADER = "| what | figure | goal | detail |\n|---|---|---|---|"


def ratio(ours: Sequence[float], peers: Sequence[float]) -> str:
    """The median of the ratios, pair by pair, and their range: runs of one pair stood under the
    same load."""
    ratios = sorted(a / b for a, b in zip(ours, peers, strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def seconds(times: Sequence[float]) -> str:
    """The median, for the detail column."""
    return f"{statistics.median(times):.2f} s"
