"""An output laid beside its source: what is seen, what is heard, and the thumbnail."""

from dataclasses import dataclass
from pathlib import Path

from tests.conformance import heard, seen, thumbs
from tests.conformance.expectations import Expectation
from tests.conformance.facts import Facts
from tests.conformance.heard import Heard
from tests.conformance.seen import Seen
from tests.conformance.thumbs import Thumbnail
from tests.conformance.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Compared:
    """None where there is nothing to compare. `thumbnail` is None where there is none or no
    decoder knows it; `asked`: somebody looked for it."""

    seen: Seen | None = None
    heard: Heard | None = None
    thumbnail: Thumbnail | None = None
    asked: bool = False


def compare(
    tools: Toolbox,
    source: tuple[Path, Facts],
    output: tuple[Path, Facts],
    want: Expectation,
    thumbnail: Path | None = None,
) -> Compared:
    """Decode what the rules need."""
    return Compared(
        seen.compare(tools, source, output, want),
        heard.compare(tools, source, output, want.max_seconds),
        thumbs.look(tools, thumbnail) if thumbnail is not None else None,
        asked=True,
    )
