"""How many jobs wait, and for how long, on either database."""

from dataclasses import replace

import pytest

from bot.jobs.answers import Accepted
from bot.jobs.house import waiting
from bot.jobs.house.waiting import Waiting
from bot.jobs.meter import Again, NoMeter
from bot.jobs.model import Job, NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.store import JobStore
from tests.contract.conftest import Where
from tests.support.clock import Clock

pytestmark = pytest.mark.timeout(120)


def _new(user: str, number: int) -> NewJob:
    source = Source(f"file-{number}", f"unique-{number}", "film.mkv", 1000)
    return NewJob(user, user, str(number), "en", source)


async def _handed_in(store: JobStore, user: str, number: int) -> Job:
    answer = await store.add(_new(user, number), Terms(5))
    assert isinstance(answer, Accepted)
    return answer.job


async def test_an_empty_queue(store: JobStore) -> None:
    assert await waiting.look(store.transactions) == Waiting(0, 0, 0, 0.0)


async def test_ready_behind_and_delayed(store: JobStore, clock: Clock) -> None:
    await _handed_in(store, "ann", 1)
    clock.move(seconds=10)
    await _handed_in(store, "ann", 2)
    await _handed_in(store, "bob", 3)
    clock.move(seconds=5)
    assert await waiting.look(store.transactions) == Waiting(2, 1, 0, 15.0)
    taken = await store.take()
    assert taken is not None
    assert (await waiting.look(store.transactions)).oldest == 5.0, "what runs waits no more"
    await store.put_back(taken, failed=True, delay=60.0)
    now = await waiting.look(store.transactions)
    assert (now.ready, now.behind, now.delayed) == (2, 0, 1)
    assert now.oldest == 5.0, "what was begun before waits for something else"


class Notes(NoMeter):
    """Writes down what is heard of jobs."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def accepted(self, count: int) -> None:
        self.heard.append(("accepted", count))

    def ended(self, during: Phase | None, outcome: Phase, code: str | None) -> None:
        self.heard.append((during, outcome, code))

    def again(self, what: Again) -> None:
        self.heard.append(what)


async def test_the_meter_hears_each_thing_once_it_is_written(where: Where, clock: Clock) -> None:
    notes = Notes()
    store = await JobStore.open(where, clock=clock, meter=notes)
    job = await _handed_in(store, "ann", 1)
    assert not isinstance(await store.add(_new("ann", 1), Terms(5)), Accepted)
    assert notes.heard == [("accepted", 1)]
    taken = await store.take()
    assert taken is not None
    await store.put_back(taken, failed=True)
    taken = await store.take()
    assert taken is not None
    await store.advance(taken, Phase.CONVERTING)
    await store.finish(taken, Phase.FAILED, error_code="failed")
    await store.retry(job.id, Terms(5))
    await store.cancel(job.id)
    assert await store.cancel(job.id) is None
    with pytest.raises(Exception, match="attempt"):
        await store.finish(replace(taken, attempt=1), Phase.DONE)
    assert notes.heard == [
        ("accepted", 1),
        Again.JOB,
        (Phase.CONVERTING, Phase.FAILED, "failed"),
        ("accepted", 1),
        (Phase.QUEUED, Phase.CANCELLED, None),
    ]
    await store.close()
