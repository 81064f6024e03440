"""A Bot API server of one's own, started with --local: files come to lie on its disk, and what the
bot sends may be named by a path that both see."""

import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from standin.errors import bad_request
from standin.wire import Upload

FOLDER_MODE = 0o750
FILE_MODE = 0o640
_READ, _ENTER = 4, 1


@dataclass(frozen=True)
class Local:
    """How the server was started, and what it shares with the bot.

    `folder` is its --dir. `owner` (user and group id) has the files, by default whoever runs this.
    `told` is where the server itself believes the folder to be, as in a container whose volume the
    bot doesn't have. `outgoing` is the folder of the bot's that the server sees. `serves`: a web
    server in front of it gives out the files under ``/file/bot…``, which it doesn't do itself.
    """

    folder: Path
    owner: tuple[int, int] | None = None
    told: Path | None = None
    outgoing: Path | None = None
    serves: bool = False


@dataclass
class OnDisk(Upload):
    """A file of the bot's own that it named by its path: it stays where it is."""

    def take(self, target: Path) -> None:
        """Keep it at `target`, without a copy where the disk allows that."""
        try:
            os.link(self.path, target)
        except OSError:
            shutil.copyfile(self.path, target)
        self.taken = True


@dataclass
class LocalDisk:
    """The server's files of one bot. `made` counts how often each was brought, by its place."""

    local: Local
    token: str
    limit: int
    made: dict[str, int] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder of this bot; its name is the token."""
        return self.local.folder / self.token

    def bring(self, source: Path, place: str) -> str:
        """What the server calls the file that came from `source`: an absolute path. One that is not
        there (any more) is brought again."""
        path = self.root / place
        if not path.is_file():
            self.made[place] = self.made.get(place, 0) + 1
            self._make(source, path)
        return str((self.local.told or self.local.folder) / self.token / place)

    def lose(self, place: str) -> None:
        """What was brought there goes, if anything was."""
        (self.root / place).unlink(missing_ok=True)

    def sent(self, uri: str) -> Upload:
        """The file that a ``file://`` names; ApiError 400 where the server can't read it."""
        path = Path(unquote(urlsplit(uri).path))
        if not self._sees(path):
            raise bad_request(f"realpath failed for {path}")
        size = path.stat().st_size
        if size > self.limit:
            raise bad_request("file is too big")
        return OnDisk(path.name, None, path, size)

    def _make(self, source: Path, path: Path) -> None:
        for folder in (path.parents[1], path.parent):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(FOLDER_MODE)
        if self.local.owner is None:
            try:
                os.link(source, path)
            except OSError:
                shutil.copyfile(source, path)
        else:
            shutil.copyfile(source, path)
            for owned in (path.parents[1], path.parent, path):
                os.chown(owned, *self.local.owner)
        path.chmod(FILE_MODE)

    def _sees(self, path: Path) -> bool:
        """Whether another user than the bot's can reach it, by way of the folder that is shared."""
        shared = self.local.outgoing
        if shared is None or not path.is_absolute() or not path.is_relative_to(shared):
            return False
        if ".." in path.parts or not path.is_file() or path.is_symlink():
            return False
        between = [p for p in path.parents if p.is_relative_to(shared)]
        return _lets(path, _READ) and all(_lets(folder, _ENTER) for folder in between)


def _lets(path: Path, what: int) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & what)
