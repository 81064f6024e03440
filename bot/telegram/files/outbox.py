"""Results on their way to a Bot API server of one's own that sees this disk: it is told a path and
takes the file from there, so that not a byte of it goes through us.

A file is another name (a hard link) of what was made, in a folder that nobody can guess and the
server can enter. It goes when it is delivered, and whatever a dead process left at the next start.
"""

import asyncio
import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import structlog
from aiogram.exceptions import TelegramBadRequest

from bot.telegram.wire.session import nobody_there
from bot.telegram.wire.uploads import Place, Upload
from converter.engines.process import uninterrupted
from converter.engines.workspace import is_plain

log = structlog.get_logger(__name__)

_OURS: Final = "out-"
_LOCK: Final = ".lock"
# Whoever knows the way may enter, nobody may look around.
_ENTERED: Final = 0o711
_READ_BY_ALL: Final = 0o644

T = TypeVar("T")
Fresh = Callable[[], Upload]
"""An upload that hasn't begun."""


class Outbox:
    """`folder` is one that we and the server see under the same path. Several processes may use it,
    each a part of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._own: Path | None = None
        self._told: set[str] = set()

    @contextlib.asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """Make our part, and remove those of dead processes. Where that can't be done everything is
        uploaded."""
        lock = -1
        try:
            lock, self._own = await asyncio.to_thread(_take_part, self._folder)
        except OSError as error:
            self._say(f"cannot write to {self._folder}: {error.strerror}")
        try:
            yield
        finally:
            own, self._own = self._own, None
            if own is not None:
                await asyncio.to_thread(_remove_part, own, lock)

    async def delivered(
        self, fresh: Callable[[Place | None], Upload], deliver: Callable[[Fresh], Awaitable[T]]
    ) -> T:
        """What `deliver` makes of an upload whose files go by their path; or, where the server
        refuses that, of one that sends them. Raises what `deliver` does."""
        shelf = _Shelf(self._own, self._say)
        try:
            return await deliver(partial(fresh, shelf.place))
        except TelegramBadRequest as error:
            if not shelf.folders or nobody_there(error):
                raise
            refusal = error
        finally:
            await uninterrupted(asyncio.to_thread(shelf.clear))
        result = await deliver(partial(fresh, None))
        # The same was taken as an upload: the path was the trouble, and will be.
        self._own_is_no_use(str(refusal))
        return result

    def _own_is_no_use(self, cause: str) -> None:
        self._say(f"the server takes no file from there until the bot is started again: {cause}")
        own, self._own = self._own, None
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)

    def _say(self, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            log.warning("results are uploaded, LOCAL_FILES_DIR is not used", cause=reason)


class _Shelf:
    """The files of one delivery."""

    def __init__(self, own: Path | None, say: Callable[[str], None]) -> None:
        self._own = own
        self._say = say
        self.folders: list[Path] = []

    def place(self, path: Path, name: str) -> str | None:
        """The address under which the server finds this file; None where there is no way."""
        if self._own is None:
            return None
        folder = self._own / secrets.token_hex(16)
        try:
            folder.mkdir()
            self.folders.append(folder)
            folder.chmod(_ENTERED)
            placed = folder / name
            # A result may be our link to a file that was lent.
            made = path.readlink() if path.is_symlink() else path.resolve()
            if not is_plain(made):
                raise FileNotFoundError(errno.ENOENT, "it is gone")
            os.link(made, placed)
            if not placed.stat().st_mode & stat.S_IROTH:
                placed.chmod(_READ_BY_ALL)
        except OSError as error:
            self._say(_reason(error))
            return None
        return placed.as_uri()

    def clear(self) -> None:
        """Nothing of it is needed any more. Blocking."""
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


def _reason(error: OSError) -> str:
    if error.errno == errno.EXDEV:
        return "it is on another file system than DATA_DIR, or another mount"
    return f"no file can be put there: {error.strerror}"


def _take_part(folder: Path) -> tuple[int, Path]:
    """A folder of our own in `folder`, and the lock that says that we live. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_OURS}*{_LOCK}"):
        with contextlib.suppress(OSError):
            _remove_dead(left)
    while True:
        own = folder / f"{_OURS}{secrets.token_hex(8)}"
        path = own.with_name(own.name + _LOCK)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        # Somebody who clears up may have been quicker than we.
        if _locked(lock) and path.exists():
            own.mkdir()
            own.chmod(_ENTERED)
            return lock, own
        os.close(lock)


def _remove_dead(path: Path) -> None:
    lock = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    if _locked(lock):
        _remove_part(path.with_name(path.name.removesuffix(_LOCK)), lock)
    else:
        os.close(lock)


def _remove_part(own: Path, lock: int) -> None:
    shutil.rmtree(own, ignore_errors=True)
    own.with_name(own.name + _LOCK).unlink(missing_ok=True)
    os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
