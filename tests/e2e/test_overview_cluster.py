"""What the operator can see of several processes, from beside them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
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


async def told(overview: StoredOverview, *, processes: int) -> Now:
    """Once all of them have said how they are, and somebody leads."""
    async with asyncio.timeout(120):
        while True:
            now = await overview.now()
            vitals = [one.vitals for one in now.processes if one.vitals is not None]
            moving = all(one.told is not None for one in now.jobs)
            if len(vitals) == processes and any(one.leads for one in vitals) and moving:
                return now
            await asyncio.sleep(0.1)


async def test_two_workers_and_their_front_end(house: Cluster, footage: Footage) -> None:
    stalled = house.standin.faults.add("download", stall_after=1000)
    front = await house.frontend()
    first = await house.worker()
    transactions = await open_beside(house.url)
    overview = StoredOverview(transactions)
    customer = await Customer.sends(house.stage, "Ann", footage.quick)
    await struck(stalled)
    await house.worker()
    now = await told(overview, processes=3)
    [entry] = now.jobs
    assert entry.told is not None
    assert entry.told.kind is State.DOWNLOADING, "another process tells of it"
    assert entry.keeper is not None
    assert entry.keeper.pid == first.process.pid
    by_pid = {one.seen.member.pid: one for one in now.processes}
    assert by_pid[front.process.pid].seen.member.part is Part.FRONTEND
    for pid, process in by_pid.items():
        assert process.vitals is not None
        assert process.vitals.leads is (pid == front.process.pid)
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
