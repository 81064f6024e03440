"""How long the operator's pages take, from the request to the last byte, of a front end that has
100,000 ended jobs and 200 that run in its database; how soon a change is seen; and what the people
notice of sixty pages that watch.

The peer is the same front end while nobody watches.
"""

import asyncio
import contextlib
import logging
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert

from benchmarks import overview
from benchmarks.clips import to_remux
from benchmarks.table import HEADER, Row
from bot.jobs.processes.members import Part
from bot.jobs.store.store import JobStore
from bot.jobs.tables import runs
from bot.storage.beside import open_beside
from bot.web.dashboard.links import Links
from standin import StandIn
from tests.support import postgres
from tests.support.cluster import Cluster, cluster
from tests.support.dashboard import Operator, listen, until_told
from tests.support.stage import UNPACED, Stage

PAGES = ("/", "/history", "/history?text=Holiday", "/charts", f"/jobs/{7:016x}", "/people")
ROUNDS = 30
CHANGES = 20
WATCHERS = 60
FILES = 12
_TRUSTED = timedelta(days=1)


async def measure(folder: Path) -> list[Row]:
    """All of it, on PostgreSQL."""
    clip = to_remux(folder)
    with postgres.server(careful=True) as server:
        async with StandIn(folder=folder / "telegram", pace=UNPACED) as standin:
            url = server.database()
            await _filled(url)
            stage = Stage(standin, folder / "dashboard", max_queued=0)
            async with cluster(standin, stage, server, url) as house, _operator(house) as me:
                rows = [await _page(me, path) for path in PAGES]
                rows.append(await _change(me))
                alone = await _acks(standin, clip)
                async with _watchers(me, WATCHERS):
                    watched = await _acks(standin, clip)
    ratio = statistics.median(watched) / statistics.median(alone)
    told = f"÷ while nobody watches: {ratio:.2f}; p50 of {FILES}"
    shown = f"{statistics.median(watched) * 1000:.0f} ms"
    return [*rows, Row(f"a file is answered, {WATCHERS} pages watch", shown, "as without", told)]


async def _filled(url: str) -> None:
    """The jobs, held by a process that nobody will take for dead."""
    store, now = await JobStore.open(url), datetime.now(UTC)
    await overview.fill(store, now)
    later = now + _TRUSTED
    bench = {"holder": "bench", "host": "bench", "pid": 1, "role": Part.WORKER.value}
    async with store.transactions.write() as change:
        moments = {"started_at": now, "seen_at": later}
        await change.db.execute(insert(runs).values(**bench, **moments, slots=overview.RUNNING))
    await store.close()


@contextlib.asynccontextmanager
async def _operator(house: Cluster) -> AsyncIterator[Operator]:
    place = listen()
    await house.frontend(web_listen=place, admins=("7",))
    transactions = await open_beside(house.url, writes=True)
    word = await Links(transactions).make("7")
    async with transactions.last():
        pass
    async with Operator(place) as me:
        await _answers(lambda: me.get("/login"))
        await me.by_link(word)
        yield me


async def _answers(ask: Callable[[], Awaitable[object]]) -> None:
    """Until the front end serves."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(OSError):
                await ask()
                return
            await asyncio.sleep(0.2)


async def _page(me: Operator, path: str) -> Row:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = await me.get(path)
        times.append(time.perf_counter() - began)
        assert answer.status == 200, (path, answer.status)
    p95 = statistics.quantiles(times, n=20)[-1]
    told = f"p50 {statistics.median(times) * 1000:.0f} ms, {len(answer.text) // 1000} kB"
    return Row(f"dashboard {path[:24]}, p95", f"{p95 * 1000:.0f} ms", "< 300 ms", told)


async def _change(me: Operator) -> Row:
    """From the press of a button in one browser to the news in another."""
    proof, times = await me.proof(), []
    events = me.events("/events/now")
    await until_told(events, lambda kind, _: kind == "message")
    for number in range(CHANGES):
        do, words = (("pause", "not accepted"), ("resume", "are accepted"))[number % 2]
        began = time.perf_counter()
        pressed = asyncio.create_task(me.ask("POST", "/act", data={"proof": proof, "do": do}))
        await until_told(events, _door(words))
        times.append(time.perf_counter() - began)
        await pressed
    await events.aclose()
    worst = statistics.quantiles(times, n=20)[-1]
    told = f"p50 {statistics.median(times) * 1000:.0f} ms, the press itself included"
    return Row("a change reaches a page, p95", f"{worst * 1000:.0f} ms", "< 500 ms", told)


def _door(words: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda _, data: words in str(data.get("pieces"))


@contextlib.asynccontextmanager
async def _watchers(me: Operator, count: int) -> AsyncIterator[None]:
    """So many pages that read whatever they are told."""
    seen = asyncio.Queue[None]()

    async def watch() -> None:
        async for _ in me.events("/events/now"):
            seen.put_nowait(None)

    watching = [asyncio.create_task(watch()) for _ in range(count)]
    for _ in range(count):
        await seen.get()
    try:
        yield
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


async def _acks(standin: StandIn, clip: Path) -> list[float]:
    """Seconds from a file to the bot's first word about it."""
    times = []
    for _ in range(FILES):
        user = standin.user()
        began = time.perf_counter()
        sent = await user.send_document(clip)
        await user.wait_for_message(lambda m: m.from_bot, after=sent)
        times.append(time.perf_counter() - began)
    return times


async def _main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        print(HEADER)
        for row in await measure(Path(name)):
            print(row)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_main())
