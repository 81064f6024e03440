"""The gate for new work: open, shut for a while, or shut until all that is under way has ended. It
stands in the database, so that every front end obeys it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog
from sqlalchemy import delete, func, insert, select, update

from bot.jobs.house.tables import gate, gate_askers
from bot.jobs.store.store import JobStore
from bot.jobs.tables import LIVE, jobs
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

# How old the answer may be that somebody is let in by.
_FRESH_SECONDS: Final = 1.0
# How long a look may be the last one, whatever nobody told us: while all comes to its end, else.
_LOOK_SECONDS: Final = 2.0
_IDLE_SECONDS: Final = 10.0
_ROW: Final = 1


class Passage(StrEnum):
    """Who may hand in new work."""

    OPEN = "open"
    PAUSED = "paused"
    DRAINING = "draining"
    DRAINED = "drained"


@dataclass(frozen=True, slots=True)
class Asker:
    """A chat that wants to hear when all that was under way has ended, and its language."""

    chat_id: str
    locale: str


OnDrained = Callable[[Sequence[Asker]], Awaitable[None]]


class Gate:
    """Whether new work comes in. `on_drained` hears once nothing is queued or running any more: in
    one process alone, whichever sees it first, with those who asked."""

    def __init__(self, store: JobStore, on_drained: OnDrained | None = None) -> None:
        self._store = store
        self._passage = Passage.OPEN
        self._seen_at = -_FRESH_SECONDS
        self.on_drained = on_drained

    async def passage(self) -> Passage:
        """How it stood a second ago, or since; as it was last known while the database is away."""
        if time.monotonic() - self._seen_at >= _FRESH_SECONDS:
            with contextlib.suppress(StorageError):
                await self._look()
        return self._passage

    async def lets_in(self, *, trusted: bool) -> bool:
        """Whether something new may come in: admins' own also through a gate that is shut for a
        while, nobody's while everything comes to its end."""
        passage = await self.passage()
        return passage is Passage.OPEN or (passage is Passage.PAUSED and trusted)

    async def move(self, passage: Passage, asker: Asker | None = None) -> None:
        """Open it, shut it, or let everything come to its end: then `asker`, and whoever asked for
        that before, hears when it has. Raises StorageError."""
        async with self._store.transactions.write() as change:
            db = change.db
            if not (await db.execute(update(gate).values(passage=passage.value))).rowcount:
                await db.execute(insert(gate).values(id=_ROW, passage=passage.value))
            if passage is not Passage.DRAINING:
                await db.execute(delete(gate_askers))
            elif asker is not None:
                same = gate_askers.c.chat_id == asker.chat_id
                await db.execute(delete(gate_askers).where(same))
                told = {"chat_id": asker.chat_id, "locale": asker.locale}
                await db.execute(insert(gate_askers).values(**told))
        self._saw(passage)

    async def watch(self) -> None:
        """Until cancelled: find the moment when everything has come to its end."""
        while True:
            changed = self._store.transactions.changed
            with contextlib.suppress(StorageError):
                if await self._look() is Passage.DRAINING:
                    await self._end()
            draining = self._passage is Passage.DRAINING
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS if draining else _IDLE_SECONDS):
                    await changed.wait()

    async def _look(self) -> Passage:
        async with self._store.transactions.read() as db:
            found = await db.scalar(select(gate.c.passage))
        return self._saw(Passage.OPEN if found is None else Passage(found))

    def _saw(self, passage: Passage) -> Passage:
        self._passage, self._seen_at = passage, time.monotonic()
        return passage

    async def _end(self) -> None:
        """Close it for good where nothing is left, and tell those who asked. Of several processes
        one does."""
        async with self._store.transactions.write() as change:
            change.made, db = False, change.db
            left = select(func.count()).select_from(jobs).where(jobs.c.phase.in_(LIVE))
            if await db.scalar(left):
                return
            draining = gate.c.passage == Passage.DRAINING.value
            drained = update(gate).where(draining).values(passage=Passage.DRAINED.value)
            if not (await db.execute(drained)).rowcount:
                return
            rows = (await db.execute(delete(gate_askers).returning(*gate_askers.c))).all()
            change.made = True
        self._saw(Passage.DRAINED)
        log.warning("drained: nothing is queued or running")
        if self.on_drained is not None:
            await self.on_drained([Asker(row.chat_id, row.locale) for row in rows])
