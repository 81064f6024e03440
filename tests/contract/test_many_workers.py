"""Several dispatchers on one PostgreSQL database: what procrastinate alone would get wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from time import monotonic

import pytest
from procrastinate import PsycopgConnector
from procrastinate.manager import JobManager
from sqlalchemy import update

from bot.jobs.dispatch.procrastinate import QUEUE, ProcrastinateQueue, Tickets
from bot.jobs.model import Job, Phase
from bot.jobs.status import State, Status
from bot.jobs.store.blame import MOST_DEATHS
from bot.jobs.store.bulletins import Bulletins
from bot.jobs.store.store import JobStore
from bot.jobs.tables import jobs
from bot.storage import postgres as database
from tests.support import postgres
from tests.support.clock import Clock
from tests.support.dispatching import House, opened

SOON = 0.5


@pytest.fixture
def url(postgres_database: Callable[[], str]) -> str:
    return postgres_database()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened_houses:
        yield opened_houses


async def test_what_one_cannot_start_another_does(url: str, stack: AsyncExitStack) -> None:
    first = await stack.enter_async_context(opened(url, 1))
    second = await stack.enter_async_context(opened(url, 1))
    for user in (1, 2, 3):
        await first.add(user)
    await first.until(lambda: len(first.now) == 1)
    await second.until(lambda: len(second.now) == 1)
    for house in (first, second):
        [job_id] = house.now
        house.now[job_id].set()
    await one_of(
        first.until(lambda: len(first.started) == 2), second.until(lambda: len(second.started) == 2)
    )
    ids = [job.id for job in (*first.started, *second.started)]
    assert len(set(ids)) == 3, "none was started twice"


async def test_the_order_is_the_line_s_whoever_takes(url: str, stack: AsyncExitStack) -> None:
    busy = await stack.enter_async_context(opened(url, 1))
    await busy.add(9)
    await busy.until(lambda: len(busy.now) == 1)
    for user in (1, 1, 1, 2, 2, 3):
        await busy.add(user)
    late = await stack.enter_async_context(opened(url, 1))
    for number, user in enumerate((1, 2, 3, 1, 2, 1), start=1):
        await late.until(lambda number=number: len(late.started) == number)  # type: ignore[misc]
        assert late.started[-1].user_id == str(user)
        late.end(user)


async def test_no_more_at_once_than_all_together_may(url: str, stack: AsyncExitStack) -> None:
    first = await stack.enter_async_context(opened(url, 3, most=2))
    second = await stack.enter_async_context(opened(url, 3, most=2))
    for user in range(1, 7):
        await first.add(user)
    most = asyncio.create_task(watch(first.store))
    ended = 0
    while ended < 6:
        await one_of(first.until(lambda: bool(first.now)), second.until(lambda: bool(second.now)))
        for house in (first, second):
            for job_id in list(house.now):
                house.now[job_id].set()
                await house.until(lambda h=house, j=job_id: j not in h.now)  # type: ignore[misc]
                ended += 1
    most.cancel()
    assert 1 <= (await asyncio.gather(most, return_exceptions=True))[0] <= 2  # type: ignore[operator]


async def test_a_suspect_comes_to_its_turn_while_others_wait(
    url: str, stack: AsyncExitStack
) -> None:
    """It runs alone in its process, so a process with several places has to be empty for it."""
    house = await stack.enter_async_context(opened(url, 2))
    await house.add(1)
    await house.add(2)
    await house.until(lambda: len(house.now) == 2)
    suspect = await house.add(3)
    async with house.store.transactions.write() as change:
        mine = update(jobs).where(jobs.c.id == suspect.id)
        await change.db.execute(mine.values(suspect=True))
    for user in range(4, 12):
        await house.add(user)
    house.end(1)
    house.end(2)
    await house.until(lambda: len(house.started) == 3)
    assert house.started[2].id == suspect.id


async def test_who_finds_the_last_place_taken_leaves_the_queue_alone(
    url: str, stack: AsyncExitStack
) -> None:
    """A long queue would not come to its end: what can't start is offered again and again."""
    house = await stack.enter_async_context(opened(url, 1))
    await house.add(1)
    await house.until(lambda: len(house.now) == 1)
    for user in range(2, 8):
        await house.add(user)

    class Late(JobStore):
        """Was told that there is a place, before the other took it."""

        asked = 0

        async def may_take(self, most: int = 0) -> bool:
            self.asked += 1
            return self.asked == 1 or await super().may_take(most)

    store = await Late.open(url, queue=ProcrastinateQueue())
    stack.push_async_callback(store.close)
    tickets = await stack.enter_async_context(Tickets.open(store, url, 1))
    assert await tickets.take() is None
    assert store.asked == 2


class Pair:
    """Two processes without dispatchers, by a clock that a test moves; one lives."""

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self._url, self._stack = url, stack
        self.clock = Clock()

    async def open(self) -> JobStore:
        store = await JobStore.open(self._url, clock=self.clock)
        self._stack.push_async_callback(store.close)
        await store.recover()
        return store


async def test_what_kills_each_of_its_workers_ends(url: str, stack: AsyncExitStack) -> None:
    """Its lease runs out before its worker has been silent for as long: that absolves nobody."""
    pair = Pair(url, stack)
    survivor = await pair.open()
    killer = await House(survivor, None).add(1)  # type: ignore[arg-type]  # nothing is dispatched
    found: list[Job] = []
    for _ in range(MOST_DEATHS):
        victim = await pair.open()
        assert await victim.take() is not None
        pair.clock.move(seconds=2)
        await victim.beat()
        for _ in range(7):
            pair.clock.move(seconds=2)
            found += await survivor.orphans(())
    assert [(job.id, job.deaths) for job in found[:-1]] == [(killer.id, 1), (killer.id, 2)]
    assert (found[-1].phase, found[-1].error_code) == (Phase.FAILED, "crashed")
    [news] = await Bulletins(survivor.transactions).news()
    assert news.status == Status(State.FAILED, code="crashed", can_retry=True, trace=killer.trace)


async def test_nobody_is_dead_because_the_database_was_away(
    url: str, stack: AsyncExitStack
) -> None:
    pair = Pair(url, stack)
    first, second = await pair.open(), await pair.open()
    await House(first, None).add(1)  # type: ignore[arg-type]  # nothing is dispatched
    for _ in range(MOST_DEATHS):
        assert await second.take() is not None
        pair.clock.move(seconds=60)
        [back] = await first.orphans(())
        assert (back.phase, back.deaths) == (Phase.QUEUED, 0)
        assert await second.beat(), "it was not taken for dead"


async def watch(store: JobStore) -> int:
    """The most jobs that ran at once, until cancelled."""
    most = 0
    try:
        while True:
            changed = store.transactions.changed
            most = max(most, await store.running())
            await changed.wait()
    except asyncio.CancelledError:
        return most


async def one_of(*events: Coroutine[None, None, None]) -> None:
    """Whichever comes first."""
    tasks = [asyncio.create_task(event) for event in events]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_next_of_a_user_waits_for_no_poll(url: str, stack: AsyncExitStack) -> None:
    """A machine may be busy once, but not five times."""
    house = await stack.enter_async_context(opened(url, 1))
    for _ in range(6):
        await house.add(1)
    waits = []
    for number in range(1, 6):
        await house.until(lambda number=number: len(house.started) == number)  # type: ignore[misc]
        began = monotonic()
        house.end(1)
        await house.until(lambda number=number: len(house.started) > number)  # type: ignore[misc]
        waits.append(monotonic() - began)
    assert min(waits) < SOON, waits


async def test_a_cancelled_job_s_ticket_starts_nothing(url: str, stack: AsyncExitStack) -> None:
    house = await stack.enter_async_context(opened(url, 1))
    await house.add(1)
    await house.until(lambda: len(house.now) == 1)
    gone, stays = await house.add(2), await house.add(3)
    await house.store.cancel(gone.id)
    house.end(1)
    await house.until(lambda: stays.id in house.now)
    assert gone.id not in {job.id for job in house.started}


async def test_a_ticket_that_died_with_its_worker_is_offered_again(
    url: str, stack: AsyncExitStack
) -> None:
    store = await JobStore.open(url, queue=ProcrastinateQueue())
    stack.push_async_callback(store.close)
    waiting = await House(store, None).add(1)  # type: ignore[arg-type]  # nothing is dispatched
    connector = PsycopgConnector(conninfo=database.conninfo(url))
    await connector.open_async()
    manager = JobManager(connector)
    row = await manager.fetch_job([QUEUE], await manager.register_worker())
    assert row is not None
    await connector.execute_query_async(
        "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
    )
    await connector.close_async()
    house = await stack.enter_async_context(opened(url, 1))
    await house.until(lambda: waiting.id in house.now)


async def test_tickets_that_somebody_removed_are_handed_out_anew(
    url: str, stack: AsyncExitStack, server: postgres.Server
) -> None:
    store = await JobStore.open(url, queue=ProcrastinateQueue())
    stack.push_async_callback(store.close)
    waiting = await House(store, None).add(1)  # type: ignore[arg-type]  # nothing is dispatched
    server.query(url, "DELETE FROM procrastinate_jobs")
    house = await stack.enter_async_context(opened(url, 1))
    await house.until(lambda: waiting.id in house.now)


async def test_what_is_rolled_back_hands_out_nothing(
    url: str, stack: AsyncExitStack, server: postgres.Server
) -> None:
    class UndoneError(Exception):
        pass

    async def undo(_: object) -> None:
        raise UndoneError

    store = await JobStore.open(url, queue=ProcrastinateQueue())
    stack.push_async_callback(store.close)
    await House(store, None).add(1)  # type: ignore[arg-type]  # nothing is dispatched
    [job] = await store.live()
    with pytest.raises(UndoneError):
        await store.cancel(job.id, undo)
    assert (await store.get(job.id) or job).phase is Phase.QUEUED
    assert server.query(url, "SELECT count(*) FROM procrastinate_jobs").strip() == "1"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seconds", [3, 60])
async def test_after_the_database_was_away_everything_goes_on(seconds: float) -> None:
    """Heartbeats, the listening and the taking of jobs, without anybody's help."""
    with postgres.server(careful=True) as own:
        url = own.database()
        async with opened(url, 2) as house:
            await house.add(1)
            await house.until(lambda: len(house.now) == 1)
            await asyncio.to_thread(own.stop, "immediate")
            await asyncio.sleep(seconds)
            await asyncio.to_thread(own.start)
            added = None
            async with asyncio.timeout(60):
                while added is None:
                    try:
                        added = await house.add(2)
                    except OSError:
                        await asyncio.sleep(0.5)
            await house.until(lambda: added.id in house.now)
            # It hears of what another process does, and need not look.
            other = await JobStore.open(url, queue=ProcrastinateQueue())
            changed = house.store.transactions.changed
            async with other.transactions.write():
                pass
            async with asyncio.timeout(60):
                await changed.wait()
            await other.close()
