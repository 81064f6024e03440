"""The gate for new work, as front ends that share a database see it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.jobs.answers import Accepted
from bot.jobs.gate import Asker, Gate, Passage
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore

ANN, BOB = Asker("1", "en"), Asker("2", "ru")


class Ear:
    """Hears who is told that all has come to its end."""

    def __init__(self) -> None:
        self.heard: list[Asker] = []
        self.told = asyncio.Event()

    async def __call__(self, askers: Sequence[Asker]) -> None:
        self.heard += askers
        self.told.set()


@contextlib.asynccontextmanager
async def watched(store: JobStore, ears: Sequence[Ear]) -> AsyncIterator[list[Gate]]:
    """A front end's gate for each of them."""
    gates = [Gate(store, ear) for ear in ears]
    watching = [asyncio.create_task(gate.watch()) for gate in gates]
    try:
        yield gates
    finally:
        for task in watching:
            task.cancel()


async def accepted(store: JobStore, user: int) -> Job:
    source = Source(f"f{user}", f"u{user}", "a.mov", 1)
    answer = await store.add(NewJob(str(user), str(user), "1", "en", source), Terms(9))
    assert isinstance(answer, Accepted)
    return answer.job


async def sees(gate: Gate, passage: Passage) -> None:
    """Until a front end knows how the gate stands."""
    for _ in range(1000):
        if await gate.passage() is passage:
            return
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("passage", "everybody", "admins"),
    [
        (Passage.OPEN, True, True),
        (Passage.PAUSED, False, True),
        (Passage.DRAINING, False, False),
        (Passage.DRAINED, False, False),
    ],
)
async def test_who_comes_through(
    store: JobStore, passage: Passage, everybody: bool, admins: bool
) -> None:
    gate = Gate(store)
    assert await gate.passage() is Passage.OPEN
    await gate.move(passage)
    assert await gate.lets_in(trusted=False) == everybody
    assert await gate.lets_in(trusted=True) == admins


async def test_every_front_end_obeys(store: JobStore) -> None:
    here, elsewhere = Gate(store), Gate(store)
    assert await elsewhere.lets_in(trusted=False)
    await here.move(Passage.PAUSED)
    await sees(elsewhere, Passage.PAUSED)
    assert not await elsewhere.lets_in(trusted=False)
    # One that starts later, too.
    assert await Gate(store).passage() is Passage.PAUSED


async def test_it_is_drained_once_nothing_is_left(store: JobStore) -> None:
    ear = Ear()
    async with watched(store, [ear]) as [gate]:
        await accepted(store, 1)
        waiting = await accepted(store, 2)
        job = await store.take()
        assert job is not None
        await gate.move(Passage.DRAINING, ANN)
        await store.cancel(waiting.id)
        await store.advance(job, Phase.CONVERTING)
        await store.finish(await store.advance(job, Phase.SENDING), Phase.DONE)
        await ear.told.wait()
        assert ear.heard == [ANN]
        assert await gate.passage() is Passage.DRAINED
        ear.told.clear()
        await gate.move(Passage.OPEN)
        assert await gate.lets_in(trusted=False)
        await gate.move(Passage.DRAINING, BOB)
        await ear.told.wait()
        assert ear.heard == [ANN, BOB]


async def test_of_several_front_ends_one_tells_everybody_who_asked(store: JobStore) -> None:
    ears = [Ear() for _ in range(3)]
    async with watched(store, ears) as gates:
        job = await accepted(store, 1)
        await gates[0].move(Passage.DRAINING, ANN)
        await gates[1].move(Passage.DRAINING, BOB)
        await gates[1].move(Passage.DRAINING, BOB)
        await store.cancel(job.id)
        told = [asyncio.create_task(ear.told.wait()) for ear in ears]
        await asyncio.wait(told, return_when=asyncio.FIRST_COMPLETED)
        for gate in gates:
            await sees(gate, Passage.DRAINED)
        for task in told:
            task.cancel()
    assert sorted(asker.chat_id for ear in ears for asker in ear.heard) == ["1", "2"]
    assert [bool(ear.heard) for ear in ears].count(True) == 1


async def test_a_gate_that_is_opened_again_is_not_drained(store: JobStore) -> None:
    ear = Ear()
    async with watched(store, [ear]) as [gate]:
        job = await accepted(store, 1)
        await gate.move(Passage.DRAINING, ANN)
        await gate.move(Passage.OPEN)
        await store.cancel(job.id)
        await gate.move(Passage.PAUSED)
        # A look at the queue that comes after all of this.
        await gate.move(Passage.DRAINING, BOB)
        await ear.told.wait()
    assert ear.heard == [BOB]
