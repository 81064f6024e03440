"""What the cards were seen to do, kept between starts: proving takes seconds for each card."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from converter.engines.capabilities import Gpu

_VERSION: Final = 1
# What a passing trouble made of a card must not last.
_FRESH_SECONDS: Final = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class GpuStore:
    """One JSON file at `path`. `now` is the time in seconds since 1970."""

    path: Path
    now: Callable[[], float] = time.time

    def load(self, key: str) -> tuple[Gpu, ...] | None:
        """The cards that were proved under this key within the last week, else None. A file that
        can't be read is none."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if (kept["version"], kept["key"]) != (_VERSION, key):
                return None
            if not 0 <= self.now() - kept["proved"] < _FRESH_SECONDS:
                return None
            return tuple(_card(one) for one in kept["cards"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, key: str, cards: Sequence[Gpu]) -> None:
        """Keep these cards under this key. A folder that can't be written costs the next start
        some seconds and nothing else."""
        kept = {
            "version": _VERSION,
            "key": key,
            "proved": self.now(),
            "cards": [_facts(card) for card in cards],
        }
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_text(json.dumps(kept, indent=1), encoding="utf-8")
                partial.replace(self.path)
            finally:
                partial.unlink(missing_ok=True)

    def forget(self) -> None:
        """Let the next start prove everything anew."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def _facts(card: Gpu) -> dict[str, Any]:
    return {
        "index": card.index,
        "name": card.name,
        "driver": card.driver,
        "encoders": sorted(card.encoders),
        "decoders": sorted(card.decoders),
        "filters": sorted(card.filters),
    }


def _card(facts: dict[str, Any]) -> Gpu:
    return Gpu(
        int(facts["index"]),
        str(facts["name"]),
        str(facts["driver"]),
        encoders=frozenset((str(name), int(bits)) for name, bits in facts["encoders"]),
        decoders=frozenset((str(name), int(bits)) for name, bits in facts["decoders"]),
        filters=frozenset(map(str, facts["filters"])),
    )
