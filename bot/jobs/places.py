"""Where a waiting job stands, shown to the person who waits."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from bot.jobs import line
from bot.jobs.model import Job, Phase
from bot.jobs.notices import Notices
from bot.jobs.status import State, Status
from bot.jobs.store import JobStore

MOST_SHOWN: Final = 20


async def show_places(store: JobStore, board: Notices) -> None:
    """Let those who wait see how far they have come."""
    live = await store.live()
    # One that failed before waits for its own next try, and its message says so.
    waiting = [job for job in live if job.phase is Phase.QUEUED and not job.failures]
    for job in waiting[:MOST_SHOWN]:
        _show(live, board, job)


async def show_place(store: JobStore, board: Notices, job: Job) -> None:
    """Show a waiting job's place, and whether it waits for its own user's other job."""
    _show(await store.live(), board, job)


def _show(live: Sequence[Job], board: Notices, job: Job) -> None:
    place = line.position(live, job.id)
    if place == 0:
        # It was taken meanwhile, and has more to say than its place.
        return
    before = takewhile(lambda other: other.id != job.id, live)
    own = any(other.owner == job.owner for other in before)
    board.show(job, Status(State.WAITING, {"place": place, "own": "yes" if own else "no"}))
