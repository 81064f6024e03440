"""Where a waiting job stands and how long that may take, shown to the person who waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from bot.jobs import line
from bot.jobs.answers import Crowded
from bot.jobs.model import Job, Phase
from bot.jobs.notices import Notices
from bot.jobs.speed import Speeds
from bot.jobs.status import State, Status
from bot.jobs.store import JobStore

MOST_SHOWN: Final = 20
_HALF_DONE: Final = 0.5  # of what runs, nobody knows better
_STEP: Final = 10  # seconds; a message isn't edited for less
_MINUTE: Final = 60
_TENTH: Final = 10


@dataclass(frozen=True, slots=True)
class Places:
    """Shows them in the jobs' messages. `slots` is how many conversions run at once."""

    store: JobStore
    board: Notices
    speeds: Speeds
    slots: int

    async def show_all(self) -> None:
        """Let those who wait see how far they have come."""
        live = await self.store.live()
        # One that failed before waits for its own next try, and its message says so.
        waiting = [job for job in live if job.phase is Phase.QUEUED and not job.failures]
        for job in waiting[:MOST_SHOWN]:
            self._show(live, job)

    async def show(self, job: Job) -> None:
        """Show a waiting job's place, and whether it waits for its own user's other job."""
        self._show(await self.store.live(), job)

    async def when(self, full: Crowded) -> Crowded:
        """The same, with when there is room again: once the first tenth of those who wait have
        begun, for others come back as well."""
        live = await self.store.live()
        waiting = [job for job in live if job.phase is Phase.QUEUED]
        if not waiting:
            return full
        before = live[: live.index(waiting[len(waiting) // _TENTH]) + 1]
        return replace(full, seconds=self._wait(before, before[-1]))

    def _show(self, live: Sequence[Job], job: Job) -> None:
        place = line.position(live, job.id)
        if place == 0:
            # It was taken meanwhile, and has more to say than its place.
            return
        before = list(takewhile(lambda other: other.id != job.id, live))
        own = any(other.owner == job.owner for other in before)
        facts: dict[str, float | str] = {"place": place, "own": "yes" if own else "no"}
        if (seconds := self._wait(before, job)) is not None:
            facts["seconds"] = seconds
        self.board.show(job, Status(State.WAITING, facts))

    def _wait(self, before: Sequence[Job], job: Job) -> int | None:
        """Seconds until it may begin, roughly; None where nothing of the kind was done yet."""
        times = [(other, self._left(other)) for other in before]
        known = [(other, left) for other, left in times if left is not None]
        if not before or len(known) < len(times):
            return None
        everybody = sum(left for _, left in known) / max(1, self.slots)
        # A person's own jobs never run side by side.
        own = sum(left for other, left in known if other.owner == job.owner)
        seconds = max(everybody, own)
        step = _STEP if seconds < 2 * _MINUTE else _MINUTE
        return max(_STEP, round(seconds / step) * step)

    def _left(self, job: Job) -> float | None:
        whole = self.speeds.whole(job.source.size)
        return whole if whole is None or not job.phase.running else whole * _HALF_DONE
