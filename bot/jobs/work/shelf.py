"""Results that the messenger has: what it calls them, for whom, and what was asked for.

One row for each delivered job. Who asks for the same of the same file is answered from anybody's
row; each row is one owner's, goes with their /forget, after 30 days, or when the messenger knows
the file no more. So the last owner's /forget is also the end of the result.

A video's, a sound's or a document's name is seen with it (by clients, and by whoever saves it), and
can't be changed without an upload. So such a result is given only to people whose file bears the
same name; a round note and a voice message bear none.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.made import Kept, Made, Sent
from bot.jobs.model import Job
from bot.jobs.pieces import Piece
from bot.jobs.tables import jobs, results, work_of
from bot.names import result_name
from bot.storage.clock import utc_now
from bot.storage.columns import storable
from bot.storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Offer:
    """A result of somebody's own that they may send on. `name` is what they called the file."""

    job_id: str
    name: str
    target: str
    file_id: str
    kind: str


class Shelf:
    """See above. `accounts` says which bot we are on each platform: names of files mean nothing to
    another one; `recipe` changes whenever the same wish may come out differently. Every method may
    raise StorageError."""

    def __init__(
        self,
        transactions: Transactions,
        accounts: Mapping[str, str],
        recipe: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._tx = transactions
        self._accounts = accounts
        self._recipe = recipe
        self._clock = clock

    async def find(self, job: Job) -> Kept | None:
        """What the messenger has that is just what this job is to make."""
        key = self._key(job)
        if key is None:
            return None
        # "" where no name is seen.
        fits = (results.c.key == key) & results.c.name.in_(("", _name(job)))
        async with self._tx.read() as db:
            found = select(results).where(fits).order_by(results.c.at.desc()).limit(1)
            row = (await db.execute(found)).mappings().first()
        return None if row is None else _kept(row)

    async def keep(self, job: Job, sent: Sent, made: Made) -> None:
        """Remember a job's result: for its owner, and where nothing is lacking for whoever asks
        for the same."""
        good = made.whole and sent.as_meant
        row = {
            "job_id": job.id,
            "platform": job.platform,
            "user_id": job.user_id,
            "account": self._accounts[job.platform],
            "key": self._key(job) if good else None,
            "name": _name(job) if sent.named else "",
            "file_id": sent.file_id,
            "kind": sent.kind,
            "made": made.dump(),
            "at": self._clock(),
        }
        async with self._tx.write() as change:
            change.made = False
            db = change.db
            await db.execute(delete(results).where(results.c.job_id == job.id))
            # A job that was forgotten meanwhile leaves nothing.
            if await db.scalar(select(jobs.c.id).where(jobs.c.id == job.id)) is not None:
                await db.execute(insert(results).values(**row))

    async def pieces(self, of: Sequence[Job]) -> list[Piece]:
        """See together.Pieces."""
        mine = results.c.job_id.in_([job.id for job in of])
        found = (
            select(results, jobs.c.result_message_id)
            .join(jobs, jobs.c.id == results.c.job_id)
            .where(mine, jobs.c.result_message_id.is_not(None))
        )
        async with self._tx.read() as db:
            rows = {row["job_id"]: row for row in (await db.execute(found)).mappings().all()}
        pieces = []
        for job in of:
            row = rows.get(job.id)
            kept = _kept(row) if row is not None else None
            if row is not None and kept is not None:
                pieces.append(Piece(job, kept, row["result_message_id"]))
        return pieces

    async def forget(self, job: Job) -> None:
        """The messenger has no such result any more, for nobody."""
        key = self._key(job)
        if key is not None:
            await self._forget(results.c.key == key)

    async def drop(self, offer: Offer) -> None:
        """The messenger has this one no more."""
        await self._forget(results.c.file_id == offer.file_id)

    async def offers(
        self, platform: str, user_id: str, kinds: Collection[str], limit: int
    ) -> list[Offer]:
        """What somebody last got as messages of these kinds, newest first, each result once."""
        fits = results.c.kind.in_(kinds)
        found = await self._offers(platform, user_id, fits, limit=limit * 2)
        once: dict[tuple[str, str], Offer] = {}
        for offer in found:
            once.setdefault((offer.file_id, offer.name), offer)
        return list(once.values())[:limit]

    async def offer(self, platform: str, user_id: str, job_id: str) -> Offer | None:
        """The result of one job, for its owner alone."""
        found = await self._offers(platform, user_id, results.c.job_id == job_id, limit=1)
        return found[0] if found else None

    async def _offers(
        self, platform: str, user_id: str, *more: ColumnElement[bool], limit: int
    ) -> list[Offer]:
        theirs = (results.c.platform == platform) & (results.c.user_id == user_id)
        ours = results.c.account == self._accounts.get(platform, "")
        columns = (jobs.c.id, jobs.c.file_name, jobs.c.request, results.c.file_id, results.c.kind)
        found = (
            select(*columns)
            .join(jobs, jobs.c.id == results.c.job_id)
            .where(theirs, ours, *more)
            .order_by(results.c.at.desc())
        )
        async with self._tx.read() as db:
            rows = (await db.execute(found.limit(limit))).all()
        return [Offer(id_, name, str(r.get("target")), file, k) for id_, name, r, file, k in rows]

    async def _forget(self, which: ColumnElement[bool]) -> None:
        async with self._tx.write() as change:
            change.made = False
            await change.db.execute(delete(results).where(which))

    def _key(self, job: Job) -> str | None:
        """The same for whatever comes out the same; None where nobody can tell."""
        work = work_of(job)
        if work is None:
            return None
        same = [job.platform, self._accounts[job.platform], work, self._recipe]
        return hashlib.sha256(json.dumps(same).encode()).hexdigest()


def _kept(row: RowMapping) -> Kept | None:
    """None for what another version wrote and this one can't read."""
    try:
        return Kept(row["file_id"], row["kind"], Made.load(row["made"]))
    except (TypeError, ValueError):
        return None


def _name(job: Job) -> str:
    """What the result's name is made of."""
    return storable(result_name(job.source.name, ""))
