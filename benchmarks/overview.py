"""How long the operator's pages wait for what they show, with 100,000 ended jobs and 200 that run:
on SQLite and on PostgreSQL.

The peer is what a page would have to do without records: read the ended jobs of its time and look
at each.
"""

import asyncio
import contextlib
import itertools
import logging
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert, select, text

from benchmarks.table import HEADER, Row
from bot.jobs.model import NewJob, Phase, Source
from bot.jobs.seeing.overview import Search
from bot.jobs.seeing.stored import StoredOverview
from bot.jobs.store.rows import FRESH
from bot.jobs.store.store import JobStore
from bot.jobs.tables import job_of, jobs, values_of
from bot.jobs.traces.records import day_of, folded
from bot.jobs.traces.tables import records, timeline
from converter.request import Request
from tests.support import postgres

ENDED = 100_000
RUNNING = 200
DAYS = 30
ROUNDS = 40
_AT_ONCE = 2000
_CODES = ("damaged", "text", "telegram_unavailable", "too_long")
_WAYS = (("encode", "cpu"), ("encode", "gpu"), ("encode", "nvenc"), ("remux", "cpu"))

Asked = Callable[[], Awaitable[object]]


async def measure(folder: Path) -> list[Row]:
    """Both databases, one after the other."""
    store = await JobStore.open(folder / "overview.sqlite3")
    async with _closing(store):
        rows = await _measured("SQLite", store)
    with postgres.server(careful=True) as server:
        store = await JobStore.open(server.database())
        async with _closing(store):
            rows += await _measured("PostgreSQL", store)
    return rows


async def _measured(name: str, store: JobStore) -> list[Row]:
    now = datetime.now(UTC)
    await fill(store, now)
    overview = StoredOverview(store.transactions)
    first = await overview.find(Search())
    ended, person = first.jobs[0].job.id, first.jobs[0].job.user_id
    week = now - timedelta(days=7)
    asked: dict[str, Asked] = {
        "now": overview.now,
        "the newest page": lambda: overview.find(Search()),
        "the second page": lambda: overview.find(Search(after=first.more)),
        "a person's": lambda: overview.find(Search(user_id=person)),
        "a rare code's": lambda: overview.find(Search(code="rare")),
        "failures of a week": lambda: overview.find(
            Search(outcomes=frozenset({Phase.FAILED}), since=week)
        ),
        "part of a name": lambda: overview.find(Search(text="Holiday 9999")),
        "a name of nobody's": lambda: overview.find(Search(text="никогда")),
        "a sheet": lambda: overview.sheet(ended),
        "charts of 30 days": lambda: overview.charts(DAYS),
        "charts of a day": lambda: overview.charts(1),
    }
    peer = await _times(lambda: _bare(store, now), 3)
    rows = []
    for what, ask in asked.items():
        times = await _times(ask, ROUNDS)
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=100)[94]
        rows.append(
            Row(
                f"operator's pages, {name}: {what}, p95",
                f"{p95 * 1000:.0f} ms",
                "< 300 ms",
                f"p50 {p50 * 1000:.1f} ms, ÷ reading the jobs of 30 days:"
                f" {p50 / statistics.median(peer):.4f}",
            )
        )
    return rows


async def _times(ask: Asked, rounds: int) -> list[float]:
    times = []
    await ask()
    for _ in range(rounds):
        began = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - began)
    return times


async def _bare(store: JobStore, now: datetime) -> int:
    """All ended jobs of the time, one by one."""
    ended = select(jobs).where(jobs.c.finished_at >= now - timedelta(days=DAYS))
    async with store.transactions.read() as db:
        return sum(job_of(row).source.size for row in (await db.execute(ended)).mappings())


async def fill(store: JobStore, now: datetime) -> None:
    """Jobs of `DAYS` days, as the tables have them."""
    rows = _rows(now)
    async with store.transactions.write() as change:
        while portion := list(itertools.islice(rows, _AT_ONCE)):
            await change.db.execute(insert(jobs), [job for job, _, _ in portion])
            ended = [record for _, record, _ in portion if record]
            if ended:
                await change.db.execute(insert(records), ended)
            moments = [moment for _, _, many in portion for moment in many]
            await change.db.execute(insert(timeline), moments)
    async with store.transactions.backend.engine.connect() as db:
        await db.execute(text("ANALYZE"))


def _rows(now: datetime) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
    dice = random.Random(1)  # noqa: S311 - the same every time
    phases = itertools.cycle((Phase.DOWNLOADING, Phase.CONVERTING, Phase.SENDING))
    for number in range(ENDED + RUNNING):
        lives = number >= ENDED
        at = now - timedelta(seconds=dice.random() * DAYS * 86_400)
        row = _job(number, now if lives else at)
        if lives:
            held = {"holder": "bench", "held_since": now, "lease_until": now + timedelta(hours=1)}
            row |= {"phase": next(phases), "attempt": 1, **held}
        else:
            row |= {"phase": _outcome(dice), "attempt": 1, "finished_at": at}
        ended = {} if lives else _record(dice, row, at)
        yield row, ended, _moments(row, at)


def _outcome(dice: random.Random) -> Phase:
    return dice.choices((Phase.DONE, Phase.FAILED, Phase.REFUSED, Phase.CANCELLED), (90, 5, 3, 2))[
        0
    ]


def _job(number: int, at: datetime) -> dict[str, Any]:
    user = str(number if number >= ENDED else number % 5000)
    source = Source(f"file{number}", f"u{number}", f"Holiday {number} Отпуск.mkv", 50_000_000)
    new = NewJob(user, user, str(number), "en", source, Request(target="mp4"))
    return {
        **FRESH,
        **values_of(new),
        "id": f"{number:016x}",
        "turn": number,
        "created_at": at - timedelta(seconds=100),
        "held_since": None,
        "lease_until": None,
        "holder": None,
        "finished_at": None,
    }


def _record(dice: random.Random, row: dict[str, Any], at: datetime) -> dict[str, Any]:
    done = row["phase"] is Phase.DONE
    action, device = dice.choice(_WAYS) if done else ("", "")
    took = dice.expovariate(1 / 40)
    code = None if done or row["phase"] is Phase.CANCELLED else dice.choice(_CODES)
    return {
        "job_id": row["id"],
        "finished_at": at,
        "day": day_of(at),
        "user_id": row["user_id"],
        "name": folded(row["file_name"]),
        "outcome": row["phase"].value,
        "target": dice.choice(("mp4", "mp4", "webm", "gif")),
        "action": action,
        "device": device,
        "code": "rare" if row["id"].endswith("fff7") else code,
        "wait": dice.expovariate(1 / 30),
        "lived": took + 30,
        "downloading": took / 4,
        "converting": took / 2,
        "sending": took / 4,
        "work": took / 2 if done else None,
        "before": 50_000_000,
        "came": 50_000_000,
        "after": 20_000_000 if done else 0,
        "video": 60.0 if done else 0.0,
    }


def _moments(row: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
    told = {"job_id": row["id"], "attempt": 1, "at": at, "host": "bench", "pid": 1, "detail": ""}
    events = ("accepted", "downloading", "converting", "sending", "done")
    return [{**told, "event": event} for event in events]


@contextlib.asynccontextmanager
async def _closing(store: JobStore) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await store.close()


async def _main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        print(HEADER)
        for row in await measure(Path(name)):
            print(row)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_main())
