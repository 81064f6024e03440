"""The one truth about jobs: what each is, who owns it, where it stands, which is ready.

Invariants stand in the schema (`tables`); the order stands in `line`. On SQLite it is one file and
one process; on PostgreSQL any number of them work on the same jobs. This is the door, which opens
the transactions; what is done within them stands in `admission`, `taking`, `holding`, `receipts`,
`cancelling` and `census`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Self

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.answers import (
    Accepted,
    AcceptedAll,
    Answer,
    Duplicate,
    Full,
    OnItsWay,
    Repeated,
)
from bot.jobs.batch import Batch
from bot.jobs.meter import NOBODY, Again, Meter
from bot.jobs.model import KEEP_FINISHED, Job, NewJob, Phase
from bot.jobs.processes import members
from bot.jobs.processes.lease import ALONE, AMONG_OTHERS, Contact, Lease
from bot.jobs.processes.members import Member, Seen
from bot.jobs.processes.vitals import Vitals
from bot.jobs.status import Status
from bot.jobs.store import (
    admission,
    batches,
    cancelling,
    census,
    holding,
    line,
    receipts,
    taking,
    tickets,
)
from bot.jobs.store.admission import Terms
from bot.jobs.store.archive import purge
from bot.jobs.store.quota import Quota, TooLong
from bot.jobs.store.rows import end, first, may_move, note
from bot.jobs.store.tickets import Queue, Ticket
from bot.jobs.tables import jobs
from bot.jobs.traces import timeline
from bot.jobs.traces.facts import Conversion, Event
from bot.jobs.traces.records import Work
from bot.storage.opening import open_transactions
from bot.storage.transactions import Change, Transactions

Also = Callable[[AsyncConnection], Awaitable[object]]

PURGE_EVERY: Final = timedelta(hours=1)
# A note: something may be taken.
READY: Final = "ready"


class JobStore:
    """Durable jobs. Made by `open`, in the event loop that uses it. Every method may raise
    StorageError."""

    def __init__(
        self,
        transactions: Transactions,
        member: Member,
        lease: Lease,
        queue: Queue | None,
        meter: Meter,
    ) -> None:
        """Only `open` calls this: the database must have the schema of this code."""
        self._tx = transactions
        self._queue = queue
        self.member = member
        self.lease = lease
        self._contact = Contact(lease)
        self._meter = meter
        self._draining = False
        self._next_purge = datetime.min.replace(tzinfo=UTC)

    @classmethod
    async def open(
        cls,
        where: Path | str,
        *,
        clock: Callable[[], datetime] | None = None,
        member: Member | None = None,
        queue: Queue | None = None,
        meter: Meter = NOBODY,
    ) -> Self:
        """Open or make the database: the SQLite file at a path, private to its owner, or what a
        `postgresql://…` address says; with the schema of this code.

        Finished jobs of more than 30 days ago are forgotten, now and hourly. `clock` gives aware
        moments, else the database does. `queue` has a ticket for
        whatever is ready, for other processes to fetch; `meter` hears what happens. Raises
        AlreadyRunningError, or UnusableDatabaseError (both StorageError).
        """
        transactions = await open_transactions(where, clock)
        lease = AMONG_OTHERS if transactions.backend.shared else ALONE
        store = cls(transactions, member or Member(), lease, queue, meter)
        try:
            async with transactions.write() as change:
                if queue is not None:
                    await queue.upgrade(change.db)
                await store._purge(change)
        except BaseException:
            await store.close()
            raise
        return store

    @property
    def shared(self) -> bool:
        """Whether other processes may work on the same jobs."""
        return self._tx.backend.shared

    @property
    def draining(self) -> bool:
        """By the operator's word this process begins nothing more; as of its last sign of life."""
        return self._draining

    @property
    def transactions(self) -> Transactions:
        """For what else stands in the same database."""
        return self._tx

    # --- handing in

    async def add(self, new: NewJob, terms: Terms, also: Also | None = None) -> Answer:
        """Save a job durably, or say why not, in one transaction. Once this has returned, no crash
        loses the job. `also` writes more in the same transaction, once it is accepted."""
        async with self._write() as change:
            answer = await admission.admit(change.db, new, terms, change.now)
            if isinstance(answer, Accepted):
                await self._accepted(change, [answer.job])
                if also is not None:
                    await also(change.db)
            return answer

    async def add_all(
        self, batch: Batch, news: Sequence[NewJob], terms: Terms, also: Also | None = None
    ) -> AcceptedAll | Repeated | Duplicate | Full:
        """The same for a batch: all of its jobs, or none."""
        async with self._write() as change:
            answer = await admission.admit_all(change.db, news, terms, change.now)
            if isinstance(answer, AcceptedAll):
                await self._accepted(change, answer.jobs)
                await batches.save(change.db, batch)
                if also is not None:
                    await also(change.db)
            return answer

    async def retry(self, job_id: str, terms: Terms) -> Accepted | Duplicate | Full | None:
        """Put a FAILED or CANCELLED job back to QUEUED with its failures forgotten (the person
        tapped Retry), behind what waits there. Duplicate when the same is alive already, as another
        job; None when it is unknown or not in such a phase."""
        async with self._write() as change:
            answer = await admission.readmit(change.db, job_id, terms, change.now)
            if isinstance(answer, Accepted):
                await self._accepted(change, [answer.job])
            return answer

    async def cancel(
        self, job_id: str, also: Also | None = None, told: Status | None = None
    ) -> Job | OnItsWay | None:
        """End a live job as CANCELLED whoever holds it (its holder's next write is refused), unless
        its result is leaving already.

        Returns the job as it was just before, or None when it is unknown or already final. `told`
        becomes its last word, and `also` writes more, in the same transaction, where a job was
        ended.
        """
        async with self._write() as change:
            answer = await cancelling.cancel(change, job_id, told, self.member, self._meter)
            if isinstance(answer, Job) and also is not None:
                await also(change.db)
            return answer

    async def cancel_chat(self, platform: str, chat_id: str, *, code: str) -> list[Job]:
        """End every live job of a chat where nobody hears us any more. Returns them as they were
        just before."""
        async with self._write() as change:
            by, meter = self.member, self._meter
            return await cancelling.cancel_chat(change, platform, chat_id, code, by, meter)

    # --- taking

    async def take(self, ticket: Ticket | None = None, most: int = 0) -> Job | None:
        """Claim the head of the ready line, or the job that a ticket stands for: phase DOWNLOADING,
        attempt + 1, under a lease. None when nothing may start now (`most` jobs run everywhere, 0
        for any number), or the ticket is good no more.

        Never a second running job of one user; the first job of everybody comes before the second
        of anybody, then first come, first served; a job put back keeps its place; jobs put back
        with a delay wait until it has passed; a job under suspicion (see `blame`) runs alone.
        """
        later: set[str] = set()
        async with self._write(later) as change:
            if change.now >= self._next_purge:
                await self._purge(change)
            lasts = self.lease.lasts
            return await taking.take(change, self.member, lasts, ticket, most, later)

    async def wait(self, timeout: float) -> None:
        """Return when something may have become takeable, or after `timeout` seconds.

        At once when `take` would give a job now, so nothing is missed between the two calls. Any
        number of tasks may wait; all wake, and those who then find nothing wait again.
        """
        changed = self._tx.changed
        async with self._tx.read() as db:
            if await line.head(db, self.member.holder) is not None:
                return
            due = await db.scalar(line.earliest_due())
            now = await self._tx.now(db)
        if due is not None:
            timeout = min(timeout, (due - now).total_seconds())
        if timeout > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), timeout)

    async def may_take(self, most: int = 0) -> bool:
        """Whether this process may start one more: it runs no suspect, none waits for it to have
        nothing else, and fewer than `most` (0 for any number) run everywhere."""
        async with self._tx.read() as db:
            return await taking.may_take(db, self.member.holder, most)

    async def lost_tickets(self, numbers: Collection[int]) -> None:
        """These stand for nothing any more: new ones are handed out."""
        async with self._write() as change:
            await tickets.lose(change.db, numbers)

    async def outstanding(self) -> list[int]:
        """The tickets of all jobs that wait."""
        async with self._tx.read() as db:
            return await tickets.outstanding(db, await self._tx.now(db))

    # --- holding

    async def renew(self, job: Job) -> Job:
        """Hold a job for another lease, and hear how it stands. Raises LeaseLostError."""
        async with self._tx.write(ordered=False) as change:
            return await holding.renew(change, job, self.lease.lasts)

    async def advance(self, job: Job, phase: Phase, work: Work | None = None) -> Job:
        """Move a held job to its next running phase; `work` is what it came to so far. Raises
        LeaseLostError, or ValueError on a move that the model does not allow. Only the job's id and
        attempt are looked at."""
        if not phase.running:
            raise ValueError(f"advance() to {phase}: use finish() or put_back()")
        async with self._tx.write(ordered=False) as change:
            return await holding.advance(change, job, phase, self.member, work)

    async def leave(self, job: Job) -> None:
        """The result of a held job is about to leave us: from now on it can't be cancelled. Raises
        LeaseLostError."""
        async with self._quietly() as db:
            await receipts.leave(db, job)

    async def stay(self, job: Job) -> None:
        """It didn't leave after all. Raises LeaseLostError."""
        async with self._quietly() as db:
            await receipts.stay(db, job)

    async def finish(
        self,
        job: Job,
        phase: Phase,
        *,
        error_code: str | None = None,
        detail: str = "",
        work: Work | None = None,
    ) -> Job:
        """End a held job in a final phase; `detail` is what the operator may read of it, `work`
        what it came to. Raises LeaseLostError, or ValueError on a move that the model does not
        allow."""
        if not phase.final:
            raise ValueError(f"finish() in {phase}: not a final phase")
        async with self._write() as change:
            before = await may_move(change.db, job, phase)
            change.then.append(partial(self._meter.ended, before.phase, phase, error_code))
            await holding.note_end(change.db, before, work)
            db, now, by = change.db, change.now, self.member
            return await end(db, before, phase, error_code, now, by=by, detail=detail, work=work)

    async def count_length(
        self, job: Job, seconds: float, allowed: Quota, foreseen: Conversion | None = None
    ) -> TooLong | None:
        """Count the length of what a held job makes, once for each time that it was asked for; or
        say that it is too much. `foreseen` is how it is going to be converted. Raises
        LeaseLostError."""
        async with self._write() as change:
            return await holding.count_length(change, job, seconds, allowed, foreseen)

    async def put_back(
        self,
        job: Job,
        *,
        failed: bool,
        delay: float = 0.0,
        cause: str = timeline.STOPPED,
        work: Work | None = None,
    ) -> Job:
        """Give a held job back to the queue, `delay` seconds from now at the earliest.

        `failed` counts it as a failure; an orderly stop does not. Without a delay it keeps its
        place in the line. `cause` is an error's code, or one of `timeline`'s; `work` what it came
        to. Raises LeaseLostError.
        """
        async with self._write() as change:
            if failed:
                change.then.append(partial(self._meter.again, Again.JOB))
            how = holding.Again(failed, delay, cause)
            return await holding.put_back(change, job, how, self.member, work)

    async def set_status_message(self, job_id: str, message_id: str) -> None:
        """Remember the one message that this job owns in the chat."""
        async with self._quietly() as db:
            await note(db, job_id, status_message_id=message_id)

    async def removed(self, job_id: str) -> None:
        """Its result's message is no more in the chat: no album is made of it."""
        async with self._quietly() as db:
            await note(db, job_id, result_message_id=None)

    # --- receipts, see model.Receipt

    async def intend(self, job: Job) -> bool:
        """Save, durably, that sending a result begins. False when an earlier attempt began, and how
        that ended nobody knows. Raises LeaseLostError."""
        async with self._quietly() as db:
            return await receipts.intend(db, job)

    async def sent(self, job: Job, message_id: str) -> None:
        """It was sent, as this message, or as several with spaces between."""
        async with self._quietly() as db:
            await receipts.sent(db, job, message_id)

    async def failed(self, job: Job) -> None:
        """Nothing was sent by this attempt, for sure: it may be tried again. What a later one has
        begun stays."""
        async with self._quietly() as db:
            await receipts.failed(db, job)

    # --- looking

    async def status_message(self, job_id: str) -> str | None:
        """The message that this job owns in the chat."""
        job = await self.get(job_id)
        return job.status_message_id if job is not None else None

    async def get(self, job_id: str) -> Job | None:
        """The job now, or None."""
        async with self._tx.read() as db:
            return await first(db, jobs.c.id == job_id)

    async def live_of_user(self, platform: str, user_id: str) -> list[Job]:
        """The user's running and waiting jobs, the running one first, then in queue order."""
        return [job for job in await self.live() if job.owner == (platform, user_id)]

    async def live(self) -> list[Job]:
        """Every live job, running ones first, then in the order in which they would be taken."""
        async with self._tx.read() as db:
            return await line.live(db)

    async def position(self, job_id: str) -> int:
        """Place of a queued job among all that wait, 1 = next, jobs under a delay last; 0 when it
        is not waiting."""
        async with self._tx.read() as db:
            return await line.place(db, job_id)

    async def slots(self) -> int:
        """How many jobs all processes run at once."""
        async with self._tx.read() as db:
            return await members.slots(db)

    async def running(self) -> int:
        """How many jobs run, wherever."""
        async with self._tx.read() as db:
            return await line.running(db)

    async def members(self) -> Sequence[Seen]:
        """The processes that are there, the oldest first."""
        async with self._tx.read() as db:
            return await members.everybody(db)

    # --- the life of processes

    async def recover(self) -> list[Job]:
        """At start: say that we are there. Alone, put back, or end, what a dead process left; see
        `recovery`. The jobs touched, as they are now."""
        async with self._write() as change:
            if self.shared:
                return await self._reap(change, frozenset())
            return await census.begin_alone(change, self.member, self._meter)

    async def beat(self, vitals: Vitals | None = None) -> bool:
        """Say that we are still there, and how we are. False when the others had taken us for
        dead."""
        async with self._tx.write(ordered=False) as change:
            change.made = False
            self._contact.made(change.now)
            answer = await members.beat(change.db, self.member, change.now, vitals)
        self._draining = answer.draining
        return answer.known

    async def drain(self, holder: str, *, draining: bool) -> bool:
        """Let a process begin nothing more, or let it work again; it hears so with its next sign of
        life. False for one that isn't there."""
        async with self._write() as change:
            done = await members.drain(change.db, holder, draining)
        if done and holder == self.member.holder:
            self._draining = draining
        return done

    async def orphans(self, held: Collection[str]) -> list[Job]:
        """Put back, or end, what dead processes left, and put back the jobs that run with nobody
        who holds them: their lease has run out, and they are none of `held`, the ids of those in
        this process's hands."""
        async with self._write() as change:
            return await self._reap(change, held)

    async def close(self) -> None:
        """Release the storage, after the writes under way: the process ends in good order. Twice is
        harmless; whatever is called afterwards raises StorageError."""
        async with self._tx.last() as db:
            if db is not None:
                await members.leave(db, self.member)

    # --- within

    @asynccontextmanager
    async def _write(self, later: Collection[str] = ()) -> AsyncIterator[Change]:
        """An ordered change; what has become ready is handed out with it."""
        async with self._tx.write() as change:
            yield change
            if self._queue is not None and await tickets.hand_out(
                change.db, self._queue, later, change.now
            ):
                change.notes.append(READY)

    @asynccontextmanager
    async def _quietly(self) -> AsyncIterator[AsyncConnection]:
        """A change of what is proved, or of one column, that nobody waits for."""
        async with self._tx.write(ordered=False) as change:
            change.made = False
            yield change.db

    async def _accepted(self, change: Change, news: Sequence[Job]) -> None:
        change.then.append(partial(self._meter.accepted, len(news)))
        await timeline.note(change.db, news, Event.ACCEPTED, change.now, self.member)

    async def _reap(self, change: Change, held: Collection[str]) -> list[Job]:
        me, contact, meter = self.member, self._contact, self._meter
        return await census.reap(change, me, contact, held, meter, shared=self.shared)

    async def _purge(self, change: Change) -> None:
        self._next_purge = change.now + PURGE_EVERY
        await purge(change.db, change.now - KEEP_FINISHED)
