"""What a messenger brings, kept until it is done: whoever brings it may let go of it at once.

An update is known again for a day, whatever way it comes and whatever its number. One whose process
has died, or let go of it, is taken up by another one.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialog.tables import updates
from bot.storage.columns import storable
from bot.storage.errors import StorageError
from bot.storage.transactions import Transactions

KNOWN_FOR: Final = timedelta(hours=24)
# What was taken up so often, and never done, ends its process each time.
MOST_TRIES: Final = 10
_AT_ONCE: Final = 500
_LONGEST_NAME: Final = 64

# Who lives, by the holder's name, as that transaction sees it.
Living = Callable[[AsyncConnection], Awaitable[Collection[str]]]


@dataclass(frozen=True, slots=True)
class Mail:
    """An update: its number, by whom it is, and itself, as JSON that every database takes."""

    update_id: int
    whose: str
    raw: str

    @classmethod
    def of(cls, update_id: int, whose: str, raw: str) -> Self:
        """One as it came: whoever it says it is by, it can be kept."""
        return cls(update_id, storable(whose)[:_LONGEST_NAME], storable(raw))


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of updates. `fresh` ones were unknown; `undone` ones were known, are in this
    process's hands by the database, and not done. Of `others` some process else has something in
    hand that came before."""

    fresh: frozenset[int] = frozenset()
    undone: frozenset[int] = frozenset()
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Updates that nobody had in hand, oldest first, and those that were given up."""

    mails: Sequence[Mail] = ()
    given_up: Sequence[int] = ()


@dataclass(slots=True)
class Inbox:
    """The updates of one account; `holder` names this process. Every method may raise
    StorageError."""

    transactions: Transactions
    account: str
    holder: str
    shared: bool = field(init=False)

    def __post_init__(self) -> None:
        self.shared = self.transactions.backend.shared

    async def keep(self, mails: Sequence[Mail], done: Collection[int] = ()) -> Kept:
        """Keep updates, durably once this returns, and note which others are `done`: of those that
        are ours still. Updates of one call have different numbers."""
        # Whose rows they are the unique index proves.
        async with self.transactions.write(ordered=False) as change:
            change.made = False
            db = change.db
            if done:
                await db.execute(self._finished(self._ours(done), change.now))
            if not mails:
                return Kept()
            known = await self._known(db, [mail.update_id for mail in mails])
            fresh = [mail for mail in mails if mail.update_id not in known]
            # Another process may keep the same ones: each in the same order, or both stand still.
            fresh.sort(key=lambda mail: mail.update_id)
            if fresh:
                await db.execute(insert(updates), [self._row(mail, change.now) for mail in fresh])
            return Kept(
                fresh=frozenset(mail.update_id for mail in fresh),
                undone=frozenset(number for number, ours in known.items() if ours),
                others=await self._others(db, mails) if self.shared else frozenset(),
            )

    async def take_up(self, in_hand: Collection[int], living: Living) -> TakenUp:
        """Take what no living process has in hand, and what this one lost sight of: it isn't
        `in_hand`."""
        async with self.transactions.write() as change:
            change.made = False
            db, now = change.db, change.now
            alive = [*await living(db), self.holder]
            # Whoever joined since then has nothing that is older.
            left = (updates.c.received_at <= now) & or_(
                updates.c.holder.is_(None),
                updates.c.holder.not_in(alive),
                updates.c.holder == self.holder,
            )
            found = select(updates).where(self._undone(), left).order_by(updates.c.place)
            rows = (await db.execute(found)).mappings().all()
            loose = [row for row in rows if row["update_id"] not in in_hand][:_AT_ONCE]
            hopeless = [row["update_id"] for row in loose if row["tries"] >= MOST_TRIES]
            if hopeless:
                await db.execute(self._finished(self._these(hopeless), now))
            ours = await self._claimed(db, [row["update_id"] for row in loose])
            mails = [
                Mail(row["update_id"], row["whose"], row["raw"] or "")
                for row in loose
                if row["update_id"] in ours
            ]
            return TakenUp(mails, hopeless)

    async def let_go(self, numbers: Collection[int], done: Collection[int] = ()) -> None:
        """An orderly end: these aren't done, and anybody may take them up; those are."""
        async with self.transactions.write(ordered=False) as change:
            change.made = False
            db = change.db
            if done:
                await db.execute(self._finished(self._ours(done), change.now))
            if numbers:
                left = update(updates).where(_in_order(self._ours(numbers)))
                await db.execute(left.values(holder=None, tries=0))

    async def holds(self, update_id: int, living: Living) -> bool:
        """Whether it is in this process's hands, and not done: another one may have taken it up
        while this one was frozen. Raises StorageError also while the others take this one for dead:
        they may take it up now."""
        async with self.transactions.read() as db:
            ours = await db.scalar(select(updates.c.place).where(self._ours([update_id])))
            if ours is None:
                return False
            if self.holder not in await living(db):
                raise StorageError("the others take this process for dead")
            return True

    async def behind(self, update_id: int) -> bool:
        """Whether something of the same person that came before is not done yet."""
        own = select(updates.c.place, updates.c.whose).where(self._these([update_id])).subquery()
        before = exists().where(
            self._undone(), updates.c.whose == own.c.whose, updates.c.place < own.c.place
        )
        async with self.transactions.read() as db:
            return bool(await db.scalar(select(before).select_from(own)))

    async def waiting(self) -> int:
        """How many are not done."""
        async with self.transactions.read() as db:
            counted = select(func.count()).select_from(updates).where(self._undone())
            return int(await db.scalar(counted) or 0)

    async def forget_old(self) -> None:
        """Forget what has been done for a day."""
        async with self.transactions.write(ordered=False) as change:
            change.made = False
            old = updates.c.done_at < change.now - KNOWN_FOR
            await change.db.execute(delete(updates).where(old))

    async def _claimed(self, db: AsyncConnection, numbers: Sequence[int]) -> frozenset[int]:
        """Take these into our hands, but for those that have been done meanwhile."""
        if not numbers:
            return frozenset()
        ours = update(updates).where(_in_order(self._these(numbers) & self._undone()))
        taken = ours.values(holder=self.holder, tries=updates.c.tries + 1)
        return frozenset((await db.execute(taken.returning(updates.c.update_id))).scalars())

    async def _known(self, db: AsyncConnection, numbers: Sequence[int]) -> dict[int, bool]:
        """Which of these are known, and whether each is ours and not done."""
        columns = (updates.c.update_id, updates.c.done_at, updates.c.holder)
        rows = await db.execute(select(*columns).where(self._these(numbers)))
        return {row.update_id: row.done_at is None and row.holder == self.holder for row in rows}

    async def _others(self, db: AsyncConnection, mails: Sequence[Mail]) -> frozenset[str]:
        people = {mail.whose for mail in mails}
        not_ours = or_(updates.c.holder.is_(None), updates.c.holder != self.holder)
        found = select(updates.c.whose).where(
            self._undone(), not_ours, updates.c.whose.in_(sorted(people))
        )
        return frozenset((await db.execute(found)).scalars())

    def _row(self, mail: Mail, now: datetime) -> dict[str, object]:
        return {
            "account": self.account,
            "update_id": mail.update_id,
            "whose": mail.whose,
            "raw": mail.raw,
            "received_at": now,
            "holder": self.holder,
            "tries": 0,
        }

    def _finished(self, which: ColumnElement[bool], now: datetime) -> Update:
        """They are done: nothing is left of them but their numbers."""
        return update(updates).where(_in_order(which)).values(done_at=now, raw=None, whose="")

    def _these(self, numbers: Sequence[int]) -> ColumnElement[bool]:
        return and_(updates.c.account == self.account, updates.c.update_id.in_(numbers))

    def _ours(self, numbers: Collection[int]) -> ColumnElement[bool]:
        """Those in this process's hands that aren't done."""
        return self._these(list(numbers)) & self._undone() & (updates.c.holder == self.holder)

    def _undone(self) -> ColumnElement[bool]:
        return and_(updates.c.account == self.account, updates.c.done_at.is_(None))


def _in_order(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """These rows, locked in the order that every process locks them in."""
    found = select(updates.c.place).where(which).order_by(updates.c.update_id).with_for_update()
    return updates.c.place.in_(found)
