"""Files that people sent, kept for a few minutes: a file that was looked at for a menu is not
downloaded a second time for its conversion.

A kept file shares its blocks with the workspace it came from (a hard link). It goes after
`seconds`, when others need the room, or at the next start, whichever comes first.
"""

import asyncio
import contextlib
import hashlib
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

import structlog

log = structlog.get_logger(__name__)

KEPT_SECONDS: Final = 900.0
_SWEEP_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class _Kept:
    size: int
    until: float


class Larder:
    """Keeps at most `max_bytes` bytes in `folder`, on the file system of the workspaces. Files are
    known by the name that the messenger gives the same file for everybody, "" for none."""

    def __init__(
        self,
        folder: Path,
        max_bytes: int,
        *,
        seconds: float = KEPT_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._offered: dict[str, Path] = {}
        # The disk is worked on in threads.
        self._lock = threading.Lock()

    @contextlib.asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """Begin with nothing, whatever a dead process kept; throw away in time what is kept; end
        with nothing."""
        await asyncio.to_thread(self._empty)
        await asyncio.to_thread(self.folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        sweeping = asyncio.create_task(self._run(), name="larder")
        try:
            yield
        finally:
            sweeping.cancel()
            await asyncio.to_thread(self._empty)

    async def keep(self, unique_id: str, path: Path) -> bool:
        """Keep a file, from now on. False where there is no room or no way."""
        if not unique_id:
            return False
        return await asyncio.to_thread(self._keep, unique_id, path)

    async def fetch(self, unique_id: str, to: Path) -> int | None:
        """Put a kept file at `to`; its size in bytes, None when it isn't kept."""
        if unique_id not in self._kept:
            return None
        return await asyncio.to_thread(self._fetch, unique_id, to)

    @contextlib.contextmanager
    def offered(self, unique_id: str, path: Path) -> Iterator[None]:
        """While this lasts the file may be kept by `keep_offered`."""
        self._offered[unique_id] = path
        try:
            yield
        finally:
            self._offered.pop(unique_id, None)

    async def keep_offered(self, unique_id: str) -> bool:
        """Keep a file that a conversion has here now. False when none has."""
        path = self._offered.get(unique_id)
        return path is not None and await self.keep(unique_id, path)

    def sweep(self) -> None:
        """Throw away what has been kept long enough. Blocking."""
        now = self._clock()
        with self._lock:
            for unique_id in [key for key, kept in self._kept.items() if kept.until <= now]:
                self._drop(unique_id)

    async def drop(self, unique_id: str) -> None:
        """Keep a file no longer."""
        if unique_id in self._kept:
            await asyncio.to_thread(self._locked_drop, unique_id)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(min(_SWEEP_SECONDS, self._seconds))
            try:
                await asyncio.to_thread(self.sweep)
            except OSError as error:
                log.warning("kept files not swept", cause=str(error))

    def _locked_drop(self, unique_id: str) -> None:
        with self._lock:
            self._drop(unique_id)

    def _keep(self, unique_id: str, path: Path) -> bool:
        with self._lock:
            return self._kept_now(unique_id, path)

    def _kept_now(self, unique_id: str, path: Path) -> bool:
        try:
            size = path.stat().st_size
            # A file that is lent stays with whoever has it.
            if size > self._max_bytes or path.is_symlink():
                return False
            self._drop(unique_id)
            while self._kept and self._bytes() + size > self._max_bytes:
                self._drop(min(self._kept, key=lambda key: self._kept[key].until))
            os.link(path, self._path(unique_id))
        except OSError as error:
            log.warning("file not kept", cause=str(error.strerror))
            return False
        self._kept[unique_id] = _Kept(size, self._clock() + self._seconds)
        return True

    def _fetch(self, unique_id: str, to: Path) -> int | None:
        try:
            to.unlink(missing_ok=True)
            os.link(self._path(unique_id), to)
            return to.stat().st_size
        except OSError:
            return None

    def _drop(self, unique_id: str) -> None:
        self._kept.pop(unique_id, None)
        self._path(unique_id).unlink(missing_ok=True)

    def _bytes(self) -> int:
        return sum(kept.size for kept in self._kept.values())

    def _path(self, unique_id: str) -> Path:
        """Never a name that somebody chose."""
        return self.folder / hashlib.sha256(unique_id.encode()).hexdigest()

    def _empty(self) -> None:
        self._kept.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
