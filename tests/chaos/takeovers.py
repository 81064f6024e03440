"""How long it takes from a kill until its jobs are somebody else's."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.ledger import Page, Row


@dataclass(frozen=True, slots=True)
class _Fallen:
    """A job whose process was killed in this attempt, at this moment (Unix seconds)."""

    attempt: int
    at: float


@dataclass(slots=True)
class Takeovers:
    """Seconds from a kill until the others had noticed (`found`: it waits again, or has ended), and
    until its next attempt began (`taken`)."""

    found: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    _unfound: dict[str, _Fallen] = field(default_factory=dict)
    _untaken: dict[str, _Fallen] = field(default_factory=dict)

    def killed(self, jobs: Sequence[Row], at: float) -> None:
        """These were in work when it happened."""
        for job in jobs:
            fallen = _Fallen(job.attempt, at)
            self._unfound[job.id] = self._untaken[job.id] = fallen

    def look(self, page: Page) -> None:
        """What has become of them; a look is as exact as it is frequent."""
        now = time.time()
        for job in page.jobs:
            fallen = self._unfound.get(job.id)
            if fallen is not None and (job.attempt > fallen.attempt or not job.running):
                self.found.append(now - fallen.at)
                del self._unfound[job.id]
            fallen = self._untaken.get(job.id)
            if fallen is not None and job.attempt > fallen.attempt and job.held_since:
                self.taken.append(max(0.0, job.held_since - fallen.at))
                del self._untaken[job.id]
            elif fallen is not None and job.ended:
                del self._untaken[job.id]
