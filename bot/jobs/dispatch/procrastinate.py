"""Jobs from procrastinate's queue on PostgreSQL: the engine of many processes.

What stands there for a ready job is a ticket, put there in the transaction that made the job ready
(`ProcrastinateQueue`), and used up when the job is taken. From then on the job is guarded by its
lease alone, which is fenced; procrastinate's own ends of jobs are not. Its locks aren't used: of
each person at most one job is ready.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from importlib import resources
from typing import Final, Self

import psycopg
import psycopg_pool
import structlog
from procrastinate import PsycopgConnector, exceptions
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job
from bot.jobs.store.store import JobStore
from bot.jobs.store.tickets import Ready, Ticket
from bot.storage import postgres
from bot.storage.errors import StorageError, UnusableDatabaseError

log = structlog.get_logger(__name__)

QUEUE: Final = "convert"
_TASK: Final = "carry"
_HEARTBEAT: Final = 3.0
_STALLED: Final = 10.0
_LOOK: Final = 2.0
# Whoever hears nothing looks by itself; delays are kept by this alone.
_POLL: Final = 1.0
_SCHEMA: Final = 7_240_003
_FAULTS: Final = (exceptions.ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout)


class ProcrastinateQueue:
    """See tickets.Queue."""

    async def upgrade(self, db: AsyncConnection) -> None:
        """See tickets.Queue. Which of procrastinate's migrations are there is remembered by their
        names: it keeps no record of its own."""
        try:
            await self._upgrade(db)
        except _FAULTS as error:
            raise UnusableDatabaseError(
                f"DATABASE_URL: the queue's schema: {_told(error)}"
            ) from error

    async def _upgrade(self, db: AsyncConnection) -> None:
        await db.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA})"))
        await db.execute(text("CREATE TABLE IF NOT EXISTS procrastinate_schema (migration text)"))
        newest = await db.scalar(text("SELECT max(migration) FROM procrastinate_schema"))
        folder = resources.files("procrastinate.sql") / "migrations"
        files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
        raw = (await db.get_raw_connection()).driver_connection
        assert isinstance(raw, psycopg.AsyncConnection)  # noqa: S101 - our driver's
        if newest is None:
            await raw.execute(SchemaManager.get_schema())
        for name in files:
            if newest is not None and name > newest:
                await raw.execute((folder / name).read_bytes())
        if newest != files[-1]:
            known = {"name": files[-1]}
            await db.execute(text("INSERT INTO procrastinate_schema VALUES (:name)"), known)

    async def hand_out(self, db: AsyncConnection, ready: Sequence[Ready]) -> Sequence[int]:
        """See tickets.Queue."""
        connection = (await db.get_raw_connection()).driver_connection
        rows = [
            Row(
                queue=QUEUE,
                lock=None,
                queueing_lock=None,
                task_name=_TASK,
                priority=one.priority,
                task_kwargs={"job": one.job_id},
                scheduled_at=one.at,
            )
            for one in ready
        ]
        # Only the connection that is given is used.
        manager = JobManager(PsycopgConnector())
        try:
            made = await manager.batch_defer_jobs_async(rows, connection=connection)
        except _FAULTS as error:
            raise StorageError(f"the queue failed: {_told(error)}") from error
        return [row.id for row in made if row.id is not None]


class Tickets:
    """See `Source`. `most` is how many jobs may run in all processes together, 0 for any number."""

    def __init__(self, store: JobStore, connector: PsycopgConnector, most: int) -> None:
        """Only `open` calls this: the connector must be open."""
        self._store = store
        self._connector = connector
        self._queue = JobManager(connector)
        self._most = most
        self._worker: int | None = None
        self._unsure: list[Ticket] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, store: JobStore, url: str, most: int = 0) -> AsyncIterator[Self]:
        """A source for one process. Raises UnusableDatabaseError."""
        connector = PsycopgConnector(
            conninfo=postgres.conninfo(url), min_size=1, max_size=3, timeout=8.0
        )
        try:
            await connector.open_async()
        except _FAULTS as error:
            raise UnusableDatabaseError(f"DATABASE_URL: {_told(error)}") from error
        source = cls(store, connector, most)
        try:
            yield source
        finally:
            with contextlib.suppress(*_FAULTS):
                if source._worker is not None:
                    await source._queue.unregister_worker(source._worker)
            await connector.close_async()

    async def take(self) -> Job | None:
        """See Source."""
        # Asked before each: the last place may be another's by now, and whoever went on through a
        # long queue then would not come to its end.
        while await self._store.may_take(self._most):
            if (ticket := await self._fetch()) is None:
                return None
            try:
                job = await self._store.take(ticket, self._most)
            except Exception:
                # Whether it was taken nobody knows: it is offered again, and is no good if it was.
                self._unsure.append(ticket)
                raise
            await self._used_up(ticket)
            if job is not None:
                return job
        return None

    async def wait(self) -> None:
        """See Source."""
        changed = self._store.transactions.changed
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL):
                await changed.wait()

    async def tend(self) -> None:
        """See Source."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._again_and_again(self._beat, _HEARTBEAT))
            tasks.create_task(self._again_and_again(self._look, _LOOK))

    async def backlog(self) -> int:
        """How many tickets wait. Raises StorageError."""
        async with self._guarded():
            [row] = await self._connector.execute_query_all_async(
                "SELECT count(*) AS waiting FROM procrastinate_jobs WHERE status = 'todo'"
            )
            return int(row["waiting"])

    async def _fetch(self) -> Ticket | None:
        async with self._guarded():
            if self._worker is None:
                self._worker = await self._queue.register_worker()
            row = await self._queue.fetch_job([QUEUE], self._worker)
        if row is None or row.id is None:
            return None
        # What isn't ours stands for no job, and is thrown away like a ticket that is used up.
        return Ticket(row.id, str(row.task_kwargs.get("job", "")))

    async def _used_up(self, ticket: Ticket) -> None:
        try:
            async with self._guarded():
                await self._remove(ticket.number)
        except StorageError:
            self._unsure.append(ticket)

    async def _remove(self, number: int) -> None:
        try:
            await self._queue.finish_job_by_id_async(number, Status.SUCCEEDED, delete_job=True)
        except exceptions.ConnectorException as error:
            # Not there any more: removed by whoever took this process for dead.
            if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                raise

    async def _again_and_again(self, work: Callable[[], Awaitable[None]], pause: float) -> None:
        while True:
            try:
                await work()
            except StorageError as error:
                log.warning("the queue is not tended", cause=str(error))
            except Exception:
                log.exception("the queue is not tended")
            await asyncio.sleep(pause)

    async def _beat(self) -> None:
        if self._worker is None:
            return
        try:
            async with self._guarded():
                await self._queue.update_heartbeat(self._worker)
        except StorageError:
            # Taken for dead, or the database is away: it registers anew with its next ticket.
            self._worker = None
            raise

    async def _look(self) -> None:
        """Offer anew what a process took with it, and what we ourselves are unsure of."""
        while self._unsure:
            await self._offer_again([self._unsure[-1].number])
            self._unsure.pop()
        async with self._guarded():
            stalled = await self._queue.get_stalled_jobs(
                queue=QUEUE, seconds_since_heartbeat=_STALLED
            )
            numbers = [row.id for row in stalled if row.id is not None]
            await self._queue.prune_stalled_workers(_STALLED * 6)
        waiting = await self._store.outstanding()
        async with self._guarded():
            there = await self._connector.execute_query_all_async(
                "SELECT id FROM procrastinate_jobs WHERE id = ANY(%(ids)s)", ids=waiting
            )
        gone = set(waiting) - {row["id"] for row in there}
        if numbers or gone:
            log.warning("tickets lost", stalled=len(numbers), gone=len(gone))
            await self._offer_again([*numbers, *gone])

    async def _offer_again(self, numbers: Sequence[int]) -> None:
        await self._store.lost_tickets(numbers)
        async with self._guarded():
            for number in numbers:
                await self._remove(number)

    @contextlib.asynccontextmanager
    async def _guarded(self) -> AsyncIterator[None]:
        try:
            yield
        except _FAULTS as error:
            raise StorageError(f"the queue failed: {_told(error)}") from error


def _told(error: Exception) -> str:
    return str(error.__cause__ or error).splitlines()[0] if str(error) else type(error).__name__
