"""How updates may come to us."""

from typing import Protocol


class Way(Protocol):
    """How updates come to us."""

    async def serve(self) -> None:
        """What every front end does for it, until cancelled."""
        ...

    async def lead(self) -> None:
        """What one front end does for all, until cancelled."""
        ...

    async def drain(self, seconds: float) -> None:
        """After both were cancelled: let what was begun end."""
        ...
