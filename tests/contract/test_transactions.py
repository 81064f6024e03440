"""A transaction whose caller is stopped half-way is undone at once and holds nobody up."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.jobs.store.store import JobStore
from bot.storage.transactions import Transactions
from tests.contract.conftest import Where

ROUNDS = 60
AT_ONCE = 4


@pytest.fixture
async def transactions(where: Where) -> AsyncIterator[Transactions]:
    """Of a store, with a table for pairs."""
    store = await JobStore.open(where)
    async with store.transactions.write() as change:
        await change.db.execute(text("CREATE TABLE pairs (number INTEGER, half INTEGER)"))
    yield store.transactions
    await store.close()


async def _pair(transactions: Transactions, number: int, ordered: bool) -> None:
    async with transactions.write(ordered=ordered) as change:
        for half in (1, 2):
            await change.db.execute(
                text("INSERT INTO pairs VALUES (:number, :half)"), {"number": number, "half": half}
            )
            await change.db.execute(text("SELECT count(*) FROM pairs"))


@pytest.mark.parametrize("collects", [True, False])
async def test_stopped_writers_keep_no_lock(transactions: Transactions, collects: bool) -> None:
    chance = random.Random(7)  # noqa: S311 - only the moments at which they are stopped
    failures: list[BaseException] = []
    if not collects:
        # What a traceback still holds must not matter.
        gc.disable()
    try:
        for number in range(0, ROUNDS * AT_ONCE, AT_ONCE):
            tasks = [
                asyncio.create_task(_pair(transactions, number + each, ordered=each % 2 == 0))
                for each in range(AT_ONCE)
            ]
            for _ in range(2):  # stopped, and some of them once more
                await asyncio.sleep(chance.random() / 100)
                for task in tasks:
                    if chance.random() < 0.5:
                        task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            failures += [end for end in ends if isinstance(end, Exception)]
    finally:
        gc.enable()
    assert failures == []  # "database is locked" above all
    await _pair(transactions, -1, ordered=True)
    async with transactions.read() as db:
        halves = await db.execute(text("SELECT count(*) FROM pairs GROUP BY number"))
        assert {count for (count,) in halves} == {2}
