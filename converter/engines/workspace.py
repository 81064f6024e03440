"""One conversion's folder: its input, its output, and nothing of anybody else's."""

import asyncio
import errno
import fcntl
import logging
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from converter.errors import Code, Failed, Unavailable

INPUT_NAME = "input"
# Where programs that are shut in see an input that is lent.
LENT_PATH = "/lent"
GONE = "the input that was lent is no plain file any more"
_COPIED = "copied"
log = logging.getLogger(__name__)
# Linux's ioctl by which a file shares another's blocks until one of them is written to.
_FICLONE = 0x40049409
_BLOCK = 1024 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Workspace:
    """`root`/in/input is what came, `root`/beside/ what came with it, `root`/out/ is where it is
    made, `root`/result/ what is kept.

    The names inside are fixed: nothing that a person chose ever becomes a path. `shared`: the
    conversion runs as another user than we. The input may be a symbolic link that we made to a file
    elsewhere, which is `lent` then and stays where it is.
    """

    root: Path
    shared: bool = False

    @property
    def input_dir(self) -> Path:
        """Mounted read-only where the conversion runs."""
        return self.root / "in"

    @property
    def input_path(self) -> Path:
        """The one file to convert."""
        return self.input_dir / INPUT_NAME

    @property
    def lent(self) -> Path | None:
        """The file elsewhere that the input stands for, None where it is a file of its own. Only
        that file is shown to programs, and only for reading."""
        path = self.input_path
        return path.readlink() if path.is_symlink() else None

    @property
    def beside_dir(self) -> Path:
        """For files that a person sent beside the input, as they came: no program ever sees it."""
        return self.root / "beside"

    @property
    def output_dir(self) -> Path:
        """The only folder that the conversion may write to."""
        return self.root / "out"

    @property
    def result_dir(self) -> Path:
        """Where results are kept: no conversion ever sees it."""
        return self.root / "result"

    def take(self, name: str, as_name: str) -> Path:
        """Move a file that the conversion wrote out of its reach.

        Raises Failed when it is no plain file: a program gone wild could have left a link to a
        file of the host's, to be sent for its own.
        """
        path = self.result_dir / as_name
        (self.output_dir / name).replace(path)
        if not stat.S_ISREG(path.lstat().st_mode):
            path.unlink()
            raise Failed(Code.FAILED, f"{name} is no file")
        return path

    def keep_input(self, as_name: str) -> Path:
        """The input itself as the result, without another byte on the disk where its file system
        can do that. Raises Unavailable (DISK_FULL), or OSError."""
        path, lent = self.result_dir / as_name, self.lent
        if lent is not None and not is_plain(lent):
            raise FileNotFoundError(errno.ENOENT, GONE)
        path.unlink(missing_ok=True)
        try:
            os.link(lent or self.input_path, path)
        except OSError:
            if lent is not None:
                path.symlink_to(lent)
                return path
            # exFAT and network drives have no hard links, every file has a most of them, and the
            # result's folder may be another drive's.
            _copy(self.input_path, path)
        return path

    @classmethod
    async def create(cls, base: Path, name: str, *, owner: int | None = None) -> Self:
        """Make an empty workspace `base`/`name`, replacing a dead one of that name.

        `owner` is the user id that the conversion runs as, when it isn't ours. Raises OSError.
        """
        # Docker mounts absolute paths alone.
        workspace = cls((base / name).resolve(), shared=owner is not None)
        await asyncio.to_thread(workspace._make, owner)
        return workspace

    def copy_lent(self) -> bool:
        """Put a copy of our own in the place of a file that is lent and that a program can't be
        shown. False where there is none (any more), or it is one already. Raises Unavailable
        (DISK_FULL), or OSError."""
        lent, copied = self.lent, self.root / _COPIED
        if lent is None or lent == copied or not is_plain(lent):
            return False
        copied.unlink(missing_ok=True)
        _copy(lent, copied)
        copied.chmod(0o644)
        self.input_path.unlink()
        self.input_path.symlink_to(copied)
        log.warning("an input is copied, since programs can't be shown it where it lies")
        return True

    def open_input(self) -> None:
        """Let the conversion's user read the input, whatever our umask made of it."""
        if self.shared and self.lent is None:
            self.input_path.chmod(0o644)

    def put(self, name: str, data: bytes) -> None:
        """Write a file of our own into the input's folder, where the conversion can read it and
        can't change it; `name` may be in a folder of its own."""
        path = self.input_dir / name
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(0o755)
        path.write_bytes(data)
        path.chmod(0o644)

    def lend(self, path: Path, name: str) -> None:
        """Move a file that is ours into the input's folder, where the conversion can read it and
        can't change it."""
        path.replace(self.input_dir / name)
        (self.input_dir / name).chmod(0o644)

    async def remove(self) -> None:
        """Delete everything in it; a workspace that is gone already is no error."""
        await asyncio.to_thread(shutil.rmtree, self.root, ignore_errors=True)

    def _make(self, owner: int | None) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(mode=0o700, parents=True)
        # The parent keeps neighbours out; inside, another user id may have to read and write.
        self.input_dir.mkdir()
        self.input_dir.chmod(0o755)
        self.beside_dir.mkdir()
        self.result_dir.mkdir()
        self.output_dir.mkdir()
        self.output_dir.chmod(0o700)
        if owner is not None:
            os.chown(self.output_dir, owner, owner)


def is_plain(path: Path) -> bool:
    """Whether it is a file that no link of any folder on the way leads to."""
    try:
        return stat.S_ISREG(path.lstat().st_mode) and path.resolve(strict=True) == path
    except (OSError, RuntimeError):
        return False


def _copy(source: Path, to: Path) -> None:
    """All of a file, or nothing at `to`."""
    try:
        with source.open("rb") as old, to.open("xb") as new:
            try:
                fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
            except OSError:
                shutil.copyfileobj(old, new, _BLOCK)
    except OSError as error:
        to.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise Unavailable(Code.DISK_FULL, f"{error}") from error
        raise
