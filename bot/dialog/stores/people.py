"""What is kept about people, and how all of it is forgotten."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from bot.dialog.screens.preferences import Preferences
from bot.dialog.tables import broadcast_chats, conversations, drafts, gatherings, people
from bot.storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What /forget deleted: rows of each kind."""

    jobs: int
    drafts: int
    settings: int


class People:
    """Preferences in the database. Every method may raise StorageError."""

    def __init__(self, transactions: Transactions) -> None:
        self._tx = transactions

    async def preferences(self, platform: str, user_id: str) -> Preferences:
        """A person's, or everybody's where they chose nothing."""
        mine = (people.c.platform == platform) & (people.c.user_id == user_id)
        async with self._tx.read() as db:
            found = await db.scalar(select(people.c.settings).where(mine))
        return Preferences.load(found) if isinstance(found, dict) else Preferences()

    async def set(self, platform: str, user_id: str, preferences: Preferences) -> None:
        """Keep them."""
        mine = (people.c.platform == platform) & (people.c.user_id == user_id)
        settings = preferences.dump()
        async with self._tx.write() as change:
            change.made = False
            there = await change.db.execute(update(people).where(mine).values(settings=settings))
            if not there.rowcount:
                row = {"platform": platform, "user_id": user_id, "settings": settings}
                await change.db.execute(insert(people).values(**row))

    async def forget(self, platform: str, user_id: str) -> tuple[int, int]:
        """Delete drafts, states and preferences. How many drafts and preferences there were."""
        async with self._tx.write() as change:
            change.made = False
            db = change.db
            theirs = (drafts.c.platform == platform) & (drafts.c.user_id == user_id)
            count = await db.scalar(select(func.count()).select_from(drafts).where(theirs))
            await db.execute(delete(drafts).where(theirs))
            coming = (gatherings.c.platform == platform) & (gatherings.c.user_id == user_id)
            await db.execute(delete(gatherings).where(coming))
            # Nobody is told anything who is not known any more.
            await db.execute(delete(broadcast_chats).where(broadcast_chats.c.chat_id == user_id))
            await db.execute(delete(conversations).where(conversations.c.user_id == user_id))
            mine = (people.c.platform == platform) & (people.c.user_id == user_id)
            gone = await db.execute(delete(people).where(mine))
            return int(count or 0), int(gone.rowcount)
