"""Ending live jobs whoever holds them, within a transaction."""

from functools import partial

from sqlalchemy import select

from bot.jobs.answers import OnItsWay
from bot.jobs.meter import Meter
from bot.jobs.model import Job, Phase
from bot.jobs.processes.members import Member
from bot.jobs.status import Status
from bot.jobs.store import bulletins
from bot.jobs.store.rows import MOVED, end, first
from bot.jobs.tables import LIVE, job_of, jobs
from bot.storage.transactions import Change


async def cancel(
    change: Change, job_id: str, told: Status | None, by: Member, meter: Meter
) -> Job | OnItsWay | None:
    """End one, unless its result is leaving already; `told` becomes its last word. The job as it
    was just before, or None when it is unknown or already final."""
    db = change.db
    live = (jobs.c.id == job_id) & jobs.c.phase.in_(LIVE)
    job = await first(db, live, lock=True)
    if job is None:
        return None
    if await db.scalar(select(jobs.c.leaving).where(jobs.c.id == job_id)):
        return OnItsWay(job)
    await _cancel(change, job, None, by, meter)
    if told is not None:
        await bulletins.tell(change, job.id, told)
    return job


async def cancel_chat(
    change: Change, platform: str, chat_id: str, code: str, by: Member, meter: Meter
) -> list[Job]:
    """End every one of a chat, as they were just before."""
    there = (jobs.c.platform == platform) & (jobs.c.chat_id == chat_id)
    live = select(jobs).where(there, jobs.c.phase.in_(LIVE)).with_for_update()
    ended = [job_of(row) for row in (await change.db.execute(live)).mappings().all()]
    for job in ended:
        await _cancel(change, job, code, by, meter)
    change.made = bool(ended)
    return ended


async def _cancel(change: Change, job: Job, code: str | None, by: Member, meter: Meter) -> None:
    await end(change.db, job, Phase.CANCELLED, code, change.now, by=by)
    change.notes.append(MOVED + job.id)
    change.then.append(partial(meter.ended, job.phase, Phase.CANCELLED, code))
