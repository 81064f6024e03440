"""How often a message may change, and how often anything may be said in a chat."""

import asyncio
from dataclasses import dataclass
from typing import Final

from bot.jobs.model import Job

_MOST_CHATS: Final = 1000


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two edits of one message, between any two things said in one chat, and
    between two messages of a broadcast; how long a last word may take."""

    private: float = 5.0
    group: float = 10.0
    private_chat: float = 1.0
    group_chat: float = 3.0
    patience: float = 20.0
    first_wait: float = 0.5
    broadcast: float = 0.05

    def of(self, job: Job) -> float:
        """For the job's message."""
        return self.group if job.group else self.private

    def of_chat(self, job: Job) -> float:
        """For all that is said in the job's chat."""
        return self.group_chat if job.group else self.private_chat


class ChatPaces:
    """One pace for each chat: edits and messages count together, as messengers count them."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next: dict[tuple[str, str], float] = {}

    async def turn(self, job: Job) -> None:
        """Wait until something may be said in the job's chat; it counts as said."""
        await self._turn(job.platform, job.chat_id, self._pace.of_chat(job))

    async def private_turn(self, platform: str, chat_id: str) -> None:
        """The same for a chat with one person."""
        await self._turn(platform, chat_id, self._pace.private_chat)

    async def _turn(self, platform: str, chat_id: str, seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        chat, now = (platform, chat_id), clock()
        at = max(now, self._next.get(chat, 0.0))
        self._next[chat] = at + seconds
        if len(self._next) > _MOST_CHATS:
            self._next = {key: until for key, until in self._next.items() if until > now}
        if at > now:
            await asyncio.sleep(at - now)
