"""What is known of a file that was looked at: enough to plan for it again and again without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from converter.engines.capabilities import Capabilities
from converter.limits import Limits
from converter.media import MediaInfo
from converter.planning import ladder
from converter.planning.plan import Plan
from converter.request import Request


@dataclass(frozen=True, slots=True)
class Seen:
    """The facts of a file; `moov_first`: an MP4 whose index stands before its media."""

    info: MediaInfo
    moov_first: bool

    def plan(self, request: Request, limits: Limits, able: Capabilities) -> Plan:
        """What would be tried first for this wish, with what it is expected to cost. Pure, and
        quick enough for a menu. Raises Refused as `ladder` does."""
        plans = ladder.ladder(self.info, request, limits, able, moov_first=self.moov_first)
        return plans[0]

    def dump(self) -> dict[str, Any]:
        """As JSON takes it."""
        found: dict[str, Any] = _SEEN.dump_python(self, mode="json")
        return found

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self | None:
        """What `dump` made; None for what another version made and this one can't read."""
        try:
            return _SEEN.validate_python(data)  # type: ignore[return-value]  # its own class
        except ValidationError:
            return None


_SEEN: TypeAdapter[Seen] = TypeAdapter(Seen)
