"""How fast a bot may talk before Telegram answers 429."""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from standin.errors import too_many_requests

Rate = tuple[int, float]


@dataclass
class Pace:
    """Rates as (how many, in how many seconds); None is no limit.

    `messages` counts what is sent to a private chat, `group_messages` to a group, `edits`
    the edits of one message.
    """

    messages: Rate | None = (30, 30.0)
    group_messages: Rate | None = (20, 60.0)
    edits: Rate | None = (1, 1.0)
    _seen: dict[tuple[str, int, int], deque[float]] = field(default_factory=dict, repr=False)

    def send(self, chat_id: int, *, group: bool) -> None:
        """Count a message; ApiError 429 if it is one too many."""
        self._count(("send", chat_id, 0), self.group_messages if group else self.messages)

    def edit(self, chat_id: int, message_id: int) -> None:
        """Count an edit; ApiError 429 if it is one too many."""
        self._count(("edit", chat_id, message_id), self.edits)

    def _count(self, key: tuple[str, int, int], rate: Rate | None) -> None:
        if rate is None:
            return
        most, seconds = rate
        now = time.monotonic()
        seen = self._seen.setdefault(key, deque())
        while seen and seen[0] <= now - seconds:
            seen.popleft()
        if len(seen) >= most:
            raise too_many_requests(max(1, math.ceil(seen[0] + seconds - now)))
        seen.append(now)
