"""What an admin wants everybody to hear, and who has heard it: durable, so that a restart neither
forgets anybody nor tells anybody twice."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialog.tables import broadcast_chats, broadcasts
from bot.storage.backend import ANYTHING
from bot.storage.clock import utc_now
from bot.storage.columns import storable
from bot.storage.transactions import Transactions

KEPT: Final = timedelta(days=30)


class Stage(StrEnum):
    """Where a broadcast stands. LOST: the admin's message is gone, nothing can be copied."""

    ASKED = "asked"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"
    LOST = "lost"


class Heard(StrEnum):
    """Whether one chat has heard it. What was SENDING when the process died is UNSURE, for ever: it
    is not said again. BLOCKED: its person blocked the bot."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message of an admin's (`message_id` in `chat_id`), or `words`. Its progress is told in the
    message `report_id`."""

    id: str
    platform: str
    by_user: str
    chat_id: str
    locale: str
    message_id: str | None
    words: str | None
    report_id: str | None = None
    stage: Stage = Stage.ASKED


Tally = Mapping[Heard, int]


# The note that one has begun.
BEGUN: Final = "broadcast"


class BroadcastStore:
    """Broadcasts in the database. Every method may raise StorageError."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime] = utc_now) -> None:
        self._tx = transactions
        self.clock = clock

    def hear_of_begun(self, call: Callable[[], None]) -> None:
        """`call` when one has begun, in whichever process, or may have."""

        def hear(note: str) -> None:
            if note in {BEGUN, ANYTHING}:
                call()

        self._tx.hear(hear)

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """Keep a new one, under an id of its own; those of more than 30 days ago are forgotten."""
        new_id = secrets.token_hex(8)
        row = {name: getattr(broadcast, name) for name in _COLUMNS}
        if broadcast.words is not None:
            row["words"] = storable(broadcast.words)
        row |= {"id": new_id, "state": broadcast.stage.value, "created_at": self.clock()}
        async with self._tx.write() as change:
            change.made = False
            await self._purge(change.db)
            await change.db.execute(insert(broadcasts).values(**row))
            return await _one(change.db, new_id)

    async def get(self, broadcast_id: str) -> Broadcast | None:
        """One, or None."""
        async with self._tx.read() as db:
            return await _found(db, broadcast_id)

    async def begin(self, broadcast_id: str, report_id: str | None, chats: Iterable[str]) -> bool:
        """From now on it goes to these chats. False when it was begun or given up before."""
        async with self._tx.write() as change:
            change.made = False
            begun: dict[str, str | None] = {"state": Stage.SENDING.value, "report_id": report_id}
            if not await _moved(change.db, broadcast_id, Stage.ASKED, begun):
                return False
            waiting = Heard.WAITING.value
            rows = [
                {"broadcast_id": broadcast_id, "chat_id": chat, "outcome": waiting}
                for chat in dict.fromkeys(chats)
            ]
            if rows:
                await change.db.execute(insert(broadcast_chats), rows)
            change.notes.append(BEGUN)
            return True

    async def end(self, broadcast_id: str, was: Stage, stage: Stage) -> bool:
        """It goes to nobody any more. False when it didn't stand so."""
        async with self._tx.write() as change:
            change.made = False
            return await _moved(change.db, broadcast_id, was, {"state": stage.value})

    async def note(self, broadcast_id: str, chat_id: str, heard: Heard) -> None:
        """How it went with one chat."""
        async with self._tx.write() as change:
            change.made = False
            await _note(change.db, broadcast_id, chat_id, heard)

    async def next(self, broadcast_id: str) -> str | None:
        """Claim a chat that has not heard it; None when there is none, or it was stopped. A chat is
        claimed once: unless it is noted as WAITING again, it is never given out a second time."""
        here = broadcast_chats.c.broadcast_id == broadcast_id
        waiting = here & (broadcast_chats.c.outcome == Heard.WAITING.value)
        async with self._tx.write() as change:
            change.made = False
            broadcast = await _found(change.db, broadcast_id)
            if broadcast is None or broadcast.stage is not Stage.SENDING:
                return None
            first = select(broadcast_chats.c.chat_id).where(waiting)
            chat: str | None = await change.db.scalar(
                first.order_by(broadcast_chats.c.chat_id).limit(1)
            )
            if chat is not None:
                await _note(change.db, broadcast_id, chat, Heard.SENDING)
            return chat

    async def tally(self, broadcast_id: str) -> Tally:
        """How many chats have heard it, and how many not."""
        here = broadcast_chats.c.broadcast_id == broadcast_id
        counts = select(broadcast_chats.c.outcome, func.count()).where(here)
        async with self._tx.read() as db:
            rows = await db.execute(counts.group_by(broadcast_chats.c.outcome))
            return {Heard(outcome): count for outcome, count in rows.all()}

    async def resume(self) -> None:
        """At start: whoever was being told when the process ended may have heard it."""
        claimed = broadcast_chats.c.outcome == Heard.SENDING.value
        async with self._tx.write() as change:
            change.made = False
            unsure = update(broadcast_chats).values(outcome=Heard.UNSURE.value)
            await change.db.execute(unsure.where(claimed))

    async def forget(self, broadcast_id: str) -> None:
        """It is over and told of: who heard it is nobody's business any more."""
        here = broadcast_chats.c.broadcast_id == broadcast_id
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(delete(broadcast_chats).where(here))

    async def unfinished(self) -> list[Broadcast]:
        """Those that go on, or were not told of to their end, the oldest first."""
        sending = broadcasts.c.state == Stage.SENDING.value
        untold = broadcasts.c.id.in_(select(broadcast_chats.c.broadcast_id))
        oldest = select(broadcasts).where(sending | untold).order_by(broadcasts.c.created_at)
        async with self._tx.read() as db:
            return [_of(row) for row in (await db.execute(oldest)).mappings()]

    async def _purge(self, db: AsyncConnection) -> None:
        old = broadcasts.c.created_at < self.clock() - KEPT
        ids = select(broadcasts.c.id).where(old)
        await db.execute(delete(broadcast_chats).where(broadcast_chats.c.broadcast_id.in_(ids)))
        await db.execute(delete(broadcasts).where(old))


_COLUMNS: Final = ("platform", "by_user", "chat_id", "locale", "message_id", "words", "report_id")


def _of(row: RowMapping) -> Broadcast:
    return Broadcast(
        id=row["id"], stage=Stage(row["state"]), **{name: row[name] for name in _COLUMNS}
    )


async def _found(db: AsyncConnection, broadcast_id: str) -> Broadcast | None:
    found = await db.execute(select(broadcasts).where(broadcasts.c.id == broadcast_id))
    row = found.mappings().first()
    return None if row is None else _of(row)


async def _one(db: AsyncConnection, broadcast_id: str) -> Broadcast:
    found = await _found(db, broadcast_id)
    assert found is not None  # noqa: S101 - written in this very transaction
    return found


async def _moved(
    db: AsyncConnection, broadcast_id: str, was: Stage, values: Mapping[str, str | None]
) -> bool:
    there = (broadcasts.c.id == broadcast_id) & (broadcasts.c.state == was.value)
    return bool((await db.execute(update(broadcasts).where(there).values(**values))).rowcount)


async def _note(db: AsyncConnection, broadcast_id: str, chat_id: str, heard: Heard) -> None:
    there = broadcast_chats.c.broadcast_id == broadcast_id
    there &= broadcast_chats.c.chat_id == chat_id
    await db.execute(update(broadcast_chats).where(there).values(outcome=heard.value))
