"""Where a waiting job stands and how long that may take, shown to the person who waits."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from bot.jobs.answers import Crowded
from bot.jobs.house.estimates import EstimateStore, Gauge, NoGauge, NoOutlook, Outlook, starts_in
from bot.jobs.house.speed import Speeds
from bot.jobs.model import Job, Phase
from bot.jobs.showing.notices import Notices
from bot.jobs.status import State, Status
from bot.jobs.store import line
from bot.jobs.store.store import JobStore
from bot.storage.errors import StorageError
from converter.planning.plan import Plan

log = structlog.get_logger(__name__)

MOST_SHOWN: Final = 20
_HALF_DONE: Final = 0.5  # of what runs, where nobody knows better
_STEP: Final = 10  # seconds; a message isn't edited for less
_MINUTE: Final = 60
_TENTH: Final = 10


@dataclass(frozen=True, slots=True)
class Places:
    """Shows them in the jobs' messages. `slots`: how many conversions run at once,
    wherever; `outlook`
    knows the plans of files that were looked at; `gauge` hears how good the estimates were."""

    store: JobStore
    board: Notices
    speeds: Speeds
    slots: Callable[[], Awaitable[int]]
    outlook: Outlook = field(default_factory=NoOutlook)
    gauge: Gauge = field(default_factory=NoGauge)

    async def show_all(self) -> None:
        """Let those who wait see how far they have come."""
        live = await self.store.live()
        # One that failed before waits for its own next try, and its message says so.
        waiting = [job for job in live if job.phase is Phase.QUEUED and not job.failures]
        await self._show(live, waiting[:MOST_SHOWN])

    async def show(self, job: Job) -> None:
        """Show a waiting job's place, and whether it waits for its own user's other job."""
        await self._show(await self.store.live(), [job])

    async def started(self, job: Job) -> None:
        """A job waits no more: how good was what its person was told?"""
        with contextlib.suppress(StorageError):
            told = await EstimateStore(self.store.transactions).started(job.id)
            if told is not None:
                facts = {"expected": round(told.expected), "actual": round(told.actual, 1)}
                log.info("start estimated", job=job.id, **facts)
                self.gauge.note_estimate(told.expected, told.actual)

    async def when(self, full: Crowded) -> Crowded:
        """The same, with when there is room again: once the first tenth of those who wait have
        begun, for others come back as well."""
        live = await self.store.live()
        waiting = [job for job in live if job.phase is Phase.QUEUED]
        if not waiting:
            return full
        last = waiting[len(waiting) // _TENTH]
        before = live[: live.index(last) + 1]
        plans = await self.outlook.plans(before)
        return replace(full, seconds=self._wait(before, last, plans, await self.slots()))

    async def _show(self, live: Sequence[Job], waiting: Sequence[Job]) -> None:
        if not waiting:
            return
        plans, slots = await self.outlook.plans(live), await self.slots()
        order = {job.id: number for number, job in enumerate(live)}
        told: dict[str, float] = {}
        for job in waiting:
            place = line.position(live, job.id)
            if place == 0:
                # It was taken meanwhile, and has more to say than its place.
                continue
            before = live[: order[job.id]]
            own = any(other.owner == job.owner for other in before)
            facts: dict[str, float | str] = {"place": place, "own": "yes" if own else "no"}
            if (seconds := self._wait(before, job, plans, slots)) is not None:
                facts["seconds"] = told[job.id] = seconds
            self.board.show(job, Status(State.WAITING, facts))
        # What was said stands in the chat, whether or not anybody will know how wrong it was.
        with contextlib.suppress(StorageError):
            await EstimateStore(self.store.transactions).tell(told)

    def _wait(
        self, before: Sequence[Job], job: Job, plans: Mapping[str, Plan], slots: int
    ) -> int | None:
        """Seconds until it may begin, roughly; None where nothing of the kind was done yet."""
        known: list[tuple[Job, float]] = []
        for other in before:
            if (left := self._left(other, plans.get(other.id))) is None:
                return None
            known.append((other, left))
        if not before:
            return None
        seconds = starts_in(known, job.owner, max(1, slots))
        step = _STEP if seconds < 2 * _MINUTE else _MINUTE
        return max(_STEP, round(seconds / step) * step)

    def _left(self, job: Job, plan: Plan | None) -> float | None:
        """How many seconds a job still takes."""
        size, target = job.source.size, job.request.target
        whole = None if plan is None else self.speeds.whole_by(plan, size)
        whole = self.speeds.whole(size, target) if whole is None else whole
        if not job.phase.running:
            return whole
        latest = self.board.latest(job)
        if latest is not None and latest.kind is State.CONVERTING and "seconds" in latest.facts:
            return float(latest.facts["seconds"])
        return whole if whole is None else whole * _HALF_DONE
