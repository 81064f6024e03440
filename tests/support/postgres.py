"""A real PostgreSQL server for tests: Debian's, in a temporary folder, on a socket of its own."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_NUMBERS: Final = itertools.count(1)
_OWNER: Final = "postgres"
_SETTINGS: Final = ("listen_addresses=", "max_connections=200", "shared_buffers=64MB")
_CARELESS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Server:
    """A server in `folder`; `careful` keeps what is committed through a kill, as real ones do."""

    def __init__(self, folder: Path, *, careful: bool = False) -> None:
        self._folder = folder
        self._settings = _SETTINGS if careful else (*_SETTINGS, *_CARELESS)
        self._data = folder / "data"

    def create(self) -> None:
        """Make an empty cluster."""
        _own(self._folder)
        self._run("initdb", "-D", str(self._data), "-U", _OWNER, "-A", "trust", "-N", "-E", "UTF8")

    def start(self) -> None:
        """Start it, and return when it answers."""
        options = " ".join(
            f"-c {one}" for one in (*self._settings, f"unix_socket_directories={self._folder}")
        )
        log = str(self._folder / "server.log")
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-t", "60", "-l", log, "-o", options, "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop it: "fast" ends its connections, "immediate" is a crash."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", "60", "-m", mode, "stop")

    def kill(self) -> None:
        """Stop it in no order at all, if it runs."""
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self._data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)

    def database(self, template: str = "template0") -> str:
        """The address of a new database: an empty one, or a copy of that one."""
        name = f"test_{next(_NUMBERS)}"
        self._run("createdb", "-h", str(self._folder), "-U", _OWNER, "-T", template, name)
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://{_OWNER}@/{name}?host={self._folder}"

    def query(self, url: str, sql: str) -> str:
        """What `psql` says to a statement."""
        return self._run("psql", "-X", "-A", "-t", "-q", "-d", url, "-c", sql)

    def _run(self, program: str, *args: str) -> str:
        command = [*_as_owner(), str(programs() / program), *args]
        # A server that was started keeps what it inherits open, so it gets files, not pipes.
        with tempfile.TemporaryFile() as said:
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False
            )
            said.seek(0)
            told = said.read().decode()
        if ended.returncode:
            raise RuntimeError(f"{program}: {told}")
        return told


def programs() -> Path:
    """Where the server's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("there is no PostgreSQL server here: run .ci/prepare")
    return Path(initdb).resolve().parent


@contextlib.contextmanager
def server(*, careful: bool = False) -> Iterator[Server]:
    """A server that runs as long as the block does."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    made = Server(folder, careful=careful)
    try:
        made.create()
        made.start()
        yield made
    finally:
        with contextlib.suppress(RuntimeError):
            made.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


def _as_owner() -> list[str]:
    """PostgreSQL refuses to be run by root."""
    return (
        ["setpriv", "--reuid", _OWNER, "--regid", _OWNER, "--init-groups"]
        if not os.getuid()
        else []
    )


def _own(folder: Path) -> None:
    if not os.getuid():
        entry = pwd.getpwnam(_OWNER)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    folder.chmod(0o755)
