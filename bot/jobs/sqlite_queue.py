"""The embedded queue: one SQLite file, one process, nothing to install or start."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs import order, store
from bot.jobs.model import ALLOWED, Job, NewJob, Phase
from bot.jobs.queue import (
    Accepted,
    Answer,
    Duplicate,
    LeaseLostError,
    QueueFull,
    Repeated,
    StorageError,
)
from bot.jobs.tables import LIVE, RUNNING, job_of, jobs, values_of

CRASHED = "crashed"
KEEP_FINISHED = timedelta(days=30)
PURGE_EVERY = timedelta(hours=1)


def utc_now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


class SqliteQueue:
    """The `Queue` Protocol on a SQLite file. Made by `open`, in the event loop that uses it."""

    def __init__(
        self, engine: AsyncEngine, lock: store.DataLock, clock: Callable[[], datetime]
    ) -> None:
        """Only `open` calls this: the file must be locked and migrated."""
        self._engine = engine
        self._writer = store.for_writing(engine)
        self._lock = lock
        self._clock = clock
        # SQLite lets one transaction write at a time and makes the others poll: queue up here.
        self._writing = asyncio.Lock()
        # Set and replaced by every write, so that each waiter sees the writes after its own look.
        self._changed = asyncio.Event()
        self._next_purge = datetime.min.replace(tzinfo=UTC)
        self._closed = False

    @classmethod
    async def open(cls, path: Path, *, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open or make the database file, private to its owner, with the schema of this code.

        Finished jobs of more than 30 days ago are forgotten, now and hourly. `clock` gives aware
        moments. Raises AlreadyRunningError, or UnusableDatabaseError (both StorageError).
        """
        lock = await asyncio.to_thread(store.prepare, path)
        engine = store.make_engine(path)
        try:
            await store.migrate(engine)
            queue = cls(engine, lock, clock)
            async with queue._write() as db:
                await queue._purge(db)
        except BaseException:
            await engine.dispose()
            lock.release()
            raise
        return queue

    async def add(self, new: NewJob, *, max_waiting: int) -> Answer:
        """See Queue.add."""
        values = values_of(new)
        async with self._write() as db:
            row = await _first(
                db,
                (jobs.c.chat_id == new.chat_id) & (jobs.c.message_id == new.message_id),
            )
            if row is not None:
                return Repeated(row)
            row = await _first(
                db,
                (jobs.c.user_id == new.user_id)
                & (jobs.c.chat_id == new.chat_id)
                & jobs.c.work.is_not(None)  # `== None` would mean "is null"
                & (jobs.c.work == values["work"])
                & jobs.c.phase.in_(LIVE),
            )
            if row is not None:
                return Duplicate(row)
            place = await order.place_for(db, new.user_id, max_waiting)
            if place is None:
                return QueueFull(max_waiting)
            job_id = secrets.token_hex(8)
            await db.execute(
                insert(jobs).values(
                    **values,
                    **place,
                    id=job_id,
                    phase=Phase.QUEUED,
                    attempt=0,
                    failures=0,
                    created_at=self._clock(),
                )
            )
            return await self._accepted(db, job_id)

    async def take(self) -> Job | None:
        """See Queue.take."""
        async with self._write() as db:
            if self._clock() >= self._next_purge:
                await self._purge(db)
            job_id = await db.scalar(order.next_up(self._clock()))
            if job_id is None:
                return None
            # Round 0: whoever has started is first in line, should the job be put back.
            return await _set(
                db, job_id, phase=Phase.DOWNLOADING, attempt=jobs.c.attempt + 1, round=0
            )

    async def wait(self, timeout: float) -> None:
        """See Queue.wait."""
        changed = self._changed
        async with self._read() as db:
            due = await db.scalar(order.earliest_due())
        if due is not None:
            timeout = min(timeout, (due - self._clock()).total_seconds())
        if timeout > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), timeout)

    async def advance(self, job: Job, phase: Phase) -> Job:
        """See Queue.advance."""
        if not phase.running:
            raise ValueError(f"advance() to {phase}: use finish() or put_back()")
        return await self._move(job, phase)

    async def finish(self, job: Job, phase: Phase, *, error_code: str | None = None) -> Job:
        """See Queue.finish."""
        if not phase.final:
            raise ValueError(f"finish() in {phase}: not a final phase")
        return await self._move(job, phase, error_code=error_code, finished_at=self._clock())

    async def put_back(self, job: Job, *, failed: bool, delay: float = 0.0) -> Job:
        """See Queue.put_back."""
        due = self._clock() + timedelta(seconds=delay) if delay > 0 else None
        return await self._move(
            job, Phase.QUEUED, failures=jobs.c.failures + int(failed), not_before=due
        )

    async def cancel(self, job_id: str) -> Job | None:
        """See Queue.cancel."""
        async with self._write() as db:
            job = await _first(db, (jobs.c.id == job_id) & jobs.c.phase.in_(LIVE))
            if job is not None:
                await _set(db, job_id, phase=Phase.CANCELLED, finished_at=self._clock())
            return job

    async def retry(self, job_id: str, *, max_waiting: int) -> Accepted | QueueFull | None:
        """See Queue.retry."""
        async with self._write() as db:
            job = await _first(
                db,
                (jobs.c.id == job_id) & jobs.c.phase.in_((Phase.FAILED, Phase.CANCELLED)),
            )
            if job is None:
                return None
            place = await order.place_for(db, job.user_id, max_waiting)
            if place is None:
                return QueueFull(max_waiting)
            await _set(
                db,
                job_id,
                **place,
                phase=Phase.QUEUED,
                failures=0,
                error_code=None,
                finished_at=None,
            )
            return await self._accepted(db, job_id)

    async def set_status_message(self, job_id: str, message_id: int) -> None:
        """See Queue.set_status_message."""
        async with self._write() as db:
            await db.execute(
                update(jobs).where(jobs.c.id == job_id).values(status_message_id=message_id)
            )

    async def get(self, job_id: str) -> Job | None:
        """See Queue.get."""
        async with self._read() as db:
            return await _first(db, jobs.c.id == job_id)

    async def live_of_user(self, user_id: int) -> list[Job]:
        """See Queue.live_of_user."""
        async with self._read() as db:
            found = await db.execute(order.live(self._clock()).where(jobs.c.user_id == user_id))
            return [job_of(row) for row in found.mappings()]

    async def live(self) -> list[Job]:
        """See Queue.live."""
        async with self._read() as db:
            found = await db.execute(order.live(self._clock()))
            return [job_of(row) for row in found.mappings()]

    async def position(self, job_id: str) -> int:
        """See Queue.position."""
        async with self._read() as db:
            return await order.position(db, job_id, self._clock())

    async def recover(self, *, max_failures: int) -> list[Job]:
        """See Queue.recover."""
        async with self._write() as db:
            found = await db.execute(
                select(jobs).where(jobs.c.phase.in_(RUNNING)).order_by(jobs.c.turn)
            )
            touched = []
            for job in map(job_of, found.mappings().all()):
                failures = job.failures + 1
                end: dict[str, Any] = {"phase": Phase.QUEUED, "not_before": None}
                if failures >= max_failures:
                    end = {"phase": Phase.FAILED, "error_code": CRASHED}
                    end["finished_at"] = self._clock()
                touched.append(await _set(db, job.id, failures=failures, **end))
            return touched

    async def close(self) -> None:
        """See Queue.close."""
        async with self._writing:
            if not self._closed:
                self._closed = True
                await self._engine.dispose()
                self._lock.release()

    async def _move(self, job: Job, phase: Phase, **changes: object) -> Job:
        """Change a job that its holder still holds; everything fenced goes through here."""
        async with self._write() as db:
            now = await _first(db, jobs.c.id == job.id)
            if now is None or now.attempt != job.attempt or not now.phase.running:
                raise LeaseLostError(
                    f"job {job.id}, attempt {job.attempt}: it is now "
                    + (f"{now.phase}, attempt {now.attempt}" if now else "forgotten")
                )
            if phase not in ALLOWED[now.phase]:
                raise ValueError(f"job {job.id}: no way from {now.phase} to {phase}")
            return await _set(db, job.id, phase=phase, **changes)

    async def _accepted(self, db: AsyncConnection, job_id: str) -> Accepted:
        job = await _first(db, jobs.c.id == job_id)
        assert job is not None  # noqa: S101 - written in this very transaction
        position = await order.position(db, job_id, self._clock())
        if position == 1 and not await order.is_running(db, job.user_id):
            position = 0
        return Accepted(job, position)

    async def _purge(self, db: AsyncConnection) -> None:
        now = self._clock()
        self._next_purge = now + PURGE_EVERY
        await db.execute(order.forget(now - KEEP_FINISHED))

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes; on disk when the block has been left without an error."""
        try:
            async with self._writing:
                self._refuse_when_closed()
                async with self._writer.begin() as db:
                    yield db
        except SQLAlchemyError as error:
            raise StorageError(f"the database failed: {store.reason(error)}") from error
        finally:
            # Also when it seems to have failed: a commit may succeed and its reply be lost.
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that reads one consistent state, beside a writer."""
        self._refuse_when_closed()
        try:
            async with self._engine.connect() as db:
                yield db
        except SQLAlchemyError as error:
            raise StorageError(f"the database failed: {store.reason(error)}") from error

    def _refuse_when_closed(self) -> None:
        # The engine would open the file again, without the lock.
        if self._closed:
            raise StorageError("the queue is closed")


async def _first(db: AsyncConnection, condition: ColumnElement[bool]) -> Job | None:
    row = (await db.execute(select(jobs).where(condition))).mappings().first()
    return None if row is None else job_of(row)


async def _set(db: AsyncConnection, job_id: str, **changes: object) -> Job:
    """Change a job that is there, and give it back as it is now."""
    changed = update(jobs).where(jobs.c.id == job_id).values(**changes).returning(*jobs.c)
    return job_of((await db.execute(changed)).mappings().one())
