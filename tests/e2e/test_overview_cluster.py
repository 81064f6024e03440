"""What the operator can see of several processes, from beside them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.jobs.members import Part
from bot.jobs.overview import Event, Now
from bot.jobs.seeing.stored import StoredOverview
from bot.jobs.status import State
from bot.storage.beside import open_beside
from standin import StandIn
from tests.support import postgres
from tests.support.cluster import Cluster, cluster
from tests.support.customers import Customer
from tests.support.footage import Footage
from tests.support.running import struck, until
from tests.support.stage import Stage

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    with postgres.server(careful=True) as running_server:
        yield running_server


@pytest.fixture
async def house(
    standin: StandIn, tmp_path: Path, server: postgres.Server
) -> AsyncIterator[Cluster]:
    stage = Stage(standin, tmp_path / "bot")
    async with cluster(standin, stage, server, server.database()) as made:
        yield made


async def so(overview: StoredOverview, condition: Callable[[Now], bool]) -> Now:
    """How it is once it is so."""
    async with asyncio.timeout(120):
        while not condition(now := await overview.now()):  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.1)
    return now


def all_told(now: Now) -> bool:
    """Three processes have said how they are, and one leads."""
    vitals = [one.vitals for one in now.processes if one.vitals is not None]
    return len(vitals) == 3 and any(one.leads for one in vitals)


def downloading(now: Now) -> bool:
    """The only job's person sees that."""
    return [one.told and one.told.kind for one in now.jobs] == [State.DOWNLOADING]


async def test_two_workers_and_their_front_end(house: Cluster, footage: Footage) -> None:
    front, *_ = await house.frontend(), await house.worker(), await house.worker()
    transactions = await open_beside(house.url)
    overview = StoredOverview(transactions)
    now = await so(overview, all_told)
    for process in now.processes:
        leads = process.seen.member.pid == front.process.pid
        assert process.seen.member.part is (Part.FRONTEND if leads else Part.WORKER)
        assert process.vitals is not None
        assert process.vitals.leads is leads
    stalled = house.standin.faults.add("download", stall_after=1000)
    customer = await Customer.sends(house.stage, "Ann", footage.quick)
    await struck(stalled)
    [entry] = (await so(overview, downloading)).jobs
    first = house.holder_of(entry.job.id)
    assert entry.keeper is not None
    assert entry.keeper.pid == first.process.pid
    await first.end()
    stalled.release()
    await customer.is_served_once(timeout=120.0)
    await until(lambda: house.phases() == ["done"], "its end")
    sheet = await overview.sheet(entry.job.id)
    async with transactions.last():
        pass
    assert sheet is not None
    events = [(one.event, one.attempt) for one in sheet.moments]
    assert events[:3] == [(Event.ACCEPTED, 0), (Event.DOWNLOADING, 1), (Event.LOST, 1)]
    assert events[-1] == (Event.DONE, 2)
    pids = [one.pid for one in sheet.moments]
    assert pids[:3] == [front.process.pid, first.process.pid, first.process.pid]
    assert len(set(pids)) == 3, "the other worker did it"
