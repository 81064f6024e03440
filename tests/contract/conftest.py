"""A store with a clock that the test moves, for those that need no other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.jobs.store import JobStore
from tests.support.clock import Clock


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[JobStore]:
    """A real store in a file of its own."""
    opened = await JobStore.open(tmp_path / "jobs.sqlite3", clock=clock)
    yield opened
    await opened.close()
