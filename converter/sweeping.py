"""Orphans: containers and workspaces whose process is dead, or whose work has ended or moved on.
Several processes may share a data folder and an engine; what lives is spared."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Final

from converter.converter import Converter
from converter.engines import keeper, remains

# How long something has to look like an orphan before it is one: what is being made, or being
# cleared away, looks like one for a moment.
GRACE_SECONDS: Final = 10.0

# Whether the work of that name (a workspace's) goes on; None for what is no work that anybody could
# take over, and belongs to its process alone. What it raises ends the sweep.
Lives = Callable[[str], Awaitable[bool | None]]


class Sweeper:
    """Removes orphans of a converter's data folder on this machine. `places` are folders beside the
    workspaces' in which each keeper has one of its name. Raises ValueError for a converter that
    knows no keeper."""

    def __init__(
        self,
        converter: Converter,
        lives: Lives,
        *,
        places: Collection[Path] = (),
        grace: float = GRACE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if converter.keeper is None:
            raise ValueError("a converter without a keeper shares its folder with nobody")
        self._converter = converter
        self._own = converter.keeper
        self._lives = lives
        self._places = (converter.base.parent, *places)
        self._grace = grace
        self._clock = clock
        self._suspects: dict[str, float] = {}

    @property
    def suspicious(self) -> bool:
        """Whether something looked like an orphan the last time: another look is due after the
        grace."""
        return bool(self._suspects)

    async def sweep(self) -> int:
        """Remove what is nobody's. Returns how much that was. Raises Unavailable (ENGINE), OSError,
        and what `lives` raises."""
        seen: dict[str, float] = {}
        try:
            containers = await self._containers(seen)
        finally:
            # Without an engine there are folders all the same.
            folders = await self._folders(seen)
            self._suspects = seen
        return containers + folders

    async def _containers(self, seen: dict[str, float]) -> int:
        removed = 0
        found = await self._converter.runner.left()
        # Looked at afterwards: whoever has something by then was alive before.
        living = await asyncio.to_thread(keeper.living, self._own.folder)
        for left in found:
            dead = left.keeper not in living
            if dead or await self._orphan(left.id, left.keeper, left.name, seen):
                await self._converter.runner.remove(left)
                removed += 1
        return removed

    async def _folders(self, seen: dict[str, float]) -> int:
        keepers, work = self._own.folder, self._converter.base.parent
        removed = await asyncio.to_thread(remains.remove_folders, self._places, keepers)
        for name in await asyncio.to_thread(keeper.living, keepers):
            for path in await asyncio.to_thread(remains.children, work / name):
                if await self._orphan(str(path), name, path.name, seen):
                    removed += await asyncio.to_thread(remains.discard, path)
        return removed

    async def _orphan(self, key: str, owner: str, name: str, seen: dict[str, float]) -> bool:
        """Whether what a living keeper has is an orphan; noted in `seen` where it looks so."""
        if owner == self._own.name:
            looks_so = name not in self._converter.open_names
        else:
            looks_so = await self._lives(name) is False
        if not looks_so:
            return False
        now = self._clock()
        since = self._suspects.get(key, now)
        if now - since >= self._grace:
            return True
        seen[key] = since
        return False
