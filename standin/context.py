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
        """The upload that `attach://name` means, or a `file://…` to a server of the bot's own;
        None for anything else. ApiError 400 for a path that the server can't read."""
        scheme, _, name = reference.partition("://")
        if scheme == "file" and self.state.disk is not None:
            if reference not in self.uploads:
                self.uploads[reference] = self.state.disk.sent(reference)
            return self.uploads[reference]
        return self.uploads.get(name) if scheme == "attach" else None


Method = Callable[[Call], Awaitable[object]]
