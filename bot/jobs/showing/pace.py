"""How often a message may change, and how often anything may be said in a chat."""

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

_MOST_CHATS: Final = 1000


class Spoken(Protocol):
    """What something is said about: a job, a draft. `group` marks a chat of several people."""

    @property
    def platform(self) -> str:
        """The messenger."""
        ...

    @property
    def chat_id(self) -> str:
        """The chat."""
        ...

    @property
    def group(self) -> bool:
        """Whether several people read there."""
        ...


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

    def of(self, what: Spoken) -> float:
        """For its message."""
        return self.group if what.group else self.private

    def of_chat(self, what: Spoken) -> float:
        """For all that is said in its chat."""
        return self.group_chat if what.group else self.private_chat


class ChatPaces:
    """One pace for each chat: edits and messages count together, as messengers count them."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next: dict[tuple[str, str], float] = {}

    async def turn(self, what: Spoken) -> None:
        """Wait until something may be said in its chat; it counts as said."""
        await self._turn(what.platform, what.chat_id, self._pace.of_chat(what))

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
