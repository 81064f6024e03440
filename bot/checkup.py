"""Looks how this process is, for whoever sees all of them."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.jobs.processes.vitals import Card, Contact, Vitals
from bot.lag import Lag
from bot.storage.clock import utc_now
from bot.version import version
from converter.converter import Converter
from converter.engines.capabilities import Gpu
from converter.nvidia import readings
from converter.nvidia.cards import Use
from converter.nvidia.readings import Reading

# What costs a program or may hang is asked so often, and waited for by nobody.
EVERY: Final = 10.0
_STATM: Final = Path("/proc/self/statm")
_NOTHING: Final = Reading(None, None, None, None)


@dataclass(slots=True)
class Checkup:
    """`now` never waits: what may hang is looked at meanwhile, by `run`. `contact` tells of the
    messenger; `draining` that no more jobs are begun here; `leads` that this front end leads."""

    data_dir: Path
    converter: Converter
    lag: Lag
    contact: Callable[[], Contact]
    draining: Callable[[], bool] = lambda: False
    leads: Callable[[], bool] = lambda: False
    ask: Callable[[], Awaitable[Mapping[int, Reading]]] = readings.read
    _free: int | None = None
    _readings: Mapping[int, Reading] = field(default_factory=dict)

    def now(self) -> Vitals:
        """How it is, as far as that is known."""
        return Vitals(
            at=utc_now(),
            version=version(),
            load=os.getloadavg()[0],
            cores=len(os.sched_getaffinity(0)),
            memory=_memory(),
            free=self._free,
            late=self.lag.worst,
            leads=self.leads(),
            draining=self.draining(),
            sessions={self.converter.runner.kind: len(self.converter.open_names)},
            cards=self._cards(),
            contact=self.contact(),
        )

    async def run(self) -> None:
        """Until cancelled."""
        looks = [asyncio.create_task(look()) for look in (self._look_at_disk, self._look_at_cards)]
        try:
            await asyncio.gather(*looks)
        finally:
            for look in looks:
                look.cancel()
            await asyncio.gather(*looks, return_exceptions=True)

    async def _look_at_disk(self) -> None:
        while True:
            try:
                usage = await asyncio.to_thread(shutil.disk_usage, self.data_dir)
                self._free = usage.free
            except OSError:
                self._free = None
            await asyncio.sleep(EVERY)

    async def _look_at_cards(self) -> None:
        while True:
            if self.converter.cards.cards:
                self._readings = await self.ask()
            await asyncio.sleep(EVERY)

    def _cards(self) -> tuple[Card, ...]:
        uses = {use.index: use for use in self.converter.cards.uses}
        return tuple(
            _card(card, uses[card.index], self._readings.get(card.index, _NOTHING))
            for card in self.converter.cards.cards
        )


def _card(card: Gpu, use: Use, reading: Reading) -> Card:
    return Card(
        index=card.index,
        name=card.name,
        busy=reading.busy,
        celsius=reading.celsius,
        memory_used=reading.memory_used,
        memory_total=reading.memory_total,
        conversions=use.conversions,
        encodes=use.encodes,
    )


def _memory() -> int:
    """Bytes that this process has in memory, 0 where the system doesn't say."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0
