"""Results of files that were sent together come together: one album in place of single messages,
once the last of them is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.jobs.batch import Batch
from bot.jobs.errors import TransferCode, TransferError
from bot.jobs.messenger import Messenger
from bot.jobs.model import Job
from bot.jobs.pieces import Piece
from bot.jobs.store.batches import BatchStore
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)


class Pieces(Protocol):
    """Knows what the messenger has, see `shelf`. May raise StorageError."""

    async def pieces(self, jobs: Sequence[Job]) -> list[Piece]:
        """The results of these jobs that are known, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Together:
    """Makes the albums. What goes wrong costs nothing but the album: the single messages stay."""

    batches: BatchStore
    results: Pieces
    messengers: Mapping[str, Messenger]

    async def ended(self, batch_id: str) -> None:
        """A job of this batch has ended. Never raises."""
        try:
            batch = await self.batches.get(batch_id)
            jobs = await self.batches.jobs(batch_id)
            if batch is not None and all(job.phase.final for job in jobs):
                await self._unite(batch, jobs)
        except StorageError as error:
            log.warning("results stay single", batch=batch_id, cause=str(error))

    async def resume(self) -> None:
        """After a start: what a dead process didn't come to. Never raises."""
        try:
            for batch_id in await self.batches.not_united():
                await self.ended(batch_id)
        except StorageError as error:
            log.warning("results stay single", cause=str(error))

    async def _unite(self, batch: Batch, jobs: Sequence[Job]) -> None:
        pieces = await self.results.pieces(jobs)
        deliverer = self.messengers[batch.platform].deliverer
        groups = deliverer.albums(pieces)
        # Sent once, whatever becomes of it: nobody wants the same album twice.
        if not groups or not await self.batches.unite(batch.id):
            return
        for group in groups:
            try:
                await deliverer.deliver_album(batch, group)
            except TransferError as error:
                level = log.warning if error.code is not TransferCode.BLOCKED else log.info
                level("results stay single", batch=batch.id, cause=str(error))
