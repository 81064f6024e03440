"""A store with a clock that the test moves, for those that need no other; and both databases, for
what must hold on either."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.dialog import tables as _dialog  # noqa: F401 - its tables are in the schema too
from bot.jobs.store.store import JobStore
from tests.support import postgres
from tests.support.clock import Clock

Where = Path | str


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server for this process's tests."""
    with postgres.server() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_database(server: postgres.Server) -> Callable[[], str]:
    """Makes databases that have our schema."""
    template = server.database()

    async def migrate() -> None:
        await (await JobStore.open(template)).close()

    asyncio.run(migrate())
    return lambda: server.database(make_url(template).database or "")


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """The test's own database, on each kind."""
    if request.param == "sqlite":
        return tmp_path / "data" / "bot.db"
    made: Callable[[], str] = request.getfixturevalue("postgres_database")
    return made()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
async def store(where: Where, clock: Clock) -> AsyncIterator[JobStore]:
    """A real store in a database of its own."""
    opened = await JobStore.open(where, clock=clock)
    yield opened
    await opened.close()
