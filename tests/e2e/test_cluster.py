"""Real processes on one PostgreSQL database: front ends that talk, workers that convert."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from standin import StandIn
from tests.support import postgres
from tests.support.cluster import Cluster, cluster
from tests.support.footage import Footage
from tests.support.running import until
from tests.support.stage import Stage

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    with postgres.server(careful=True) as running:
        yield running


@pytest.fixture
async def house(
    standin: StandIn, tmp_path: Path, server: postgres.Server
) -> AsyncIterator[Cluster]:
    stage = Stage(standin, tmp_path / "bot")
    async with cluster(standin, stage, server, server.database()) as made:
        yield made


async def test_a_video_goes_through_two_kinds_of_processes(
    house: Cluster, footage: Footage
) -> None:
    await house.frontend()
    await house.worker()
    user = house.standin.user(name="Ann")
    await user.send_document(footage.medium)
    await user.wait_until(lambda: bool(user.results), timeout=90.0)
    await until(lambda: [row.phase for row in house.jobs()] == ["done"], "the end")
