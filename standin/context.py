"""What a method gets to work with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from standin.state import State
from standin.wire import Upload

Json = dict[str, Any]


@dataclass
class Call:
    """One request that passed the schema: typed parameters and uploads by field name."""

    state: State
    method: str
    params: Json
    uploads: dict[str, Upload]

    def upload(self, reference: str) -> Upload | None:
        """The upload that `attach://name` means, or None."""
        scheme, _, name = reference.partition("://")
        return self.uploads.get(name) if scheme == "attach" else None


Method = Callable[[Call], Awaitable[object]]
