"""Files that a Bot API server of one's own keeps on a disk that we see too: used where they lie,
and taken away after use. Their paths hold the token, so nothing here quotes one.
"""

import asyncio
import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import structlog

log = structlog.get_logger(__name__)

LINGER_SECONDS: Final = 900.0
# Where the server's unfinished files are: never ours to touch.
_UNFINISHED: Final = "temp"
_FOLDER: Final = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe in a file's place must not hold us up.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_PLAIN_FILE: Final = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO})
_EVERYBODY: Final = stat.S_IRGRP | stat.S_IROTH


class NotHereError(Exception):
    """A file can't be used where it lies; the text says why, without its path. `gone`: it was here,
    and the server brings it again when it is asked."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


@dataclass(frozen=True, slots=True)
class _Use:
    """What a file of ours stands for. `lent`: by a link to the server's path, which must stay."""

    path: Path
    size: int
    lent: bool


class ServerFiles:
    """What the server has of the bot whose `token` names its folder there.

    A file that may be asked for again stays for `seconds` after its use, all of them together with
    no more than `max_bytes` bytes.
    """

    def __init__(self, token: str, max_bytes: int, *, seconds: float = LINGER_SECONDS) -> None:
        self._token = token
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._uses: dict[Path, _Use] = {}
        self._lingering: dict[Path, tuple[asyncio.TimerHandle, int]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._told: set[str] = set()

    async def bring(self, told: str, to: Path) -> int:
        """Put the file that the server calls `told` at `to`, without copying a byte: by a hard link
        where the disk allows that, else by a symbolic one. Returns its size in bytes. Raises
        NotHereError, or OSError about `to`."""
        use = await asyncio.to_thread(self._bring, told, to)
        self._uses[to] = use
        timer, _ = self._lingering.pop(use.path, (None, 0))
        if timer is not None:
            timer.cancel()
        return use.size

    async def look(self, told: str) -> Path:
        """Where a file really is that we could use. Raises NotHereError."""
        return await asyncio.to_thread(self._look, told)

    async def release(self, place: Path, *, again: bool = False) -> None:
        """What was brought to `place`, or into that folder, isn't needed any more; `again`: what we
        only have by the server's path may be asked for soon. Never raises."""
        ended = [to for to in self._uses if to.is_relative_to(place)]
        for use in [self._uses.pop(to) for to in ended]:
            if any(other.path == use.path for other in self._uses.values()):
                continue
            if again and use.lent and self._has_room(use):
                self._keep_awhile(use)
            else:
                await self._delete(use.path)

    async def close(self) -> None:
        """Take away whatever stayed for a while."""
        for timer, _ in self._lingering.values():
            timer.cancel()
        await asyncio.gather(*self._ending, *map(self._delete, tuple(self._lingering)))
        self._lingering.clear()

    def say(self, reason: str) -> None:
        """Tell the operator why files aren't used where they lie, once for each reason."""
        if reason not in self._told:
            self._told.add(reason)
            log.warning("the server's files are not used where they lie", cause=reason)

    def within(self, told: str) -> str:
        """A path of the server's as it would be in an address: inside the bot's folder. Raises
        NotHereError for one that isn't there."""
        return "/".join(self._split(told)[1])

    def _has_room(self, use: _Use) -> bool:
        return sum(size for _, size in self._lingering.values()) + use.size <= self._max_bytes

    def _keep_awhile(self, use: _Use) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._seconds, self._end, use.path)
        self._lingering[use.path] = (timer, use.size)

    def _end(self, path: Path) -> None:
        self._lingering.pop(path, None)
        task = asyncio.create_task(self._delete(path), name="server-files")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _delete(self, path: Path) -> None:
        try:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        except OSError as error:
            self.say(f"its copies can't be deleted here after use: {error.strerror}")

    def _look(self, told: str) -> Path:
        root, below = self._split(told)
        with _opened(root, below) as (_, _, path):
            return path

    def _bring(self, told: str, to: Path) -> _Use:
        root, below = self._split(told)
        with _opened(root, below) as (folder, file, path):
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode):
                raise NotHereError("the server names what is no plain file")
            for_all = _opened_to_all(file, found)
            to.unlink(missing_ok=True)
            linked = for_all and _linked(folder, below[-1], to, found)
            if not linked:
                to.symlink_to(path)
        return _Use(path, found.st_size, lent=not linked)

    def _split(self, told: str) -> tuple[Path, tuple[str, ...]]:
        """The bot's folder, and the way from there."""
        parts = PurePosixPath(told).parts
        if not told.startswith("/"):
            raise NotHereError("the server names no path: it was started without --local")
        outside = NotHereError("the server names a file outside of this bot's folder")
        if ".." in parts or "\0" in told or parts.count(self._token) != 1:
            raise outside
        at = parts.index(self._token) + 1
        below = parts[at:]
        if not below or below[0] == _UNFINISHED:
            raise outside
        return Path(*parts[:at]), below


@contextlib.contextmanager
def _opened(root: Path, below: tuple[str, ...]) -> Iterator[tuple[int, int, Path]]:
    """The folder that a file is in and the file itself, as descriptors, with its real path. No link
    is followed below the bot's own folder."""
    with contextlib.ExitStack() as stack:

        def opened(name: str | Path, flags: int, within: int | None = None) -> int:
            number = os.open(name, flags, dir_fd=within)
            stack.callback(os.close, number)
            return number

        try:
            real = root.resolve(strict=True)
            if real.name != root.name:
                raise NotHereError("the bot's folder there is a link to another")
            folder = opened(real, _FOLDER)
        except OSError as error:
            why = "its folder is not on this disk, or not under the same path"
            raise _not_here(error, missing=NotHereError(why)) from None
        try:
            for name in below[:-1]:
                folder = opened(name, _FOLDER, folder)
            file = opened(below[-1], _FILE, folder)
        except OSError as error:
            gone = NotHereError("the file is not there any more", gone=True)
            raise _not_here(error, missing=gone) from None
        yield folder, file, real.joinpath(*below)


def _not_here(error: OSError, *, missing: NotHereError) -> NotHereError:
    if error.errno == errno.ENOENT:
        return missing
    if error.errno in _NO_PLAIN_FILE:
        return NotHereError("the server names what is no plain file")
    return NotHereError(f"its files can't be read here: {error.strerror}")


def _opened_to_all(file: int, found: os.stat_result) -> bool:
    """Let whoever conversions run as read it: its folder still keeps others out. False where it
    isn't ours to open, but its group may read it. Raises NotHereError for one that only its owner
    may read."""
    if found.st_mode & _EVERYBODY == _EVERYBODY:
        return True
    try:
        os.fchmod(file, stat.S_IMODE(found.st_mode) | _EVERYBODY)
    except OSError:
        if found.st_mode & stat.S_IROTH:
            return True
        if not found.st_mode & stat.S_IRGRP:
            raise NotHereError("its files are for its own user alone") from None
        return False
    return True


def _linked(folder: int, name: str, to: Path, found: os.stat_result) -> bool:
    """Whether `to` is now another name of the very file that was looked at."""
    try:
        os.link(name, to, src_dir_fd=folder, follow_symlinks=False)
    except OSError:
        # Another disk, another mount of the same one, or not ours (fs.protected_hardlinks).
        return False
    if os.path.samestat(to.lstat(), found):
        return True
    to.unlink()
    return False
