"""An output before the judge of the conformance tool, who shares no eyes with the converter."""

import functools
from pathlib import Path
from typing import Final

from tests.conformance.case import Case
from tests.conformance.expectations import EXPECTATIONS
from tests.conformance.facts import Facts
from tests.conformance.judge import judge
from tests.conformance.look import look
from tests.conformance.toolbox import Toolbox

_TOOLS: Final = Toolbox(seconds=60)
_LIMIT: Final = 2_000_000_000


def faults(source: Path | None, output: Path, target: str) -> list[str]:
    """What is wrong with an output, each with what was seen; without a `source`, by itself."""
    after = look(_TOOLS, output, strictly=True)
    assert after is not None, "nothing can be made of it"
    case = Case(_source(source) if source else None, after, EXPECTATIONS[target], _LIMIT)
    return [f"{fault.kind}: {fault.detail}" for fault in judge(case)]


@functools.cache
def _source(path: Path) -> Facts | None:
    return look(_TOOLS, path)
