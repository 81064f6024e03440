"""Links that log somebody in: once, within five minutes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, insert, select

from bot.storage.clock import utc_now
from bot.storage.transactions import Transactions
from bot.web.dashboard import secret_words
from bot.web.dashboard.tables import links

log = structlog.get_logger(__name__)

LASTS: Final = timedelta(minutes=5)
CONSOLE: Final = "console"
"""Who comes by a link where there are no ADMINS: whoever could make one."""


class Links:
    """In the database, so that whoever makes one need not be the process that serves. Methods may
    raise StorageError."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime] = utc_now) -> None:
        self._tx = transactions
        self._clock = clock

    async def make(self, user_id: str) -> str:
        """The word of a new one."""
        word = secret_words.new()
        row = {"id": secret_words.kept(word), "user_id": user_id}
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(delete(links).where(links.c.expires_at <= self._clock()))
            await change.db.execute(insert(links).values(**row, expires_at=self._clock() + LASTS))
        return word

    async def use(self, word: str) -> str | None:
        """Whom it logs in; None for one that nobody made, that is too old or was used: to say so
        writes nothing, for anybody may ask."""
        this = links.c.id == secret_words.kept(word)
        async with self._tx.read() as db:
            expires_at = await db.scalar(select(links.c.expires_at).where(this))
        if expires_at is None or expires_at <= self._clock():
            return None
        used = delete(links).where(this).returning(links.c.user_id, links.c.expires_at)
        async with self._tx.write() as change:
            change.made = False
            found = (await change.db.execute(used)).first()
        if found is None or found.expires_at <= self._clock():
            return None
        return str(found.user_id)
