"""When a waiting job starts: what is expected, what its person was told, and how wrong that was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, insert, select

from bot.jobs.house.tables import estimates
from bot.jobs.model import Job, Phase
from bot.jobs.tables import jobs
from bot.storage.clock import utc_now
from bot.storage.transactions import Transactions
from converter.planning.plan import Plan


class Outlook(Protocol):
    """Who knows what is to be done for jobs that nobody has begun."""

    async def plans(self, waiting: Sequence[Job]) -> Mapping[str, Plan]:
        """The plans of those of these jobs that were looked at, by their ids. May raise
        StorageError."""
        ...


class NoOutlook:
    """Nobody looks at anything beforehand."""

    async def plans(self, waiting: Sequence[Job]) -> Mapping[str, Plan]:  # noqa: ARG002 - the Protocol's
        """See Outlook."""
        return {}


class Gauge(Protocol):
    """Who hears how good estimates are."""

    def note_estimate(self, expected: float, actual: float) -> None:
        """A waiting job started `actual` seconds after its person was told that it would in
        `expected`."""
        ...


class NoGauge:
    """Nobody does."""

    def note_estimate(self, expected: float, actual: float) -> None:
        """See Gauge."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was last told of a job's start, and how long ago: seconds."""

    expected: float
    actual: float


class EstimateStore:
    """What people were told, for whoever starts their jobs. Methods may raise StorageError. `clock`
    gives aware moments."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime] = utc_now) -> None:
        self._tx = transactions
        self._clock = clock

    async def tell(self, told: Mapping[str, float]) -> None:
        """The persons of these jobs are told so many seconds, from now on."""
        if not told:
            return
        waiting = select(jobs.c.id).where(jobs.c.phase == Phase.QUEUED)
        async with self._tx.write() as change:
            change.made, db, now = False, change.db, self._clock()
            over = estimates.c.job_id.in_(list(told)) | estimates.c.job_id.not_in(waiting)
            await db.execute(delete(estimates).where(over))
            rows = [{"job_id": key, "seconds": value, "at": now} for key, value in told.items()]
            await db.execute(insert(estimates), rows)

    async def started(self, job_id: str) -> Told | None:
        """A job starts: what was told of it, once; None where nothing was."""
        async with self._tx.write() as change:
            change.made = False
            gone = delete(estimates).where(estimates.c.job_id == job_id)
            row = (await change.db.execute(gone.returning(*estimates.c))).first()
        if row is None:
            return None
        return Told(row.seconds, (self._clock() - row.at).total_seconds())


def starts_in(before: Sequence[tuple[Job, float]], owner: tuple[str, str], slots: int) -> float:
    """After how many seconds the next job, of that owner, starts: those before it, running ones
    first, each with the seconds that it still takes, go on in as many places; a person's own never
    side by side. Pure."""
    # Results on their way take no place, though their persons' next jobs wait for them.
    places = [left for job, left in before if _in_place(job)][:slots]
    places += [0.0] * (max(1, slots) - len(places))
    ready = {job.owner: left for job, left in before if job.phase.running}
    for job, left in before:
        if not job.phase.running:
            since = ready.get(job.owner, 0.0)
            # One that waits for its person's other job keeps no place empty meanwhile.
            place = max((free for free in places if free <= since), default=min(places))
            places.remove(place)
            ready[job.owner] = max(place, since) + left
            places.append(ready[job.owner])
    return max(min(places), ready.get(owner, 0.0))


def _in_place(job: Job) -> bool:
    return job.phase.running and job.phase is not Phase.SENDING
