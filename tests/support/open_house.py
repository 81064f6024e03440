"""One bot for all the tests of a module: starting one takes longer than most things it is asked."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from standin import StandIn
from tests.support.stage import UNPACED, Stage


@contextlib.asynccontextmanager
async def open_house(folder: Path, **settings: object) -> AsyncIterator[Stage]:
    """A stand-in and a bot that listens; afterwards nothing is left of any job."""
    async with StandIn(folder=folder / "telegram", pace=UNPACED) as standin:
        stage = Stage(standin, folder / "bot", **settings)
        async with stage.bot():
            yield stage
        assert stage.leftovers() == []
        assert standin.unknown_parameters == []
        assert standin.problems == []
