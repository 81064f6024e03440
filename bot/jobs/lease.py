"""How long a running job is somebody's, and how they prove it."""

from dataclasses import dataclass
from datetime import timedelta
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
