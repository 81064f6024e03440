"""Who runs what, when: engines that bring ready jobs to a worker."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.jobs.model import Job


class Place:
    """One of the places where conversions run; given back once, early where the job goes on without
    it."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back: Callable[[], None] | None = give_back

    def free(self) -> None:
        """Let somebody else have it. Twice is harmless."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()


Carry = Callable[[Job, Place], Awaitable[None]]
"""Brings a taken job to its end. Never raises; frees the place."""


class Source(Protocol):
    """Where a dispatcher's jobs come from. All but `tend` may raise StorageError."""

    async def take(self) -> Job | None:
        """The next job, claimed; None when nothing may start now."""
        ...

    async def wait(self) -> None:
        """Until it is worth asking again."""
        ...

    async def tend(self) -> None:
        """Until cancelled: whatever it needs to be done beside. Trouble of the storage never ends
        it."""
        ...


class Dispatch(Protocol):
    """Runs jobs as the store says that they are ready: at most so many at once, in the order of the
    line, one of each user. One contract suite (tests/contract/test_dispatch_contract.py) holds for
    every engine."""

    @property
    def busy(self) -> bool:
        """Every place is taken: whatever comes now has to wait."""
        ...

    @property
    def running(self) -> int:
        """How many places are taken."""
        ...

    async def run(self, carry: Carry) -> None:
        """Start jobs until `stop` is called. Trouble of the storage never ends it."""
        ...

    @property
    def stopping(self) -> bool:
        """It was told to start nothing more."""
        ...

    def stop(self) -> None:
        """Start nothing more; what runs goes on."""
        ...
