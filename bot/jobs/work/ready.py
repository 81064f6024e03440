"""Results that are there already: the same file and the same wish again, by anybody, is answered
at once, with no download and no conversion."""

from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.jobs.errors import KeptRefusedError
from bot.jobs.made import Kept, Made, Sent
from bot.jobs.messenger import Deliverer
from bot.jobs.model import Job
from bot.jobs.showing.notices import Notices
from bot.jobs.work.delivery import Course, hand_over
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)


class Results(Protocol):
    """Remembers what the messenger has, see `shelf`. Methods may raise StorageError."""

    async def find(self, job: Job) -> Kept | None:
        """What is just what this job is to make."""
        ...

    async def keep(self, job: Job, sent: Sent, made: Made) -> None:
        """This is what came of a job."""
        ...

    async def forget(self, job: Job) -> None:
        """What `find` gives for this job is no more."""
        ...


@dataclass(frozen=True, slots=True)
class Ready:
    """Answers with them, unless it is not to `reuse` any. A storage that is away costs only time:
    then all is made anew."""

    results: Results
    board: Notices
    reuse: bool = True

    async def answered(self, job: Job, deliverer: Deliverer, course: Course) -> bool:
        """Whether the job's result was there already, and is with the person now. Raises
        TransferError as any delivery does."""
        kept = await self._found(job) if self.reuse else None
        if kept is None:
            return False
        course.seconds_left = 0.0
        try:
            sent = await hand_over(self.board, deliverer, job, kept, course)
        except KeptRefusedError as error:
            log.info("kept result refused, made anew", cause=str(error), gone=error.gone)
            course.seconds_left = None
            await course.stay(job)
            if error.gone:
                await self._forgotten(job)
            return False
        course.log.gave(kept.made)
        log.info("answered at once", kind=kept.kind, bytes_out=kept.made.after)
        await self.keep(job, sent, kept.made)
        return True

    async def keep(self, job: Job, sent: Sent | None, made: Made) -> None:
        """Remember what was delivered; None where nobody knows what the messenger calls it."""
        if sent is None:
            return
        try:
            await self.results.keep(job, sent, made)
        except StorageError as error:
            log.warning("result not remembered", cause=str(error))

    async def _found(self, job: Job) -> Kept | None:
        try:
            return await self.results.find(job)
        except StorageError as error:
            log.warning("nobody knows what is ready", cause=str(error))
            return None

    async def _forgotten(self, job: Job) -> None:
        try:
            await self.results.forget(job)
        except StorageError as error:
            log.warning("kept result not forgotten", cause=str(error))
