"""Who is there, who has died, and what becomes of the jobs of the dead, within a transaction."""

from collections.abc import Collection, Sequence
from functools import partial

from bot.jobs.meter import Meter
from bot.jobs.model import Job
from bot.jobs.processes import members
from bot.jobs.processes.lease import Contact
from bot.jobs.processes.members import Member
from bot.jobs.status import State, Status
from bot.jobs.store import bulletins, recovery
from bot.jobs.store.rows import MOVED
from bot.storage.transactions import Change


async def begin_alone(change: Change, member: Member, meter: Meter) -> list[Job]:
    """The only process begins: put back, or end, what a dead one left. The jobs touched, as they
    are now."""
    await members.beat(change.db, member, change.now)
    dead = await members.bury_others(change.db, member)
    back = await recovery.bury_all(change.db, dead, change.now)
    await _report(change, back, meter)
    return back


async def reap(
    change: Change,
    member: Member,
    contact: Contact,
    held: Collection[str],
    meter: Meter,
    *,
    shared: bool,
) -> list[Job]:
    """Where others may be there as well: say that this one is, and put back, or end, what those
    left who have died. Everywhere: put back what runs with nobody who holds it, and is none of
    `held`. The jobs touched, as they are now."""
    db, now = change.db, change.now
    back: list[Job] = []
    judges = contact.made(now)
    if shared:
        await members.beat(db, member, now)
        if judges:
            dead = await members.bury_silent(db, now - contact.lease.lasts)
            back += await recovery.bury(db, dead, now)
    lost = recovery.lost(now, member.holder, silent_too=not judges)
    back += await recovery.orphans(db, lost, held, now)
    change.made = bool(back)
    change.notes += [MOVED + job.id for job in back]
    await _report(change, back, meter)
    return back


async def _report(change: Change, back: Sequence[Job], meter: Meter) -> None:
    """The last words of those that have ended by it, and the numbers."""
    for job in back:
        if job.phase.final:
            code = job.error_code or ""
            word = Status(State.FAILED, code=code, can_retry=True, trace=job.trace)
            await bulletins.tell(change, job.id, word)
    change.then.append(partial(_count, back, meter))


def _count(back: Sequence[Job], meter: Meter) -> None:
    ended = [job for job in back if job.phase.final]
    for job in ended:
        meter.ended(None, job.phase, job.error_code)
    meter.found(len(back) - len(ended))
