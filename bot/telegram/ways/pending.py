"""What was sent while no front end was there, and the operator doesn't want any more."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from bot.jobs.processes.members import Part, Seen

# Whoever comes to lead later than so many seconds after its start takes over from another.
_AT_THE_START: Final = 30.0


class Pending:
    """Says once, to whoever asks first, that it is to be forgotten: at the start of the whole bot,
    not each time that another front end comes to lead. `among_others`: there may be such."""

    def __init__(
        self,
        forget: bool,
        *,
        among_others: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._forget = forget
        self._clock = clock
        self._until = clock() + _AT_THE_START if among_others else None

    def to_be_forgotten(self) -> bool:
        """Whether it is, now."""
        forget, self._forget = self._forget, False
        return forget and (self._until is None or self._clock() <= self._until)


def served(members: Sequence[Seen], since: datetime) -> bool:
    """Whether somebody who was heard of since then talks with people already."""
    return any(seen.member.part is not Part.WORKER and seen.seen_at >= since for seen in members)
