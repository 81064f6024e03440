"""Fixtures of the tests that kill."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from standin import StandIn
from tests.support import footage as footage_
from tests.support.footage import Footage
from tests.support.stage import UNPACED


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Clips to send."""
    return footage_.make(tmp_path_factory.mktemp("footage"))


@pytest.fixture
async def standin(tmp_path: Path) -> AsyncIterator[StandIn]:
    """A Telegram of this test's own."""
    async with StandIn(folder=tmp_path / "telegram", pace=UNPACED) as server:
        yield server
