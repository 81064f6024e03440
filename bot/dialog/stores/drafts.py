"""Drafts in the database, each for a day."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialog.draft import LIFETIME, USED, WAITED_FOR, Draft, Sent
from bot.dialog.tables import drafts
from bot.jobs import extras
from bot.jobs.extras import of_others, parts_of
from bot.jobs.model import Extra, Extras, Role, Source
from bot.storage.clock import utc_now
from bot.storage.columns import storable
from bot.storage.transactions import Transactions
from converter.errors import Refused
from converter.request import Request, dump, parse
from converter.seen import Seen


class DraftStore:
    """Drafts. Every method may raise StorageError. `clock` gives aware moments."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime] = utc_now) -> None:
        self._tx = transactions
        self.clock = clock

    async def add(self, draft: Draft, *, anew: bool = False) -> Draft:
        """Save one durably. The same update never makes two: then the one that is there, used or
        not; unless somebody asks for it `anew`."""
        same = (
            (drafts.c.platform == draft.platform)
            & (drafts.c.chat_id == draft.chat_id)
            & (drafts.c.message_id == draft.message_id)
            & (drafts.c.user_id == draft.user_id)
        )
        async with self._tx.write() as change:
            change.made = False
            old = drafts.c.created_at < self.clock() - LIFETIME
            await change.db.execute(delete(drafts).where(old))
            row = (await change.db.execute(select(drafts).where(same))).mappings().first()
            if row is not None and not anew:
                return _draft(row)
            await change.db.execute(insert(drafts).values(**_values(draft)))
            return draft

    async def get(self, draft_id: str) -> Draft | None:
        """One that is not too old, or None."""
        fresh = drafts.c.created_at >= self.clock() - LIFETIME
        async with self._tx.read() as db:
            found = await db.execute(select(drafts).where((drafts.c.id == draft_id) & fresh))
            row = found.mappings().first()
        return None if row is None else _draft(row)

    async def seen(self, draft_ids: Collection[str]) -> dict[str, Seen]:
        """What the files of these were seen to be, used ones too; without those of several files,
        and those that nobody has looked at."""
        if not draft_ids:
            return {}
        async with self._tx.read() as db:
            found = await db.execute(select(drafts).where(drafts.c.id.in_(list(draft_ids))))
            there = [_draft(row) for row in found.mappings().all()]
        return {one.id: one.seen for one in there if one.seen is not None and not one.several}

    async def unfinished(self) -> list[Draft]:
        """Open ones that nobody has looked at, and for which somebody may still wait; and all whose
        menu was never shown."""
        now = self.clock()
        alive = (drafts.c.page != USED) & (drafts.c.created_at >= now - LIFETIME)
        async with self._tx.read() as db:
            rows = (await db.execute(select(drafts).where(alive))).mappings().all()
        return [draft for draft in map(_draft, rows) if _unfinished(draft, now)]

    async def of_user(self, platform: str, user_id: str) -> list[Draft]:
        """A person's open ones."""
        theirs = (drafts.c.platform == platform) & (drafts.c.user_id == user_id)
        open_ = (drafts.c.page != USED) & (drafts.c.created_at >= self.clock() - LIFETIME)
        async with self._tx.read() as db:
            found = await db.execute(select(drafts).where(theirs & open_))
            return [_draft(row) for row in found.mappings().all()]

    def adding(self, draft: Draft) -> Callable[[AsyncConnection], Awaitable[object]]:
        """What saves a draft within another's transaction."""

        async def save(db: AsyncConnection) -> None:
            await db.execute(insert(drafts).values(**_values(draft)))

        return save

    async def save(self, draft: Draft) -> None:
        """Write down what a person chose; what was seen meanwhile stays."""
        chosen = ("source", "files", "request", "as_file", "page")
        values = {name: value for name, value in _values(draft).items() if name in chosen}
        await self._set(draft.id, values)

    async def saw(self, draft_id: str, seen: Seen | None, trouble: str = "") -> None:
        """Write down what the file is, or why nobody can tell."""
        await self._set(draft_id, {"seen": seen.dump() if seen else None, "trouble": trouble})

    async def attach(self, draft_id: str, extra: Extra) -> bool:
        """Remember a file beside it, in the place of another of that role. False where it isn't
        open any more."""
        return await self._change_extras(
            draft_id,
            lambda there: (*of_others(without(there, extra.role)), extra, *parts_of(there)),
        )

    async def detach(self, draft_id: str, role: Role) -> None:
        """Forget the file of that role."""
        await self._change_extras(draft_id, lambda there: without(there, role))

    async def arrange(self, draft_id: str, change: Callable[[Draft], Draft | None]) -> Draft | None:
        """Put the videos of an open one in another order, add or leave out some, in one step: what
        comes at the same moment is kept. None where it isn't open any more."""
        this = (drafts.c.id == draft_id) & (drafts.c.page != USED)
        written = ("source", "files", "extras", "seen", "trouble", "page")
        async with self._tx.write() as unit:
            unit.made = False
            row = (await unit.db.execute(select(drafts).where(this))).mappings().first()
            if row is None:
                return None
            after = change(_draft(row))
            if after is None:
                return _draft(row)
            values = {name: value for name, value in _values(after).items() if name in written}
            await unit.db.execute(update(drafts).where(this).values(**values))
            return after

    async def tried(self, draft_id: str, extra: Extra, trouble: str) -> None:
        """Write down whether a file beside it can be used, unless it was taken off meanwhile."""
        judged = replace(extra, trouble=trouble)
        await self._change_extras(
            draft_id, lambda there: tuple(judged if one == extra else one for one in there)
        )

    async def _change_extras(self, draft_id: str, changed: Callable[[Extras], Extras]) -> bool:
        this = (drafts.c.id == draft_id) & (drafts.c.page != USED)
        async with self._tx.write() as change:
            change.made = False
            there = extras.load(await change.db.scalar(select(drafts.c.extras).where(this)))
            values = {"extras": extras.dump(changed(there))}
            done = await change.db.execute(update(drafts).where(this).values(**values))
            return done.rowcount > 0

    async def meant(self, person: tuple[str, str], chat_id: str, message_id: str) -> Draft | None:
        """The newest open one of a person whose menu, or whose file, is that message, "" for the
        newest of all in that chat."""
        platform, user_id = person
        theirs = (drafts.c.platform == platform) & (drafts.c.user_id == user_id)
        there = theirs & (drafts.c.chat_id == chat_id) & (drafts.c.page != USED)
        fresh = there & (drafts.c.created_at >= self.clock() - LIFETIME)
        if message_id:
            at = (drafts.c.card_id == message_id) | (drafts.c.message_id == message_id)
            fresh = fresh & at
        newest = select(drafts).where(fresh).order_by(drafts.c.created_at.desc())
        async with self._tx.read() as db:
            row = (await db.execute(newest)).mappings().first()
        return None if row is None else _draft(row)

    async def carded(self, draft_id: str, card_id: str | None) -> None:
        """Remember the message with the menu."""
        await self._set(draft_id, {"card_id": card_id})

    async def sheeted(self, draft_id: str, sheet_id: str | None) -> None:
        """Remember the message with pictures beside the menu."""
        await self._set(draft_id, {"sheet_id": sheet_id})

    async def close(self, draft_id: str) -> None:
        """Nothing can be made of it any more."""
        await self._set(draft_id, {"page": USED})

    def used(self, draft_id: str) -> Callable[[AsyncConnection], Awaitable[object]]:
        """What closes a draft within the transaction that makes its job."""

        async def close(db: AsyncConnection) -> None:
            await db.execute(update(drafts).where(drafts.c.id == draft_id).values(page=USED))

        return close

    async def _set(self, draft_id: str, values: Mapping[str, object]) -> None:
        async with self._tx.write() as change:
            change.made = False
            changed = update(drafts).where(drafts.c.id == draft_id).values(**values)
            await change.db.execute(changed)


def without(there: Extras, role: Role) -> Extras:
    """Those of the other roles."""
    return tuple(extra for extra in there if extra.role is not role)


def _unfinished(draft: Draft, now: datetime) -> bool:
    unseen = draft.seen is None and not draft.trouble and not draft.files
    return draft.card_id is None or (unseen and now - draft.created_at <= WAITED_FOR)


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "platform": draft.platform,
        "user_id": draft.user_id,
        "chat_id": draft.chat_id,
        "message_id": draft.message_id,
        "in_group": draft.group,
        "locale": draft.locale,
        "source": dump_source(draft.source),
        "files": [[sent.message_id, dump_source(sent.source)] for sent in draft.files] or None,
        "request": {name: _text(value) for name, value in dump(draft.request).items()},
        "as_file": draft.as_file,
        "page": draft.page,
        "seen": draft.seen.dump() if draft.seen else None,
        "trouble": draft.trouble,
        "card_id": draft.card_id,
        "thread_id": draft.thread_id,
        "created_at": draft.created_at,
        "extras": extras.dump(draft.extras),
    }


def dump_source(source: Source) -> dict[str, Any]:
    """As JSON takes it, and the database."""
    return {name: _text(value) for name, value in asdict(source).items()}


def _text(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


def _draft(row: RowMapping) -> Draft:
    return Draft(
        id=row["id"],
        user_id=row["user_id"],
        chat_id=row["chat_id"],
        message_id=row["message_id"],
        locale=row["locale"],
        source=Source(**row["source"]),
        created_at=row["created_at"],
        request=_request(row["request"]),
        as_file=row["as_file"],
        group=row["in_group"],
        platform=row["platform"],
        page=row["page"],
        seen=Seen.load(row["seen"]) if row["seen"] else None,
        trouble=row["trouble"] or "",
        card_id=row["card_id"],
        thread_id=row["thread_id"],
        sheet_id=row["sheet_id"],
        files=tuple(Sent(message, Source(**source)) for message, source in row["files"] or ()),
        extras=extras.load(row["extras"]),
    )


def _request(words: Mapping[str, object]) -> Request:
    """A wish of another version is forgotten, the file is not."""
    try:
        return parse(words)
    except Refused:
        return Request()
