"""Shows what is told of jobs through the database, by other processes and by this one: the leading
front end's part."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

import structlog

from bot.jobs.showing.notices import Notices
from bot.jobs.showing.places import Places
from bot.jobs.store.bulletins import NEWS, Bulletins, News
from bot.jobs.work.hands import Hands
from bot.storage.backend import ANYTHING
from bot.storage.errors import StorageError
from bot.storage.transactions import Transactions

log = structlog.get_logger(__name__)

# Whoever hears nothing looks by itself; of a file's changes by another process nobody hears.
_LOOK: Final = 1.0
_TROUBLE: Final = 1.0


class Relay:
    """From the bulletins to the messages. `hands` let go of a job that is over, whoever ended it: a
    process that can't send may have, too, or the operator's command line."""

    def __init__(
        self, transactions: Transactions, board: Notices, hands: Hands, places: Places
    ) -> None:
        self._tx = transactions
        self._bulletins = Bulletins(transactions)
        self._board = board
        self._hands = hands
        self._places = places
        self._stirred = asyncio.Event()
        self._settling: dict[str, asyncio.Task[None]] = {}
        transactions.hear(self._heard)

    async def run(self) -> None:
        """Until cancelled."""
        if self._tx.backend.shared:
            await self._unsee()
        try:
            while True:
                self._stirred.clear()
                try:
                    await self._show_all(await self._bulletins.news())
                except StorageError as error:
                    log.warning("nothing is shown", cause=str(error))
                    await asyncio.sleep(_TROUBLE)
                except Exception:
                    log.exception("news broke")
                    await asyncio.sleep(_TROUBLE)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK):
                        await self._stirred.wait()
        finally:
            for task in self._settling.values():
                task.cancel()

    async def _unsee(self) -> None:
        """What whoever led before has shown of live jobs is on no board of ours."""
        while True:
            try:
                await self._bulletins.unsee()
            except StorageError as error:
                log.warning("nothing is shown", cause=str(error))
                await asyncio.sleep(_TROUBLE)
            else:
                return

    async def _show_all(self, news: Sequence[News]) -> None:
        for one in news:
            await self._show(one)
        if news and not self._tx.backend.shared:
            # Whoever waits for something to be ready looks by this.
            async with self._tx.write():
                pass
            await self._places.show_all()

    async def _show(self, news: News) -> None:
        job, status = news.job, news.status
        if status is None or (job.phase.final and not status.final):
            self._board.forget(job)
        elif status.final:
            if job.id not in self._settling:
                task = asyncio.create_task(self._settle(news), name=f"settle-{job.id}")
                self._settling[job.id] = task
                task.add_done_callback(lambda _: self._settling.pop(job.id, None))
            return
        else:
            self._board.show(job, status)
        await self._bulletins.saw(news)

    async def _settle(self, news: News) -> None:
        assert news.status is not None  # noqa: S101 - see _show
        job = news.job
        if job.phase.final:
            self._hands.drop(job)
            # Whoever reads "stopped" finds nothing that runs.
            await self._hands.gone(job)
        await self._board.settle(job, news.status)
        self._board.forget(job)
        self._hands.ended(job)
        with contextlib.suppress(StorageError):
            await self._bulletins.saw(news)

    def _heard(self, note: str) -> None:
        if note in {NEWS, ANYTHING}:
            self._stirred.set()
