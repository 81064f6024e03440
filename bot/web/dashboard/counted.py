"""What is charted, some seconds old at most: a page asks for it twice, and many may look."""

import asyncio
from functools import partial
from typing import Final

from bot.jobs.seeing.overview import Charts, Overview
from bot.storage.errors import StorageError
from bot.web.dashboard.charts import PERIODS
from bot.web.kept import Kept

_AGE: Final = 10.0
_PATIENCE: Final = 30.0


class Counted:
    """Charts of the periods that are offered."""

    def __init__(self, overview: Overview) -> None:
        self._kept = {
            days: Kept(partial(overview.charts, days), age=_AGE, patience=_PATIENCE)
            for days in PERIODS
        }

    async def get(self, days: int) -> Charts:
        """Those of one of `PERIODS`. Raises StorageError."""
        found = await self._kept[days].get()
        if found is None:
            raise StorageError("charts can't be had")
        return found

    async def close(self) -> None:
        """Ask nothing more."""
        await asyncio.gather(*(one.close() for one in self._kept.values()))
