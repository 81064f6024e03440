"""How late the event loop is: who blocks it keeps everybody waiting."""

import asyncio
from collections.abc import Callable
from typing import Final

_EVERY: Final = 0.5


async def sample(hear: Callable[[float], None], every: float = _EVERY) -> None:
    """Until cancelled: tell how many seconds too late it wakes up."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + every
        await asyncio.sleep(every)
        hear(max(0.0, clock() - due))
