"""Processes that keep files in a data folder: each proves that it lives by a lock that ends with
it, however it dies. What belongs to one that doesn't is nobody's."""

import contextlib
import fcntl
import os
import secrets
import time
from pathlib import Path
from typing import Final, Self

# A file without its name yet, after so long: its process died in that moment.
_STILLBORN_SECONDS: Final = 60.0
_UNBORN: Final = "."


class Keeper:
    """This process, as the others on the same data folder know it: by `name`."""

    def __init__(self, path: Path, fd: int) -> None:
        """Only `take` calls this."""
        self.name = path.name
        self.folder = path.parent
        self._path = path
        self._fd: int | None = fd

    @classmethod
    def take(cls, folder: Path) -> Self:
        """A keeper in `folder`, which is made where there is none. Blocking. Raises OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / secrets.token_hex(6)
        unborn = folder / f"{_UNBORN}{path.name}"
        # Not inheritable (Python's default): a child left behind is no sign of life.
        fd = os.open(unborn, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # It has its name only once it is locked, so that nobody ever takes it for dead.
            fcntl.flock(fd, fcntl.LOCK_EX)
            unborn.rename(path)
        except BaseException:
            os.close(fd)
            raise
        return cls(path, fd)

    def release(self) -> None:
        """It keeps nothing any more; twice is harmless."""
        if self._fd is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = None


def living(folder: Path) -> frozenset[str]:
    """The names of the keepers in `folder` that live; the others are forgotten. Blocking. Raises
    OSError."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(path.name for path in folder.iterdir() if _lives(path))


def _lives(path: Path) -> bool:
    """False for one that isn't born yet, too: it has nothing."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        young = time.time() - os.fstat(fd).st_mtime < _STILLBORN_SECONDS
        if path.name.startswith(_UNBORN) and young:
            return False
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return not path.name.startswith(_UNBORN)
    finally:
        os.close(fd)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    return False
