"""Where a waiting job stands, shown to the person who waits."""

from typing import Final

from bot.jobs.model import Job, Phase
from bot.jobs.queue import Queue
from bot.jobs.status import State, Status
from bot.jobs.steps import StatusBoard

MOST_SHOWN: Final = 20


async def show_places(queue: Queue, board: StatusBoard) -> None:
    """Let those who wait see how far they have come."""
    # One that failed before waits for its own next try, and its message says so.
    waiting = [job for job in await queue.live() if job.phase is Phase.QUEUED and not job.failures]
    for job in waiting[:MOST_SHOWN]:
        await show_place(queue, board, job)


async def show_place(queue: Queue, board: StatusBoard, job: Job) -> None:
    """Show a waiting job's place, and whether it waits for its own user's other job."""
    others = [other for other in await queue.live_of_user(job.user_id) if other.phase.running]
    # Asked last: a job that was taken meanwhile has more to say than its place.
    place = await queue.position(job.id)
    if place == 0:
        return
    board.show(job, Status(State.WAITING, {"place": place, "own": "yes" if others else "no"}))
