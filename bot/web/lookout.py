"""Looks around when Prometheus asks: at the queue, the engine, the disks, the cards."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.jobs.house.waiting import Waiting
from bot.web.kept import Kept
from bot.web.readiness import Readiness
from bot.web.sights import Disk, Sights
from converter.nvidia.cards import Use

_PATIENCE: Final = 4.0
_QUEUE_AGE: Final = 1.0
# What costs a program or a walk through folders is looked at less often.
_AGE: Final = 30.0
_BLOCK: Final = 512  # what `st_blocks` counts


@dataclass(frozen=True, slots=True)
class Places:
    """The folders to be watched: those of `parts` lie in `data`, by a short name each."""

    data: Path
    logs: Path
    parts: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask. `waiting` and `backlog` say how many jobs wait, and what the dispatcher has to
    hand out (None: nobody knows here); `containers` how many there are (None: they aren't used);
    `sessions` how many are open here, by the runner's kind; `cards` what each does. The first
    three may raise StorageError, ConversionError or OSError."""

    waiting: Callable[[], Awaitable[Waiting]]
    backlog: Callable[[], Awaitable[int]] | None
    containers: Callable[[], Awaitable[int]] | None
    sessions: Callable[[], Mapping[str, int]]
    cards: Callable[[], Sequence[Use]]
    places: Places


class Lookout:
    """Gathers `Sights`, side by side; one that can't be had in time is left out."""

    def __init__(self, sources: Sources, readiness: Readiness) -> None:
        self._sources = sources
        self._readiness = readiness
        self._waiting = Kept(sources.waiting, age=_QUEUE_AGE, patience=_PATIENCE)
        self._disk = Kept(self._disks, age=_AGE, patience=_PATIENCE)
        self._backlog = _kept(sources.backlog, _QUEUE_AGE)
        self._containers = _kept(sources.containers, _AGE)

    async def look(self) -> Sights:
        """How it is now."""
        ready, waiting, backlog, containers, disk = await asyncio.gather(
            self._readiness.parts(),
            self._waiting.get(),
            _asked(self._backlog),
            _asked(self._containers),
            self._disk.get(),
        )
        return Sights(
            ready=ready,
            waiting=waiting,
            backlog=backlog,
            containers=containers,
            disk=disk,
            sessions=self._sources.sessions(),
            cards=self._sources.cards(),
        )

    async def close(self) -> None:
        """Look at nothing more."""
        every = (self._waiting, self._disk, self._backlog, self._containers)
        await asyncio.gather(*(one.close() for one in every if one is not None))

    async def _disks(self) -> Disk:
        return await asyncio.to_thread(measure, self._sources.places)


def measure(places: Places) -> Disk:
    """The disks of these folders. Blocking: call it in a thread."""
    free = {}
    for name, folder in (("data", places.data), ("logs", places.logs)):
        with contextlib.suppress(OSError):
            free[name] = shutil.disk_usage(folder).free
    apart = [*places.parts.values(), places.logs]
    used = {name: _used(folder) for name, folder in places.parts.items()}
    used["logs"] = _used(places.logs)
    used["data"] = _used(places.data, without=apart)
    return Disk(free, used)


def _used(folder: Path, *, without: Collection[Path] = ()) -> int:
    """Bytes of what lies in a folder, as the disk has them; files come and go meanwhile."""
    total, apart = 0, {str(path) for path in without}
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if str(Path(at) / name) not in apart]
        for file in files:
            with contextlib.suppress(OSError):
                total += (Path(at) / file).lstat().st_blocks * _BLOCK
    return total


def _kept(ask: Callable[[], Awaitable[int]] | None, age: float) -> Kept[int] | None:
    return None if ask is None else Kept(ask, age=age, patience=_PATIENCE)


async def _asked(kept: Kept[int] | None) -> int | None:
    return None if kept is None else await kept.get()
