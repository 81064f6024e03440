"""Rows of jobs, looked at and changed within a transaction."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.errors import LeaseLostError
from bot.jobs.model import ALLOWED, Job, Phase, Receipt
from bot.jobs.processes.members import Member
from bot.jobs.store import line
from bot.jobs.tables import job_of, jobs
from bot.jobs.traces import records, timeline
from bot.jobs.traces.facts import Event
from bot.jobs.traces.records import Work
from bot.storage.columns import storable

# What a job is when it begins, or begins anew.
FRESH: Final[Mapping[str, object]] = MappingProxyType(
    {
        "phase": Phase.QUEUED,
        "failures": 0,
        "suspect": False,
        "deaths": 0,
        "all_deaths": 0,
        "died_in": None,
        "receipt": Receipt.NONE,
        "counted": False,
        "error_detail": None,
        "ended_in": None,
        "ticket": None,
        "leaving": False,
    }
)
LONGEST_DETAIL: Final = 500
# A note, before the job's id: it is no more in its holder's hands.
MOVED: Final = "moved "
# What a job has no more when nobody holds it; its place in the line it may keep.
UNHELD: Final = {
    "holder": None,
    "held_since": None,
    "lease_until": None,
    "ticket": None,
    "leaving": False,
}


async def first(
    db: AsyncConnection, condition: ColumnElement[bool], *, lock: bool = False
) -> Job | None:
    """A job that fits, or None; `lock`: it stays so until the transaction's end."""
    found = select(jobs).where(condition)
    row = (await db.execute(found.with_for_update() if lock else found)).mappings().first()
    return None if row is None else job_of(row)


async def set_(db: AsyncConnection, job_id: str, **changes: object) -> Job:
    """Change a job that is there, and give it back as it is now."""
    changed = update(jobs).where(jobs.c.id == job_id).values(**changes).returning(*jobs.c)
    return job_of((await db.execute(changed)).mappings().one())


async def note(db: AsyncConnection, job_id: str, **changes: object) -> None:
    """Change a job, if it is there, whoever holds it."""
    await db.execute(update(jobs).where(jobs.c.id == job_id).values(**changes))


async def held(db: AsyncConnection, job: Job) -> Job:
    """The job as it is now, still in this attempt's hands; everything fenced goes through here.
    Raises LeaseLostError."""
    now = await first(db, jobs.c.id == job.id, lock=True)
    if now is None or now.attempt != job.attempt or not now.phase.running:
        raise LeaseLostError(
            f"job {job.id}, attempt {job.attempt}: it is now "
            + (f"{now.phase}, attempt {now.attempt}" if now else "forgotten")
        )
    return now


async def may_move(db: AsyncConnection, job: Job, phase: Phase) -> Job:
    """The job as it is now. Raises LeaseLostError, or ValueError on a move that the model does not
    allow."""
    now = await held(db, job)
    if phase not in ALLOWED[now.phase]:
        raise ValueError(f"job {job.id}: no way from {now.phase} to {phase}")
    return now


async def end(
    db: AsyncConnection,
    job: Job,
    phase: Phase,
    code: str | None,
    now: datetime,
    *,
    by: Member | None,
    detail: str = "",
    work: Work | None = None,
) -> Job:
    """End a job, write down that it has ended, and let its user's next one join the line. `detail`
    is for the operator; `by` the process that ends it; `work` what its last attempt came to."""
    final: dict[str, object] = {"phase": phase, "error_code": code, "finished_at": now}
    told = {"error_detail": storable(detail[:LONGEST_DETAIL]) or None, "ended_in": jobs.c.phase}
    ended = await set_(db, job.id, **final, **told, suspect=False, **UNHELD, line=None)
    await timeline.note(db, [ended], Event(phase.value), now, by, code or "")
    await records.write(db, ended, phase, code, now, work or Work())
    await line.promote(db, *job.owner, now)
    return ended
