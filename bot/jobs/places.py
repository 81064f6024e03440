"""Where a waiting job stands, shown to the person who waits."""

from bot.jobs.model import Job
from bot.jobs.queue import Queue
from bot.jobs.status import Kind, Status
from bot.jobs.steps import StatusBoard


async def show_place(queue: Queue, board: StatusBoard, job: Job) -> None:
    """Show a waiting job's place, and whether it waits for its own user's other job."""
    place = await queue.position(job.id)
    if place == 0:
        return
    others = [other for other in await queue.live_of_user(job.user_id) if other.phase.running]
    board.show(job, Status(Kind.WAITING, {"place": place, "own": "yes" if others else "no"}))
