"""The one truth about jobs: what each is, who owns it, where it stands, which is ready.

Invariants stand in the schema (`tables`); the order stands in `line`. SQLite now: one file, one
process, nothing to install or start.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs import admission, batches, line, quota, recovery
from bot.jobs.admission import Terms
from bot.jobs.answers import (
    Accepted,
    AcceptedAll,
    Answer,
    Duplicate,
    Full,
    Repeated,
)
from bot.jobs.batch import Batch
from bot.jobs.model import Job, NewJob, Phase, Receipt
from bot.jobs.quota import Quota, TooLong
from bot.jobs.rows import FRESH, UNHELD, end, first, held, may_move, set_
from bot.jobs.tables import FINAL, LIVE, job_of, jobs, results, runs
from bot.storage import database
from bot.storage.clock import utc_now
from bot.storage.transactions import Transactions

Also = Callable[[AsyncConnection], Awaitable[object]]

KEEP_FINISHED: Final = timedelta(days=30)
PURGE_EVERY: Final = timedelta(hours=1)
LEASE: Final = timedelta(seconds=30)
# A suspect that has lived for so long is none any more: others need not wait for it.
PROBATION: Final = timedelta(seconds=60)


class JobStore:
    """Durable jobs. Made by `open`, in the event loop that uses it. Every method may raise
    StorageError."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        """Only `open` calls this: the file must be locked and migrated."""
        self._tx = transactions
        self._clock = clock
        self._holder = secrets.token_hex(8)
        self._next_purge = datetime.min.replace(tzinfo=UTC)

    @classmethod
    async def open(cls, path: Path, *, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open or make the database file, private to its owner, with the schema of this code.

        Finished jobs of more than 30 days ago are forgotten, now and hourly. `clock` gives aware
        moments. Raises AlreadyRunningError, or UnusableDatabaseError (both StorageError).
        """
        lock = await asyncio.to_thread(database.prepare, path)
        engine = database.make_engine(path)
        try:
            await database.migrate(engine)
            store = cls(Transactions(engine, lock), clock)
            async with store._tx.write() as change:
                await store._purge(change.db)
        except BaseException:
            await engine.dispose()
            lock.release()
            raise
        return store

    @property
    def transactions(self) -> Transactions:
        """For what else stands in the same database."""
        return self._tx

    # --- handing in

    async def add(self, new: NewJob, terms: Terms, also: Also | None = None) -> Answer:
        """Save a job durably, or say why not, in one transaction. Once this has returned, no crash
        loses the job. `also` writes more in the same transaction, once it is accepted."""
        async with self._tx.write() as change:
            answer = await admission.admit(change.db, new, terms, self._clock())
            if also is not None and isinstance(answer, Accepted):
                await also(change.db)
            return answer

    async def add_all(
        self, batch: Batch, news: Sequence[NewJob], terms: Terms, also: Also | None = None
    ) -> AcceptedAll | Repeated | Duplicate | Full:
        """The same for a batch: all of its jobs, or none."""
        async with self._tx.write() as change:
            answer = await admission.admit_all(change.db, news, terms, self._clock())
            if isinstance(answer, AcceptedAll):
                await batches.save(change.db, batch)
                if also is not None:
                    await also(change.db)
            return answer

    async def retry(self, job_id: str, terms: Terms) -> Accepted | Full | None:
        """Put a FAILED or CANCELLED job back to QUEUED with its failures forgotten (the person
        tapped Retry), behind what waits there. None when it is unknown or not in such a
        phase."""
        async with self._tx.write() as change:
            db, now = change.db, self._clock()
            ended = jobs.c.phase.in_((Phase.FAILED, Phase.CANCELLED))
            job = await first(db, (jobs.c.id == job_id) & ended)
            if job is None:
                return None
            if (full := await admission.too_much(db, [job], terms, now)) is not None:
                return full
            again = {**FRESH, "turn": await line.next_turn(db), "finished_at": None}
            await set_(db, job_id, **again, error_code=None, not_before=None)
            return await admission.accepted(db, job_id, now)

    async def cancel(self, job_id: str, also: Also | None = None) -> Job | None:
        """End a live job as CANCELLED whoever holds it (its holder's next write is refused).

        Returns the job as it was just before, or None when it is unknown or already final. `also`
        writes more in the same transaction, where a job was ended.
        """
        async with self._tx.write() as change:
            job = await first(change.db, (jobs.c.id == job_id) & jobs.c.phase.in_(LIVE))
            if job is not None:
                await end(change.db, job, Phase.CANCELLED, None, self._clock())
                if also is not None:
                    await also(change.db)
            return job

    async def cancel_chat(self, platform: str, chat_id: str, *, code: str) -> list[Job]:
        """End every live job of a chat where nobody hears us any more. Returns them as they were
        just before."""
        there = (jobs.c.platform == platform) & (jobs.c.chat_id == chat_id)
        async with self._tx.write() as change:
            found = await change.db.execute(select(jobs).where(there, jobs.c.phase.in_(LIVE)))
            ended = [job_of(row) for row in found.mappings().all()]
            for job in ended:
                await end(change.db, job, Phase.CANCELLED, code, self._clock())
            change.made = bool(ended)
            return ended

    # --- taking

    async def take(self) -> Job | None:
        """Claim the head of the ready line: phase DOWNLOADING, attempt + 1, under a lease. None
        when nothing may start now.

        Never a second running job of one user; the first job of everybody comes before the second
        of anybody, then first come, first served; a job put back keeps its place; jobs put back
        with a delay wait until it has passed; a job under suspicion (see `blame`) runs alone.
        """
        async with self._tx.write() as change:
            db, now = change.db, self._clock()
            if now >= self._next_purge:
                await self._purge(db)
            await line.promote_due(db, now)
            job_id = await line.head(db)
            if job_id is None:
                change.made = False
                return None
            lease = {"holder": self._holder, "held_since": now, "lease_until": now + LEASE}
            attempt = jobs.c.attempt + 1
            return await set_(db, job_id, phase=Phase.DOWNLOADING, attempt=attempt, **lease)

    async def wait(self, timeout: float) -> None:
        """Return when something may have become takeable, or after `timeout` seconds.

        At once when `take` would give a job now, so nothing is missed between the two calls. Any
        number of tasks may wait; all wake, and those who then find nothing wait again.
        """
        changed = self._tx.changed
        async with self._tx.read() as db:
            if await line.head(db) is not None:
                return
            due = await db.scalar(line.earliest_due())
        if due is not None:
            timeout = min(timeout, (due - self._clock()).total_seconds())
        if timeout > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), timeout)

    # --- holding

    async def renew(self, job: Job) -> Job:
        """Hold a job for another `LEASE`, and hear how it stands. Raises LeaseLostError."""
        async with self._tx.write() as change:
            change.made = False
            db, now = change.db, self._clock()
            await held(db, job)
            row = await db.execute(select(jobs.c.held_since).where(jobs.c.id == job.id))
            since = row.scalar_one()
            cleared = since is not None and now - since >= PROBATION
            change.made = cleared
            trust = {"suspect": False} if cleared else {}
            return await set_(db, job.id, lease_until=now + LEASE, **trust)

    async def advance(self, job: Job, phase: Phase) -> Job:
        """Move a held job to its next running phase. Raises LeaseLostError, or ValueError on a move
        that the model does not allow. Only the job's id and attempt are looked at."""
        if not phase.running:
            raise ValueError(f"advance() to {phase}: use finish() or put_back()")
        async with self._tx.write() as change:
            await may_move(change.db, job, phase)
            return await set_(change.db, job.id, phase=phase)

    async def finish(
        self, job: Job, phase: Phase, *, error_code: str | None = None, detail: str = ""
    ) -> Job:
        """End a held job in a final phase; `detail` is what the operator may read of it. Raises
        LeaseLostError, or ValueError on a move that the model does not allow."""
        if not phase.final:
            raise ValueError(f"finish() in {phase}: not a final phase")
        async with self._tx.write() as change:
            await may_move(change.db, job, phase)
            return await end(change.db, job, phase, error_code, self._clock(), detail)

    async def count_length(self, job: Job, seconds: float, allowed: Quota) -> TooLong | None:
        """Count the length of what a held job makes, once for each time that it was asked for; or
        say that it is too much. Raises LeaseLostError."""
        async with self._tx.write() as change:
            change.made = False
            db = change.db
            await held(db, job)
            if await db.scalar(select(jobs.c.counted).where(jobs.c.id == job.id)):
                return None
            now = self._clock()
            too_long = await quota.count_length(db, job.owner, seconds, allowed, now)
            if too_long is None:
                await set_(db, job.id, counted=True)
            return too_long

    async def put_back(self, job: Job, *, failed: bool, delay: float = 0.0) -> Job:
        """Give a held job back to the queue, `delay` seconds from now at the earliest.

        `failed` counts it as a failure; an orderly stop does not. Without a delay it keeps its
        place in the line. Raises LeaseLostError.
        """
        async with self._tx.write() as change:
            db, now = change.db, self._clock()
            await may_move(db, job, Phase.QUEUED)
            place: dict[str, object] = {"not_before": None}
            if delay > 0:
                place = {"not_before": now + timedelta(seconds=delay), "line": None}
            failures = jobs.c.failures + int(failed)
            # Whoever ran it lives, so it is no suspect any more.
            live = {"phase": Phase.QUEUED, "failures": failures, "suspect": False, "deaths": 0}
            back = await set_(db, job.id, **live, **place, **UNHELD)
            await line.promote(db, *back.owner, now)
            return back

    async def set_status_message(self, job_id: str, message_id: str) -> None:
        """Remember the one message that this job owns in the chat."""
        await self._note(job_id, status_message_id=message_id)

    async def removed(self, job_id: str) -> None:
        """Its result's message is no more in the chat: no album is made of it."""
        await self._note(job_id, result_message_id=None)

    # --- receipts, see model.Receipt

    async def intend(self, job: Job) -> bool:
        """Save, durably, that sending a result begins. False when an earlier attempt began, and how
        that ended nobody knows. Raises LeaseLostError."""
        async with self._tx.write() as change:
            change.made = False
            now = await held(change.db, job)
            if now.receipt is not Receipt.NONE:
                return False
            await set_(change.db, job.id, receipt=Receipt.INTENDED)
            return True

    async def sent(self, job: Job, message_id: str) -> None:
        """It was sent, as this message, or as several with spaces between."""
        await self._note(job.id, receipt=Receipt.SENT, result_message_id=message_id)

    async def failed(self, job: Job) -> None:
        """Nothing was sent, for sure: it may be tried again."""
        await self._note(job.id, receipt=Receipt.NONE)

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
        return line.position(await self.live(), job_id)

    # --- the life of processes

    async def recover(self) -> list[Job]:
        """At start, as the only process: see `recovery.recover`."""
        async with self._tx.write() as change:
            return await recovery.recover(change.db, self._holder, self._clock())

    async def orphans(self, held: Collection[str]) -> list[Job]:
        """Put back the jobs that run with nobody who holds them: their lease has run out, and they
        are none of `held`, the ids of those in this process's hands."""
        async with self._tx.write() as change:
            found = await recovery.orphans(change.db, held, self._clock())
            change.made = bool(found)
            return found

    async def close(self) -> None:
        """Release the storage, after the writes under way: the process ends in good order. Twice is
        harmless; whatever is called afterwards raises StorageError."""
        async with self._tx.last() as db:
            if db is not None:
                await db.execute(delete(runs).where(runs.c.holder == self._holder))

    async def _note(self, job_id: str, **changes: object) -> None:
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(update(jobs).where(jobs.c.id == job_id).values(**changes))

    async def _purge(self, db: AsyncConnection) -> None:
        now = self._clock()
        self._next_purge = now + PURGE_EVERY
        old = jobs.c.phase.in_(FINAL) & (jobs.c.finished_at < now - KEEP_FINISHED)
        await db.execute(delete(jobs).where(old))
        await db.execute(delete(results).where(results.c.at < now - KEEP_FINISHED))
