"""Room on the disk for the files of running attempts: promised before the first byte comes, so that
no two fill the same one, and asked for again as more is known."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final, Protocol

from bot.jobs.processes.living import is_attempt
from converter.errors import Code, Unavailable

_BLOCK: Final = 512  # what `st_blocks` counts


class Room(Protocol):
    """The disk where the files of attempts lie. A workspace is known by its name."""

    async def free(self) -> int | None:
        """How many bytes attempts may have in all, those that running ones have filled among them.
        None where nobody can tell, or where the files lie elsewhere."""
        ...

    def claim(self, name: str, need: int) -> AbstractAsyncContextManager[None]:
        """So many bytes for a workspace, until this is left. Raises Unavailable (DISK_FULL) where
        they don't fit."""
        ...

    async def grow(self, name: str, need: int) -> None:
        """It will be so many bytes in all, whatever was said before. Raises Unavailable
        (DISK_FULL) where they don't fit; what was promised before stays promised."""
        ...

    def settle(self, name: str) -> None:
        """It has all that it will ever have."""
        ...


class DiskRoom:
    """The disk of `work`, a folder with a workspace of each attempt, of which `floor` bytes stay
    free. What other processes promise nobody knows here; what they have filled, the disk does."""

    def __init__(self, work: Path, floor: int) -> None:
        self._work = work
        self._floor = floor
        self._promised: dict[str, int] = {}
        # A look at the disk and what follows from it are one.
        self._looking = asyncio.Lock()

    async def free(self) -> int | None:
        """See Room."""
        return await asyncio.to_thread(self._free_for_attempts, dict(self._promised))

    @contextlib.asynccontextmanager
    async def claim(self, name: str, need: int) -> AsyncIterator[None]:
        """See Room."""
        await self.grow(name, need)
        try:
            yield
        finally:
            self._promised.pop(name, None)

    async def grow(self, name: str, need: int) -> None:
        """See Room."""
        async with self._looking:
            others = {key: most for key, most in self._promised.items() if key != name}
            lacking = await asyncio.to_thread(self._lacking, name, need, others)
            if lacking > 0:
                raise Unavailable(Code.DISK_FULL, f"{lacking} bytes too few for {need}")
            self._promised[name] = need

    def settle(self, name: str) -> None:
        """See Room."""
        if name in self._promised:
            self._promised[name] = 0

    def _lacking(self, name: str, need: int, others: Mapping[str, int]) -> int:
        """How many bytes there are too few; none where nobody can tell."""
        free = self._free()
        if free is None:
            return 0
        left = sum(self._left(key, most) for key, most in others.items())
        return self._left(name, need) + left + self._floor - free

    def _free_for_attempts(self, promised: Mapping[str, int]) -> int | None:
        free = self._free()
        if free is None:
            return None
        for name, most in promised.items():
            free += self._filled(name) if is_attempt(name) else -self._left(name, most)
        return free - self._floor

    def _left(self, name: str, most: int) -> int:
        """What is still to be filled of so many bytes."""
        return max(0, most - self._filled(name))

    def _free(self) -> int | None:
        try:
            return shutil.disk_usage(self._work.parent).free
        except OSError:
            return None

    def _filled(self, name: str) -> int:
        """What a workspace has on the disk now; files come and go meanwhile."""
        total = 0
        for folder, _, files in os.walk(self._work / name):
            for file in files:
                with contextlib.suppress(OSError):
                    total += (Path(folder) / file).lstat().st_blocks * _BLOCK
        return total
