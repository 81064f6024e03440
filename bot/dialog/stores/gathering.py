"""Albums that come in: a messenger brings one message for each file, in no certain time, and says
neither how many there are nor which is the last."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import RowMapping, delete, insert, select, update

from bot.dialog.draft import LIFETIME, Sent
from bot.dialog.stores.drafts import dump_source
from bot.dialog.tables import gatherings
from bot.jobs.model import NewJob, Source
from bot.storage.clock import utc_now
from bot.storage.columns import storable
from bot.storage.transactions import Transactions
from converter.errors import Refused
from converter.request import Request, dump, parse

# What a messenger puts into one album.
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Album:
    """Files that were sent together. `ask`: their person wants to be asked first. `first` is what
    each of them becomes but for its file; `others` how many messages brought none."""

    id: str
    first: NewJob
    ask: bool
    files: tuple[Sent, ...] = ()
    others: int = 0

    @property
    def full(self) -> bool:
        """Nothing follows."""
        return len(self.files) + self.others >= MOST

    def news(self) -> list[NewJob]:
        """Each file as a job of its own, as they were sent."""
        files = sorted(self.files, key=lambda sent: (len(sent.message_id), sent.message_id))
        return [replace(self.first, message_id=f.message_id, source=f.source) for f in files]


class State(StrEnum):
    """Where an album stands: messages are taken, none any more, or something was made of it."""

    COMING = "coming"
    SEALED = "sealed"
    DONE = "done"


class Added(StrEnum):
    """What became of a message of an album."""

    GATHERED = "gathered"
    KNOWN = "known"
    LATE = "late"


class Gatherings:
    """Albums in the database, each for a day. Every method may raise StorageError."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime] = utc_now) -> None:
        self._tx = transactions
        self._clock = clock

    async def add(self, new: NewJob, name: str, *, ask: bool, file: bool) -> tuple[Added, Album]:
        """Take one message of the album `name`, durably; not `file`: it brings none of use.

        KNOWN: it was taken before. LATE: the album is closed, so it stands for itself.
        """
        same = (
            (gatherings.c.platform == new.platform)
            & (gatherings.c.chat_id == new.chat_id)
            & (gatherings.c.user_id == new.user_id)
            & (gatherings.c.album == name)
        )
        async with self._tx.write() as change:
            change.made = False
            db = change.db
            old = gatherings.c.created_at < self._clock() - LIFETIME
            await db.execute(delete(gatherings).where(old))
            row = (await db.execute(select(gatherings).where(same))).mappings().first()
            if file and row is not None and not _files(row):
                # What it becomes was said with a picture so far.
                said = {"said": _values(Album(row["id"], new, ask), name)["said"]}
                await db.execute(update(gatherings).where(same).values(**said))
            album = _album(row) if row is not None else Album(secrets.token_hex(5), new, ask)
            known = [message for message, _ in row["files"]] if row is not None else []
            if new.message_id in known:
                return Added.KNOWN, album
            if row is not None and row["state"] != State.COMING:
                return Added.LATE, album
            sent = [[new.message_id, dump_source(new.source) if file else None]]
            if row is None:
                values = {**_values(album, name), "files": sent, "created_at": self._clock()}
                await db.execute(insert(gatherings).values(**values, state=State.COMING))
            else:
                files = {"files": row["files"] + sent}
                await db.execute(update(gatherings).where(same).values(**files))
            row = (await db.execute(select(gatherings).where(same))).mappings().one()
            return Added.GATHERED, _album(row)

    async def seal(self, album_id: str) -> Album | None:
        """All of it, for something to be made of: what still comes stands for itself. None when
        something was."""
        this = (gatherings.c.id == album_id) & (gatherings.c.state != State.DONE)
        sealed = update(gatherings).where(this).values(state=State.SEALED)
        async with self._tx.write() as change:
            change.made = False
            found = await change.db.execute(sealed.returning(*gatherings.c))
            row = found.mappings().first()
            return None if row is None else _album(row)

    async def unfinished(self) -> list[Album]:
        """Those that nothing was made of when the process died."""
        not_done = select(gatherings).where(gatherings.c.state != State.DONE)
        async with self._tx.read() as db:
            return [_album(row) for row in (await db.execute(not_done)).mappings().all()]

    async def done(self, album_id: str) -> None:
        """Something was made of it."""
        this = update(gatherings).where(gatherings.c.id == album_id)
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(this.values(state=State.DONE))


def _values(album: Album, name: str) -> dict[str, Any]:
    new = album.first
    return {
        "id": album.id,
        "platform": new.platform,
        "chat_id": new.chat_id,
        "user_id": new.user_id,
        "album": storable(name),
        "said": {
            "ask": album.ask,
            "locale": storable(new.locale),
            "group": new.group,
            "thread_id": new.thread_id,
            "as_file": new.as_file,
            "request": {key: storable(value) for key, value in dump(new.request).items()},
        },
    }


def _files(row: RowMapping) -> list[Sent]:
    return [Sent(message, Source(**source)) for message, source in row["files"] if source]


def _album(row: RowMapping) -> Album:
    said = row["said"]
    try:
        request = parse(said["request"])
    except Refused:  # another version's
        request = Request()
    files = _files(row)
    first = NewJob(
        user_id=row["user_id"],
        chat_id=row["chat_id"],
        message_id=row["files"][0][0],
        locale=said["locale"],
        source=files[0].source if files else Source("", "", "", 0),
        request=request,
        group=said["group"],
        platform=row["platform"],
        as_file=said["as_file"],
        thread_id=said["thread_id"],
    )
    return Album(row["id"], first, said["ask"], tuple(files), len(row["files"]) - len(files))
