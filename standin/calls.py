"""What the bot asked for, in order."""

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from standin.signal import Signal
from standin.touched import Place

_KEPT = 10_000


@dataclass(frozen=True)
class CallRecord:
    """One finished request.

    `status` is the HTTP status that was or would have been sent (0: never executed), `dropped`
    says that the client got no answer. `time` is Unix seconds when it came, `seconds` how long
    it took. A file's body is recorded as method `download` with its `file_path`. `messages` are
    those that it made, changed or named, as chat and number.
    """

    method: str
    params: dict[str, Any]
    status: int
    description: str | None
    time: float
    seconds: float
    dropped: bool = False
    messages: frozenset[Place] = frozenset()

    @property
    def ok(self) -> bool:
        """Executed, whether or not the client learned of it."""
        return self.status == 200  # noqa: PLR2004 - HTTP's word for it


@dataclass
class CallLog:
    """The last calls (10,000 at most), and how many there were by method."""

    changed: Signal
    records: deque[CallRecord] = field(default_factory=lambda: deque(maxlen=_KEPT))
    counts: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        method: str,
        params: dict[str, Any],
        status: int,
        began: float,
        *,
        description: str | None = None,
        dropped: bool = False,
        messages: frozenset[Place] = frozenset(),
    ) -> None:
        """`began` is Unix seconds."""
        seconds = time.time() - began
        record = CallRecord(method, params, status, description, began, seconds, dropped, messages)
        self.records.append(record)
        self.counts[method] += 1
        self.changed.fire()

    def of(self, method: str) -> list[CallRecord]:
        """The calls of one method, oldest first."""
        return [record for record in self.records if record.method == method]
