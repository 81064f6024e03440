"""Who may take a job into its hands, and which, within a transaction."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job, Phase
from bot.jobs.processes.members import Member
from bot.jobs.store import line, tickets
from bot.jobs.store.rows import set_
from bot.jobs.store.tickets import Ticket
from bot.jobs.tables import jobs
from bot.jobs.traces import timeline
from bot.jobs.traces.facts import Event
from bot.storage.transactions import Change


async def take(
    change: Change,
    member: Member,
    lasts: timedelta,
    ticket: Ticket | None,
    most: int,
    later: set[str],
) -> Job | None:
    """Put the head of the line, or the job that the ticket stands for, into the hands of `member`,
    under a lease that lasts so long. None when nothing may start now (`most` jobs run everywhere, 0
    for any number); then the job of a good ticket joins those `later`, which are offered anew."""
    db, now, holder = change.db, change.now, member.holder
    await line.promote_due(db, now)
    if ticket is not None and not await tickets.good(db, ticket):
        change.made = False
        return None
    wanted = None if ticket is None else ticket.job_id
    if ticket is not None and await line.awaits(db, holder):
        # Whoever is to run alone has waited for this; the ticket's own job is offered anew.
        wanted = None
        await tickets.lose(db, [ticket.number])
    full = most and await line.running(db) >= most
    job_id = None if full else await line.head(db, holder, wanted)
    if job_id is None:
        change.made = False
        if ticket is not None:
            await tickets.lose(db, [ticket.number])
            later.add(ticket.job_id)
        return None
    hands = {
        "holder": holder,
        "held_since": now,
        "lease_until": now + lasts,
        "leaving": False,
    }
    attempt = jobs.c.attempt + 1
    job = await set_(db, job_id, phase=Phase.DOWNLOADING, attempt=attempt, **hands)
    await timeline.note(db, [job], Event.DOWNLOADING, now, member)
    return job


async def may_take(db: AsyncConnection, holder: str, most: int) -> bool:
    """Whether `holder` may start one more: it runs no suspect, none waits for it to have nothing
    else, and fewer than `most` (0 for any number) run everywhere."""
    if await line.suspected(db, holder):
        return False
    if await line.awaits(db, holder) and await line.head(db, holder) is None:
        return False
    return not most or await line.running(db) < most
