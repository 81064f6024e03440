"""Who would hear a broadcast."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.dialog.stores.doorkeeper import Doorkeeper
from bot.jobs.store.archive import Archive
from bot.storage.clock import utc_now

RECENTLY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Audience:
    """The private chats of those who asked for something in the last 30 days, who are served, and
    of whom that is still known: /forget takes them out."""

    archive: Archive
    doorkeeper: Doorkeeper
    clock: Callable[[], datetime] = utc_now

    async def __call__(self, platform: str) -> list[str]:
        """Ids of chats. May raise StorageError."""
        chats = await self.archive.private_chats(platform, self.clock() - RECENTLY)
        served = await self.doorkeeper.admitted(platform, {user for _, user in chats})
        return [chat for chat, user in chats if user in served]
