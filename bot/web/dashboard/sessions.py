"""Who is logged in. A session lasts 12 hours after its last use, and 7 days in all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, insert, select, update

from bot.storage.clock import utc_now
from bot.storage.transactions import Transactions
from bot.web.dashboard import secret_words
from bot.web.dashboard.tables import sessions

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
# Not every page is worth a write.
_EXACT: Final = timedelta(minutes=5)


class Way(StrEnum):
    """How somebody came in."""

    LINK = "link"
    TELEGRAM = "telegram"
    APP = "app"  # from within a chat, perhaps in a frame of the messenger's


@dataclass(frozen=True, slots=True)
class Session:
    """`word` is what the browser's cookie carries."""

    word: str
    user_id: str
    way: Way
    created_at: datetime
    seen_at: datetime

    @property
    def proof(self) -> str:
        """See `secret_words.proof`."""
        return secret_words.proof(self.word)


class Sessions:
    """In the database: every front end knows them, and a restart forgets none. `may_enter` says of
    an id that it may be here, now. Methods may raise StorageError."""

    def __init__(
        self,
        transactions: Transactions,
        may_enter: Callable[[str], bool],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._tx = transactions
        self._may_enter = may_enter
        self._clock = clock

    async def begin(self, user_id: str, way: Way, instead_of: str = "") -> str:
        """The word of a new one; what this browser had before is worth nothing any more."""
        word, now = secret_words.new(), self._clock()
        row = {"id": secret_words.kept(word), "user_id": user_id, "way": way.value}
        over = (sessions.c.created_at <= now - LONGEST) | (sessions.c.seen_at <= now - IDLE)
        old = sessions.c.id == secret_words.kept(instead_of)
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(delete(sessions).where(over | old))
            await change.db.execute(insert(sessions).values(**row, created_at=now, seen_at=now))
        return word

    async def find(self, word: str) -> Session | None:
        """The session of a word, unless it is over, or its person was shut out meanwhile."""
        if not word:
            return None
        this = select(sessions).where(sessions.c.id == secret_words.kept(word))
        async with self._tx.read() as db:
            row = (await db.execute(this)).first()
        now = self._clock()
        if row is None or row.seen_at <= now - IDLE or row.created_at <= now - LONGEST:
            return None
        if not self._may_enter(row.user_id):
            return None
        return Session(word, row.user_id, Way(row.way), row.created_at, row.seen_at)

    async def used(self, session: Session) -> None:
        """It lasts on."""
        now = self._clock()
        if now - session.seen_at < _EXACT:
            return
        this = sessions.c.id == secret_words.kept(session.word)
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(update(sessions).where(this).values(seen_at=now))

    async def end(self, word: str) -> None:
        """Its person logs out."""
        async with self._tx.write() as change:
            change.made = False
            this = sessions.c.id == secret_words.kept(word)
            await change.db.execute(delete(sessions).where(this))
