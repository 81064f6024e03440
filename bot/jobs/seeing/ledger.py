"""Jobs as the operator sees them from outside of the bot: what each is, who holds it, what its
person was told last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.sql.elements import ColumnElement

from bot.jobs.model import Job, Phase
from bot.jobs.processes import members
from bot.jobs.processes.members import Member, Part, Seen
from bot.jobs.status import Status
from bot.jobs.store import line
from bot.jobs.store.bulletins import load
from bot.jobs.tables import FINAL, LIVE, job_of, jobs, runs, statuses
from bot.storage.transactions import Transactions

_MOST_ALIKE: Final = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs: of one user or of everybody; in these phases, without any in the live ones, or in
    every one; so many at most."""

    user_id: str | None = None
    phases: frozenset[Phase] = frozenset()
    ended_too: bool = False
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A job at the moment `now` of the database's clock. `place` among those that wait, 0 for one
    that doesn't; `keeper` is the process that holds it, None where none does or it has gone;
    `detail` what an error said, which may name the file."""

    job: Job
    now: datetime
    place: int
    keeper: Member | None
    held_since: datetime | None
    lease_until: datetime | None
    not_before: datetime | None
    finished_at: datetime | None
    ended_in: Phase | None
    detail: str
    leaving: bool
    told: Status | None
    told_at: datetime | None


class Ledger:
    """Reads it. Every method may raise StorageError."""

    def __init__(self, transactions: Transactions) -> None:
        self._tx = transactions

    async def entries(self, wanted: Wanted) -> list[Entry]:
        """Live ones in the order in which they run and will be taken, then those that have ended,
        the newest first."""
        phases = wanted.phases or frozenset(LIVE + (FINAL if wanted.ended_too else ()))
        among: ColumnElement[bool] = jobs.c.phase.in_(phases)
        if wanted.user_id is not None:
            among = among & (jobs.c.user_id == wanted.user_id)
        ended = seen(among & jobs.c.phase.in_(FINAL)).order_by(jobs.c.finished_at.desc())
        async with self._tx.read() as db:
            now, order = await self._tx.now(db), await line.live(db)
            live = (await db.execute(seen(among & jobs.c.phase.in_(LIVE)))).mappings().all()
            rows = (await db.execute(ended.limit(wanted.limit))).mappings().all()
        at = {job.id: number for number, job in enumerate(order)}
        in_order = sorted(live, key=lambda row: at.get(row["id"], len(at)))
        places = _places(order)
        return [entry_of(row, places, now) for row in (*in_order, *rows)[: wanted.limit]]

    async def alike(self, start: str) -> list[Entry]:
        """The jobs whose ids begin so, the newest first, some of them where there are many."""
        begins = jobs.c.id.startswith(start, autoescape=True)
        found = seen(begins).order_by(jobs.c.created_at.desc()).limit(_MOST_ALIKE)
        async with self._tx.read() as db:
            now, order = await self._tx.now(db), await line.live(db)
            rows = (await db.execute(found)).mappings().all()
        places = _places(order)
        return [entry_of(row, places, now) for row in rows]

    async def members(self) -> tuple[datetime, Sequence[Seen]]:
        """The moment, and the processes that are there, the oldest first."""
        async with self._tx.read() as db:
            return await self._tx.now(db), await members.everybody(db)


def seen(which: ColumnElement[bool]) -> Select[Any]:
    """All that `entry_of` needs of those jobs."""
    own = (runs.c.role, runs.c.slots, runs.c.host, runs.c.pid)
    told = (statuses.c.status.label("told"), statuses.c.at.label("told_at"))
    return (
        select(jobs, *own, *told)
        .outerjoin(runs, runs.c.holder == jobs.c.holder)
        .outerjoin(statuses, statuses.c.job_id == jobs.c.id)
        .where(which)
    )


def _places(order: Sequence[Job]) -> dict[str, int]:
    """See `line.position`, of all at once."""
    waiting = (job.id for job in order if job.phase is Phase.QUEUED)
    return {job_id: place for place, job_id in enumerate(waiting, start=1)}


def entry_of(row: RowMapping, places: Mapping[str, int], now: datetime) -> Entry:
    """A row of `seen`; `places` of those that wait, by their ids."""
    keeper = None
    if row["role"] is not None:
        keeper = Member(Part(row["role"]), row["slots"], row["holder"], row["host"], row["pid"])
    return Entry(
        job=job_of(row),
        now=now,
        place=places.get(row["id"], 0),
        keeper=keeper,
        held_since=row["held_since"],
        lease_until=row["lease_until"],
        not_before=row["not_before"],
        finished_at=row["finished_at"],
        ended_in=Phase(row["ended_in"]) if row["ended_in"] else None,
        detail=row["error_detail"] or "",
        leaving=row["leaving"],
        told=load(row["told"]),
        told_at=row["told_at"],
    )
