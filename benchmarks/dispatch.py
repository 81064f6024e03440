"""How soon a job that is handed in is begun, and how many can be handed in a second: by the
embedded dispatcher on SQLite and by procrastinate on PostgreSQL.

The peer of handing in is the least that keeps anything: one row, one commit, in the same database.
"""

import asyncio
import contextlib
import itertools
import logging
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psycopg
import structlog

from benchmarks.table import HEADER, Row
from bot.jobs.dispatch import Place
from bot.jobs.dispatch.embedded import ReadyLine
from bot.jobs.dispatch.loop import Loop
from bot.jobs.dispatch.procrastinate import ProcrastinateQueue, Tickets
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore
from tests.support import postgres

LATENCIES = 60
ADDED = 400
AT_ONCE = 20
_PAUSE = 0.1
_TERMS = Terms(1_000_000)
_TABLE = "CREATE TABLE bare (id INTEGER PRIMARY KEY, words TEXT)"


async def measure(folder: Path) -> list[Row]:
    """Both dispatchers, one after the other."""
    rows = []
    path = folder / "embedded.sqlite3"
    store = await JobStore.open(path)
    async with _closing(store):
        rows.append(await _latency("embedded", store, store, Loop(store, ReadyLine(store), 3)))
        bare = await asyncio.to_thread(_bare_file, folder / "bare.sqlite3")
        rows.append(await _rate("embedded", store, bare))
    with postgres.server(careful=True) as server:
        url = server.database()
        front = await JobStore.open(url, queue=ProcrastinateQueue())
        back = await JobStore.open(url, queue=ProcrastinateQueue())
        async with _closing(front), _closing(back), Tickets.open(back, url) as tickets:
            rows.append(await _latency("distributed", front, back, Loop(back, tickets, 3)))
            bare = await asyncio.to_thread(_bare_server, server.database())
            rows.append(await _rate("distributed", front, bare))
    return rows


async def _latency(name: str, front: JobStore, back: JobStore, loop: Loop) -> Row:
    """From the commit of a job to its beginning elsewhere, with nothing else to do."""
    clock = asyncio.get_running_loop().time
    began: asyncio.Queue[float] = asyncio.Queue()

    async def carry(job: Job, place: Place) -> None:
        began.put_nowait(clock())
        await back.finish(job, Phase.REFUSED)
        place.free()

    serving = asyncio.create_task(loop.run(carry))
    times = []
    for number in range(LATENCIES):
        await asyncio.sleep(_PAUSE)
        await front.add(_job(f"latency-{number}"), _TERMS)
        committed = clock()
        times.append(max(0.0, await began.get() - committed))
    loop.stop()
    await serving
    shares = statistics.quantiles(times, n=100, method="inclusive")
    return Row(
        f"an idle worker begins a job, {name}: 95 of 100 within",
        f"{shares[94] * 1000:.0f} ms",
        "< 200 ms",
        f"half of them within {shares[49] * 1000:.0f} ms of the commit, {LATENCIES} jobs",
    )


async def _rate(name: str, store: JobStore, bare: float) -> Row:
    """Jobs a second that many people hand in at once."""
    numbers = iter(range(ADDED))

    async def person() -> None:
        for number in numbers:
            await store.add(_job(f"rate-{number}"), _TERMS)

    seconds = await _timed(lambda: asyncio.gather(*(person() for _ in range(AT_ONCE))))
    rate = ADDED / seconds
    return Row(
        f"jobs handed in ÷ bare commits, {name}",
        f"{rate / bare:.2f}",
        "no goal",
        f"{rate:.0f} a second by {AT_ONCE} at once, against {bare:.0f} bare ones one by one",
    )


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    clock = asyncio.get_running_loop().time
    began = clock()
    await work()
    return clock() - began


def _bare_file(path: Path) -> float:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute(_TABLE)
        return _bare(lambda number: db.execute("INSERT INTO bare VALUES (?, 'a row')", (number,)))


def _bare_server(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(_TABLE)
        return _bare(lambda number: db.execute("INSERT INTO bare VALUES (%s, 'a row')", (number,)))


def _bare(insert: Callable[[int], object]) -> float:
    """Rows a second."""
    began = time.monotonic()
    for number in range(ADDED):
        insert(number)
    return ADDED / (time.monotonic() - began)


_NUMBERS = itertools.count()


def _job(name: str) -> NewJob:
    """Each by a person of its own: all of them are ready."""
    whose = str(next(_NUMBERS))
    return NewJob(whose, whose, "1", "en", Source("file", name, "video.mkv", 1000))


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
