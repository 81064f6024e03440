"""Fixtures of the end-to-end tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from standin import StandIn
from tests.support import footage as footage_
from tests.support import postgres
from tests.support.cluster import Cluster, cluster
from tests.support.footage import Footage
from tests.support.stage import UNPACED, Stage


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Clips to send."""
    return footage_.make(tmp_path_factory.mktemp("footage"))


@pytest.fixture
async def standin(tmp_path: Path) -> AsyncIterator[StandIn]:
    """A Telegram of this test's own; whatever the bot sent was right by its schema."""
    async with StandIn(folder=tmp_path / "telegram", pace=UNPACED) as server:
        yield server
        assert server.unknown_parameters == []
        assert server.problems == []


@pytest.fixture
def stage(standin: StandIn, tmp_path: Path) -> Stage:
    """Where bots of this test run, on the host's ffmpeg."""
    return Stage(standin, tmp_path / "bot")


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL, one for all tests of a session: each has a database of its own."""
    with postgres.server(careful=True) as running:
        yield running


@pytest.fixture
async def house(stage: Stage, server: postgres.Server) -> AsyncIterator[Cluster]:
    """Several processes on one database, none of which is there yet."""
    async with cluster(stage.standin, stage, server, server.database()) as made:
        yield made
