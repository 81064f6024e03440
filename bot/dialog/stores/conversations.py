"""Where conversations stand, for a messenger's states: a restart in the middle loses nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from bot.dialog.tables import conversations
from bot.storage.clock import utc_now
from bot.storage.transactions import Transactions

LIFETIME: Final = timedelta(hours=24)


class Conversations:
    """States and their data by a key of the messenger's. Every method may raise StorageError."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime] = utc_now) -> None:
        self._tx = transactions
        self._clock = clock

    async def get(self, key: str) -> tuple[str | None, dict[str, Any]]:
        """State and data; None and nothing where there are none, or none so young."""
        young = conversations.c.changed_at >= self._clock() - LIFETIME
        columns = (conversations.c.state, conversations.c.data)
        async with self._tx.read() as db:
            found = await db.execute(select(*columns).where((conversations.c.key == key) & young))
            row = found.first()
        return (None, {}) if row is None else (row.state, dict(row.data))

    async def set(self, key: str, user_id: str, state: str | None, data: Mapping[str, Any]) -> None:
        """Keep both; neither of them, and the row goes."""
        here, now = conversations.c.key == key, self._clock()
        async with self._tx.write() as change:
            change.made = False
            db = change.db
            await db.execute(
                delete(conversations).where(conversations.c.changed_at < now - LIFETIME)
            )
            if state is None and not data:
                await db.execute(delete(conversations).where(here))
                return
            values = {"state": state, "data": dict(data), "changed_at": now}
            there = await db.execute(update(conversations).where(here).values(**values))
            if not there.rowcount:
                row = {"key": key, "user_id": user_id, **values}
                await db.execute(insert(conversations).values(**row))
