"""What every dispatcher must do over a real store and its real database."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.jobs.model import Phase
from bot.jobs.store.store import JobStore
from tests.support.dispatching import House, opened

SLOTS = 3


Make = Callable[[int], Awaitable[House]]


@pytest.fixture
async def make(where: Path | str) -> AsyncIterator[Make]:
    """Makes houses on the test's database, as several processes, each with so many places."""
    async with contextlib.AsyncExitStack() as stack:

        async def made(slots: int) -> House:
            return await stack.enter_async_context(opened(where, slots))

        yield made


@pytest.fixture
async def house(make: Make) -> House:
    return await make(SLOTS)


async def test_so_many_at_once_and_one_of_each_user(house: House) -> None:
    for user in (1, 1, 2, 3, 4):
        await house.add(user)
    await house.until(lambda: len(house.now) == SLOTS)
    assert house.dispatch.busy
    assert house.dispatch.running == SLOTS
    assert {job.user_id for job in house.started} == {"1", "2", "3"}
    house.end(2)
    await house.until(lambda: len(house.started) == SLOTS + 1)
    assert house.started[-1].user_id == "4", "one of the first user's runs already"
    house.end(3)
    await house.until(lambda: house.dispatch.running == 2)
    assert [house.dispatch.busy] == [False]
    assert house.most == SLOTS


async def test_everybody_s_first_comes_before_anybody_s_second(house: House) -> None:
    blockers = [await house.add(user) for user in (7, 8, 9)]
    await house.until(lambda: len(house.now) == len(blockers))
    for user in (1, 1, 1, 2, 2, 3):
        await house.add(user)
    house.end(7)
    for number, user in enumerate((1, 2, 3, 1, 2, 1), start=4):
        await house.until(lambda number=number: len(house.started) == number)  # type: ignore[misc]
        assert house.started[-1].user_id == str(user)
        house.end(user)


async def test_a_place_given_back_early_is_somebody_else_s(make: Make) -> None:
    house = await make(1)
    house.sending = True
    for user in (1, 2, 3):
        await house.add(user)
    await house.until(lambda: len(house.started) == 3)
    assert house.dispatch.running == 0
    assert not house.dispatch.busy


async def test_a_delay_holds_back_that_job_alone(house: House) -> None:
    late = await house.add(1)
    await house.until(lambda: late.id in house.now)
    await house.store.put_back(house.started[0], failed=True, delay=0.5)
    house.now.pop(late.id)
    nxt, other = await house.add(1), await house.add(2)
    await house.until(lambda: {nxt.id, other.id} <= set(house.now))
    house.end(1)
    await house.until(lambda: [job.id for job in house.started].count(late.id) == 2)


async def test_a_storage_that_is_away_ends_nothing(house: House) -> None:
    await house.add(1)
    await house.until(lambda: len(house.now) == 1)
    await _rename(house.store, "jobs", "gone")
    with contextlib.suppress(OSError):
        await house.store.take()
    await _rename(house.store, "gone", "jobs")
    await house.add(2)
    await house.until(lambda: len(house.now) == 2)


async def _rename(store: JobStore, old: str, new: str) -> None:
    async with store.transactions.write() as change:
        await change.db.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def test_told_to_stop_it_starts_nothing_more(house: House) -> None:
    await house.add(1)
    await house.until(lambda: len(house.now) == 1)
    house.dispatch.stop()
    waiting = await house.add(2)
    house.end(1)
    await house.until(lambda: not house.now)
    assert [job.phase for job in await house.store.live()] == [Phase.QUEUED]
    assert (await house.store.get(waiting.id) or waiting).attempt == 0


async def test_a_drained_worker_ends_what_it_has_and_begins_nothing(make: Make) -> None:
    house = await make(SLOTS)
    await house.store.beat()
    mine = house.store.member.holder
    first = await house.add(1)
    await house.until(lambda: first.id in house.now)
    assert await house.store.slots() == SLOTS
    assert await house.store.drain(mine, draining=True)
    assert await house.store.slots() == 0, "nobody waits for its places"
    second = await house.add(2)
    house.end(1)
    await house.until(lambda: not house.now)
    assert await house.store.beat(), "it hears of it with a sign of life"
    assert house.store.draining
    assert [job.id for job in house.started] == [first.id]
    assert await house.store.drain(mine, draining=False)
    await house.until(lambda: second.id in house.now)
    assert not await house.store.drain("nobody", draining=True)
