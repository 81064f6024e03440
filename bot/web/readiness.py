"""Whether this process can do its work now: each part that it needs is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.web.kept import Kept

Check = Callable[[], Awaitable[bool]]
"""Whether a part is there; what it raises of storage, engine or system means that it isn't."""

# Load balancers ask every second; nobody is hurt by an answer of some seconds ago.
_AGE: Final = 3.0
_PATIENCE: Final = 6.0


class Readiness:
    """`checks` by the names of the parts, which are told to whoever asks."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = {
            part: Kept(check, age=_AGE, patience=_PATIENCE) for part, check in checks.items()
        }

    async def parts(self) -> Mapping[str, bool]:
        """Of each part, whether it is ready."""
        answers = await asyncio.gather(*(check.get() for check in self._checks.values()))
        return {part: bool(answer) for part, answer in zip(self._checks, answers, strict=True)}

    async def close(self) -> None:
        """Ask nothing more."""
        await asyncio.gather(*(check.close() for check in self._checks.values()))
