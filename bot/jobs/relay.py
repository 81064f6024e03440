"""Shows what the others tell of their jobs: the leading front end's part."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

import structlog

from bot.jobs.bulletins import NEWS, Bulletins, News
from bot.jobs.model import Job
from bot.jobs.notices import Notices
from bot.storage.backend import ANYTHING
from bot.storage.errors import StorageError
from bot.storage.transactions import Transactions

log = structlog.get_logger(__name__)

# Whoever hears nothing looks by itself.
_LOOK: Final = 2.0
_TROUBLE: Final = 1.0


class Relay:
    """From the bulletins to the messages. `ended` hears of a job that is over, whoever ended it: a
    process that can't send may have, too."""

    def __init__(
        self,
        transactions: Transactions,
        bulletins: Bulletins,
        board: Notices,
        ended: Callable[[Job], None],
    ) -> None:
        self._bulletins = bulletins
        self._board = board
        self._ended = ended
        self._stirred = asyncio.Event()
        self._settling: dict[str, asyncio.Task[None]] = {}
        transactions.hear(self._heard)

    async def run(self) -> None:
        """Until cancelled."""
        await self._unsee()
        try:
            while True:
                self._stirred.clear()
                try:
                    for news in await self._bulletins.news():
                        await self._show(news)
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
        await self._board.settle(news.job, news.status)
        self._board.forget(news.job)
        self._ended(news.job)
        with contextlib.suppress(StorageError):
            await self._bulletins.saw(news)

    def _heard(self, note: str) -> None:
        if note in {NEWS, ANYTHING}:
            self._stirred.set()
