"""How late the event loop is: who blocks it keeps everybody waiting."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

_EVERY: Final = 0.5
# How many samples count as now.
_LATELY: Final = 20


class Lag:
    """Samples it; `hear` is told of each sample, in seconds."""

    def __init__(self, hear: Callable[[float], None], every: float = _EVERY) -> None:
        self._hear = hear
        self._every = every
        self._lately: deque[float] = deque(maxlen=_LATELY)

    @property
    def worst(self) -> float:
        """Seconds that it was late by at most, lately."""
        return max(self._lately, default=0.0)

    async def run(self) -> None:
        """Until cancelled: look how many seconds too late it wakes up."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + self._every
            await asyncio.sleep(self._every)
            late = max(0.0, clock() - due)
            self._lately.append(late)
            self._hear(late)
