"""What is to be seen of jobs, in the database: put there by whoever works on one, taken from there
by the one process that edits messages, so that a chat's pace holds however many workers there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs.model import Job
from bot.jobs.status import State, Status
from bot.jobs.store.rows import first
from bot.jobs.tables import LIVE, job_of, jobs, statuses
from bot.storage.transactions import Change, Transactions

# A note: there is something new to be shown.
NEWS: Final = "news"


@dataclass(frozen=True, slots=True)
class News:
    """What is to be shown of a job, None when nothing more is; `version` of the news of this
    job."""

    job: Job
    status: Status | None
    version: int


async def tell(change: Change, job_id: str, status: Status) -> None:
    """Let this be seen of a job, if the change is committed."""
    told = {"status": _dump(status), "at": change.now}
    newer = {**told, "version": statuses.c.version + 1}
    mine = statuses.c.job_id == job_id
    if not (await change.db.execute(update(statuses).where(mine).values(**newer))).rowcount:
        row = {**told, "job_id": job_id, "version": 1, "seen": 0}
        await change.db.execute(insert(statuses).values(**row))
    change.notes.append(NEWS)


async def begin_anew(db: AsyncConnection, job_id: str) -> None:
    """What was told of a job that is tried again is nobody's news any more. Its versions go on: one
    of them may be about to be noted as seen."""
    version = statuses.c.version + 1
    mine = update(statuses).where(statuses.c.job_id == job_id)
    await db.execute(mine.values(status=null(), version=version, seen=version))


class Bulletins:
    """The table of them. Every method may raise StorageError."""

    def __init__(self, transactions: Transactions) -> None:
        self._tx = transactions

    async def put(self, job: Job, status: Status) -> bool:
        """Let this be seen, unless the job has moved on since `job` was read: it is in other hands,
        or it has ended and this is no last word. False where it has."""
        stands = (jobs.c.id == job.id) & (jobs.c.attempt == job.attempt)
        if not status.final:
            stands &= jobs.c.phase.in_(LIVE)
        async with self._tx.write(ordered=False) as change:
            change.made = False
            db = change.db
            if await first(db, stands, lock=True) is None:
                return False
            await tell(change, job.id, status)
            return True

    async def take_down(self, job: Job) -> None:
        """Show nothing more of a job that this attempt has let go of, but for a last word."""
        async with self._tx.write(ordered=False) as change:
            change.made = False
            db, mine = change.db, statuses.c.job_id == job.id
            ours = (jobs.c.id == job.id) & (jobs.c.attempt == job.attempt)
            if await first(db, ours, lock=True) is None:
                return
            status = await db.scalar(select(statuses.c.status).where(mine))
            if (there := load(status)) is None or there.final:
                return
            nothing = {"status": None, "version": statuses.c.version + 1, "at": change.now}
            await db.execute(update(statuses).where(mine).values(**nothing))
            change.notes.append(NEWS)

    async def news(self) -> list[News]:
        """What has not been seen yet."""
        found = (
            select(jobs, statuses.c.status, statuses.c.version)
            .join(statuses, statuses.c.job_id == jobs.c.id)
            .where(statuses.c.seen < statuses.c.version)
            .order_by(statuses.c.at)
        )
        async with self._tx.read() as db:
            rows = (await db.execute(found)).mappings().all()
        return [News(job_of(row), load(row["status"]), row["version"]) for row in rows]

    async def saw(self, news: News) -> None:
        """It has been seen."""
        this = (statuses.c.job_id == news.job.id) & (statuses.c.seen < news.version)
        async with self._tx.write(ordered=False) as change:
            change.made = False
            await change.db.execute(update(statuses).where(this).values(seen=news.version))

    async def unsee(self) -> None:
        """Somebody else shows them from now on, and has seen nothing yet of the jobs that live."""
        live = select(jobs.c.id).where(jobs.c.phase.in_(LIVE))
        async with self._tx.write(ordered=False) as change:
            change.notes.append(NEWS)
            told = statuses.c.job_id.in_(live) & statuses.c.status.is_not(null())
            await change.db.execute(update(statuses).where(told).values(seen=0))

    async def latest(self, job_id: str) -> Status | None:
        """What is to be seen of a job."""
        async with self._tx.read() as db:
            mine = select(statuses.c.status).where(statuses.c.job_id == job_id)
            status = await db.scalar(mine)
        return None if status is None else load(status)


def _dump(status: Status) -> dict[str, object]:
    return {
        "kind": status.kind.value,
        "facts": dict(status.facts),
        "code": status.code,
        "can_retry": status.can_retry,
        "trace": status.trace,
    }


def load(words: Mapping[str, object] | None) -> Status | None:
    """A status as the table has it; None for none, and for one that a process of another version
    put there and this one can't read."""
    try:
        return None if words is None else _load(words)
    except (KeyError, ValueError):
        return None


def _load(words: Mapping[str, object]) -> Status:
    facts = words.get("facts")
    return Status(
        State(str(words["kind"])),
        dict(facts) if isinstance(facts, Mapping) else {},
        str(words.get("code", "")),
        bool(words.get("can_retry", False)),
        str(words.get("trace", "")),
    )
