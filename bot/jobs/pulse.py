"""A process among others: it says that it is there, and looks after those that are not."""

import asyncio
from collections.abc import Callable, Collection, Sequence

import structlog

from bot.jobs.model import Job, Phase
from bot.jobs.notices import Notices
from bot.jobs.status import State, Status
from bot.jobs.store import JobStore
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)


class Pulse:
    """`held` says which jobs are in this process's hands."""

    def __init__(
        self,
        store: JobStore,
        board: Notices,
        held: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._store = store
        self._board = board
        self._held = held

    async def start(self) -> None:
        """Go on with what a dead process left, and say so in the same messages. Raises
        StorageError."""
        for job in await self._store.recover():
            log.info("job recovered", job=job.id, user=job.user_id, phase=job.phase)
            self._tell(job)

    async def run(self) -> None:
        """Until cancelled."""
        lease = self._store.lease
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beat(lease.renew))
            tasks.create_task(self._look(lease.look))

    async def _beat(self, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            try:
                if not await self._store.beat():
                    log.warning("the others took this process for dead")
            except StorageError as error:
                log.warning("no sign of life", cause=str(error))
            except Exception:
                log.exception("no sign of life")

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
            self._tell(job)

    def _tell(self, job: Job) -> None:
        if job.phase is Phase.FAILED:
            code = job.error_code or ""
            status = Status(State.FAILED, code=code, can_retry=True, trace=job.trace)
            self._board.show(job, status)
