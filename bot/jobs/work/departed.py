"""A person blocked the bot, or a chat is gone: all that was asked for there ends."""

from dataclasses import dataclass

import structlog

from bot.jobs.errors import BlockedError
from bot.jobs.model import Job
from bot.jobs.showing.notices import Notices
from bot.jobs.store.durable import Durable
from bot.jobs.work.hands import Hands

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Departed:
    """Ends it, whoever has it in hand."""

    store: Durable
    board: Notices
    hands: Hands

    async def end(self, job: Job) -> None:
        """Nobody hears us in this job's chat."""
        ended = await self.store.cancel_chat(job, BlockedError().code)
        log.info("nobody is in the chat any more", job=job.id, ended=len(ended))
        for other in ended:
            self.hands.drop(other)
            await self.hands.gone(other)
            self.board.forget(other)

    def hear(self, job: Job) -> None:
        """The same, by and by."""
        _ = self.hands.afterwards(self.end(job))
