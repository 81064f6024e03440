"""A PostgreSQL server for the demo of several processes: in a temporary folder, on a socket there,
gone at its end."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.conversions import StartError

_USER: Final = "postgres"
_DEBIAN: Final = Path("/usr/lib/postgresql")
_MISSING: Final = """\
This demo needs a PostgreSQL server (14 or newer), and none is installed here.
Debian, Ubuntu: apt-get install postgresql    Fedora: dnf install postgresql-server
Or watch the bot as one process, which needs none: make demo"""


@contextlib.contextmanager
def temporary_database() -> Iterator[str]:
    """The address of an empty database, as long as the block lasts. Raises StartError where there
    is no PostgreSQL, or it doesn't start."""
    found = programs()
    folder = Path(tempfile.mkdtemp(prefix="demo-pg-"))
    data, log = folder / "data", folder / "server.log"
    options = f"-c listen_addresses= -c unix_socket_directories='{folder}' -c fsync=off"
    control = [str(found / "pg_ctl"), "-D", str(data), "-w"]
    try:
        if not os.getuid():
            owner = _owner()
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        init = ["-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        _run([str(found / "initdb"), *init])
        _run([*control, "-l", str(log), "-o", options, "start"])
        yield f"postgresql://{_USER}@/postgres?host={folder}"
    finally:
        with contextlib.suppress(StartError):
            _run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def programs(debian: Path = _DEBIAN) -> Path:
    """The folder of the server's programs, which are seldom on PATH. Raises StartError."""
    found = [path for path in debian.glob("*/bin/initdb") if path.parts[-3].isdecimal()]
    if found:
        return max(found, key=lambda path: int(path.parts[-3])).parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise StartError(_MISSING)
    return Path(initdb).resolve().parent


def _owner() -> pwd.struct_passwd:
    """Root may not run the server: its packages make a user who does."""
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        raise StartError(f"PostgreSQL can't run as root, and there is no user {_USER}") from None


def _run(argv: list[str]) -> None:
    as_owner = ["setpriv", "--reuid", _USER, "--regid", _USER, "--init-groups"]
    command = argv if os.getuid() else [*as_owner, *argv]
    # A server that is started keeps what it inherits open: a file, not a pipe.
    with tempfile.TemporaryFile() as said:
        try:
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False
            )
        except OSError as error:
            raise StartError(f"PostgreSQL doesn't start: {error}") from error
        said.seek(0)
        if ended.returncode:
            last = said.read().decode(errors="replace").strip().splitlines()[-1:]
            raise StartError(f"PostgreSQL doesn't start: {''.join(last)}")
