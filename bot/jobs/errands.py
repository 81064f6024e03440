"""What was done to jobs beside a bot that is alone with its file: the part of it that only the bot
can do. Where processes share a database this is the relay's and the workers' own business."""

import asyncio
from typing import Final

import structlog

from bot.jobs.bulletins import Bulletins, News
from bot.jobs.hands import Hands
from bot.jobs.model import Phase
from bot.jobs.notices import Notices
from bot.jobs.places import Places
from bot.storage.errors import StorageError
from bot.storage.transactions import Transactions

log = structlog.get_logger(__name__)

# Another process's changes of a file are told of by nobody.
_LOOK: Final = 1.0


class Errands:
    """Lets go of jobs that the operator's command line has ended, tells their people, and starts
    what it made ready."""

    def __init__(
        self, transactions: Transactions, board: Notices, hands: Hands, places: Places
    ) -> None:
        self._tx = transactions
        self._bulletins = Bulletins(transactions)
        self._board = board
        self._hands = hands
        self._places = places

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if news := await self._bulletins.news():
                    # Whoever waits for something to be ready looks by this.
                    async with self._tx.write():
                        pass
                    for one in news:
                        await self._do(one)
                    await self._places.show_all()
            except StorageError as error:
                log.warning("the command line is not heard", cause=str(error))
            except Exception:
                log.exception("the command line is not heard")
            await asyncio.sleep(_LOOK)

    async def _do(self, news: News) -> None:
        job, status = news.job, news.status
        if status is not None and status.final and job.phase.final:
            log.info("job ended from outside", job=job.id, user=job.user_id)
            self._hands.drop(job.id)
            await self._hands.gone(job.id)
            await self._board.settle(job, status)
            self._hands.ended(job)
        elif job.phase is Phase.QUEUED:
            await self._places.show(job)
        await self._bulletins.saw(news)
