"""How loud a sound is by EBU R128, as ffmpeg's loudnorm filter reports it. Pure."""

import contextlib
import json
import math
import re
from dataclasses import dataclass
from typing import Final

TRUE_PEAK: Final = -1.0
RANGE: Final = 11.0
_REPORT: Final = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")
_SILENCE: Final = -70.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The first pass's figures: integrated loudness and threshold in LUFS, true peak in dBTP,
    range in LU, `offset` in LU."""

    integrated: float
    peak: float
    range: float
    threshold: float
    offset: float


def first_pass(target: float) -> str:
    """The filter that measures."""
    return f"{_filter(target)}:print_format=json"


def one_pass(target: float) -> str:
    """The filter that corrects as it goes, for a sound that nobody measured."""
    return _filter(target)


def second_pass(target: float, measured: Measured | None) -> str:
    """The filter that corrects by what was measured: one gain for the whole where that keeps the
    peaks, so that loud and soft stay apart. Without a measure (silence) nothing is changed."""
    if measured is None:
        return "anull"
    return (
        f"{_filter(target)}:measured_I={measured.integrated:.2f}:measured_TP={measured.peak:.2f}"
        f":measured_LRA={measured.range:.2f}:measured_thresh={measured.threshold:.2f}"
        f":offset={measured.offset:.2f}:linear=true"
    )


def parse(stderr: str) -> Measured | None:
    """The report at the end of the first pass's messages; None for silence or no report."""
    found = _REPORT.findall(stderr)
    if not found:
        return None
    with contextlib.suppress(ValueError, KeyError, TypeError):
        report = json.loads(found[-1])
        names = ("input_i", "input_tp", "input_lra", "input_thresh", "target_offset")
        numbers = [float(report[name]) for name in names]
        if all(map(math.isfinite, numbers)) and numbers[0] > _SILENCE:
            return Measured(*numbers)
    return None


def _filter(target: float) -> str:
    return f"loudnorm=I={target:.2f}:TP={TRUE_PEAK:.2f}:LRA={RANGE:.2f}"
