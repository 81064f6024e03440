"""A process among others: it says that it is there, and looks after those that are not."""

import asyncio
from collections.abc import Callable, Collection, Sequence

import structlog

from bot.jobs.model import Job
from bot.jobs.processes.vitals import Vitals
from bot.jobs.store.store import JobStore
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)


class Pulse:
    """`held` says which jobs are in this process's hands, `vitals` how it is."""

    def __init__(
        self,
        store: JobStore,
        held: Callable[[], Collection[str]] = frozenset,
        vitals: Callable[[], Vitals | None] = lambda: None,
    ) -> None:
        self._store = store
        self._held = held
        self._vitals = vitals

    async def start(self) -> None:
        """Put back what a dead process left. Raises StorageError."""
        for job in await self._store.recover():
            log.info("job recovered", job=job.id, user=job.user_id, phase=job.phase)

    async def run(self) -> None:
        """Until cancelled."""
        lease = self._store.lease
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beat(lease.renew))
            tasks.create_task(self._look(lease.look))

    async def _beat(self, pause: float) -> None:
        # How it is nobody knows before the first time.
        while True:
            try:
                if not await self._store.beat(self._vitals()):
                    log.warning("the others took this process for dead")
            except StorageError as error:
                log.warning("no sign of life", cause=str(error))
            except Exception:
                log.exception("no sign of life")
            await asyncio.sleep(pause)

    async def _look(self, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            try:
                self._found(await self._store.orphans(frozenset(self._held())))
            except StorageError as error:
                log.warning("nobody looks after the others", cause=str(error))
            except Exception:
                log.exception("nobody looks after the others")

    def _found(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            log.warning("job found without a holder", job=job.id, attempt=job.attempt)
