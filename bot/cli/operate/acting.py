"""`jobs cancel` and `jobs retry`: what an operator may do to a job, from beside the bot.

It is written where the bot will read it, by the same desk that people's taps go through: processes
on PostgreSQL hear of it from the database, a bot that is alone with its file looks there.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.cli.operate.ending import USAGE, CannotError, complain, opened, run, where
from bot.cli.operate.looking import NO_ID, read_id, the_one
from bot.jobs.desk import Desk, Person, TapResult
from bot.jobs.dispatch.procrastinate import ProcrastinateQueue
from bot.jobs.gate import Gate
from bot.jobs.house.speed import Speeds
from bot.jobs.house.speed_store import SpeedStore
from bot.jobs.meter import NOBODY
from bot.jobs.model import Job
from bot.jobs.processes.lease import ALONE, AMONG_OTHERS
from bot.jobs.processes.members import Member, Part
from bot.jobs.seeing.ledger import Entry, Ledger
from bot.jobs.showing.herald import Herald
from bot.jobs.showing.places import Places
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.store import JobStore
from bot.settings import Settings
from bot.storage import sqlite

_LAST_WORDS: Final = 10.0
_SILENT: Final = 30.0
_LATER: Final = "; its person reads so once the bot runs"


def cancel_job(which: str) -> int:
    """Stop it, and say so."""
    return _act(which, _cancel)


def retry_job(which: str) -> int:
    """Try it again, and say so."""
    return _act(which, _retry)


@dataclass(frozen=True, slots=True)
class _NoHands:
    """See hands.Hands: nothing is done in this process."""

    background: set[asyncio.Task[None]] = field(default_factory=set)

    def drop(self, job: Job) -> None:
        """See Hands."""

    async def gone(self, job: Job) -> None:
        """See Hands."""

    def afterwards(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """See Hands."""
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        return task

    def ended(self, job: Job) -> None:
        """See Hands: whoever shows its last word sees to its album."""


Deed = Callable[[Desk, Entry], Awaitable[str]]


def _act(which: str, deed: Deed) -> int:
    start = read_id(which)
    if start is None:
        return complain(NO_ID, USAGE)

    async def work(settings: Settings) -> None:
        async with _desk(settings) as desk:
            transactions = desk.store.transactions
            entry = await the_one(Ledger(transactions), start)
            said = await deed(desk, entry)
            # A last word is written with the end; where those who wait stand now is not yet.
            await desk.board.close(_LAST_WORDS)
            listens = await _somebody_listens(settings, Ledger(transactions))
        sys.stdout.write(said + ("" if listens else _LATER) + "\n")

    return run(work)


async def _cancel(desk: Desk, entry: Entry) -> str:
    job = entry.job
    match await desk.stop(job.id):
        case TapResult.DONE:
            return f"job {job.id} is stopped"
        case TapResult.ON_ITS_WAY:
            raise CannotError(f"job {job.id}: its result is on its way, too late to stop it")
    raise CannotError(f"job {job.id} has ended already: {await _phase(desk, job)}")


async def _retry(desk: Desk, entry: Entry) -> str:
    job = entry.job
    match await desk.retry(job.id, Person(job.user_id, job.chat_id, job.platform)):
        case TapResult.DONE:
            return f"job {job.id} is tried again"
        case TapResult.FULL:
            most = f"MAX_QUEUED_PER_USER={desk.max_waiting}"
            raise CannotError(f"job {job.id}: its person has no room for another one ({most})")
        case TapResult.ALREADY:
            raise CannotError(f"job {job.id}: its person sent the same again, and that is alive")
        case TapResult.CLOSED:
            raise CannotError(f"job {job.id}: nothing is taken in, all comes to its end (/admin)")
    phase = await _phase(desk, job)
    raise CannotError(f"job {job.id} is {phase}: only failed and cancelled ones are tried again")


async def _phase(desk: Desk, job: Job) -> str:
    now = await desk.get(job.id)
    return now.phase.value if now is not None else "forgotten"


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[Desk]:
    """The jobs as an operator may change them: by no quota. Raises StorageError."""
    async with opened(settings, writes=True) as transactions:
        shared = transactions.backend.shared
        lease, queue = (AMONG_OTHERS, ProcrastinateQueue()) if shared else (ALONE, None)
        store = JobStore(transactions, Member(Part.FRONTEND), lease, queue, NOBODY)
        herald, speeds = Herald(store, Bulletins(transactions)), Speeds()
        await SpeedStore(transactions, speeds).exchange()

        async def busy() -> bool:
            return await store.running() >= await store.slots()

        yield Desk(
            store,
            herald,
            _NoHands(),
            Places(store, herald, speeds, store.slots),
            settings.max_queued_per_user,
            busy=busy,
            gate=Gate(store),
            trusted=lambda _user_id: True,
        )


async def _somebody_listens(settings: Settings, ledger: Ledger) -> bool:
    """Whether a process that talks with people is there."""
    place = where(settings)
    if isinstance(place, Path):
        return await asyncio.to_thread(sqlite.holder, place) is not None
    now, seen = await ledger.members()
    return any(
        one.member.part is not Part.WORKER and (now - one.seen_at).total_seconds() < _SILENT
        for one in seen
    )
