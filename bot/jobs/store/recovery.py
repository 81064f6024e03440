"""What a process that died left behind: jobs that run with nobody who holds them."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.model import Job, Phase
from bot.jobs.store import blame, line
from bot.jobs.store.rows import UNHELD, end, set_
from bot.jobs.tables import RUNNING, jobs, runs
from bot.jobs.traces import timeline

CRASHED: Final = "crashed"


async def bury_all(db: AsyncConnection, dead: Collection[str], now: datetime) -> list[Job]:
    """Nobody but us is alive: put back what runs, or end it, see `blame`. `dead` are those who died
    without a word. The jobs touched, as they are now."""
    return await _bury(db, jobs.c.phase.in_(RUNNING), now, died=bool(dead))


async def bury(db: AsyncConnection, dead: Collection[str], now: datetime) -> list[Job]:
    """The same for what each of these processes ran."""
    back: list[Job] = []
    for holder in dead:
        theirs = jobs.c.phase.in_(RUNNING) & (jobs.c.holder == holder)
        back += await _bury(db, theirs, now, died=True)
    return back


async def _bury(
    db: AsyncConnection, theirs: ColumnElement[bool], now: datetime, *, died: bool
) -> list[Job]:
    found = await db.execute(select(jobs).where(theirs).order_by(jobs.c.turn).with_for_update())
    rows = found.mappings().all()
    if len(rows) == 1 or (died and not rows):
        # It dies without the others as well.
        other = jobs.c.phase == Phase.QUEUED
        await db.execute(update(jobs).where(other).values(deaths=0))
    victims = [
        blame.Victim(row["id"], row["phase"], row["died_in"], row["deaths"], row["all_deaths"])
        for row in rows
    ]
    return [await _back(db, verdict, now) for verdict in blame.judge(victims)]


def lost(now: datetime, holder: str, *, silent_too: bool) -> ColumnElement[bool]:
    """Whose lease has run out; of another holder than `holder` only if that was heard of since
    then, or taken for dead: who is silent may have died of the job, see `bury`. With `silent_too`
    that is not waited for."""
    out = jobs.c.phase.in_(RUNNING) & (jobs.c.lease_until < now)
    silent = exists().where(runs.c.holder == jobs.c.holder, runs.c.seen_at < jobs.c.lease_until)
    return out if silent_too else out & ((jobs.c.holder == holder) | ~silent)


async def orphans(
    db: AsyncConnection, lost: ColumnElement[bool], held: Collection[str], now: datetime
) -> list[Job]:
    """Put back the jobs that are `lost` and that are none of `held`. Nobody is blamed."""
    found = await db.execute(select(jobs.c.id).where(lost).with_for_update())
    ids = [job_id for job_id in found.scalars() if job_id not in held]
    back = [await set_(db, job_id, phase=Phase.QUEUED, **UNHELD) for job_id in ids]
    for job in back:
        await timeline.note_lost(db, job, now, timeline.SILENT)
    return back


async def _back(db: AsyncConnection, verdict: blame.Verdict, now: datetime) -> Job:
    victim = verdict.victim
    counts: dict[str, object] = {"deaths": verdict.deaths, "all_deaths": verdict.all_deaths}
    if verdict.alone:
        # Its user's other jobs, if there are any, go first.
        counts |= {"died_in": victim.phase, "line": None}
    job = await set_(db, victim.job_id, **counts)
    await timeline.note_lost(db, job, now, timeline.DIED)
    if verdict.guilty:
        return await end(db, job, Phase.FAILED, CRASHED, now, by=None)
    waiting = {"phase": Phase.QUEUED, "suspect": True, "not_before": None}
    back = await set_(db, victim.job_id, **waiting, **UNHELD)
    await line.promote(db, *back.owner, now)
    return back
