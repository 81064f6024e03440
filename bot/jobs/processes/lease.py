"""How long a running job is somebody's, and how they prove it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Lease:
    """A running job is its holder's for `lasts`, renewed every `renew` seconds. A holder that
    couldn't prove it for `proof` seconds stops by itself, None where nobody else could have taken
    it. Whoever leases have run out is looked for every `look` seconds."""

    lasts: timedelta
    renew: float
    proof: float | None
    look: float


ALONE: Final = Lease(timedelta(seconds=30), renew=10.0, proof=None, look=10.0)
AMONG_OTHERS: Final = Lease(timedelta(seconds=10), renew=3.0, proof=8.0, look=2.0)


@dataclass(slots=True)
class Contact:
    """When a process was heard of, by its own account. While the database is away nobody is:
    whoever comes back first must take none of the others for dead."""

    lease: Lease
    last: datetime | None = None
    patient_until: datetime | None = None

    def made(self, now: datetime) -> bool:
        """It is heard of now. Whether the silence of others means anything: not for a lease after
        it was away itself."""
        lasts = self.lease.lasts
        if self.last is not None and now - self.last > lasts / 2:
            self.patient_until = now + lasts
        self.last = now
        return self.patient_until is None or now >= self.patient_until
