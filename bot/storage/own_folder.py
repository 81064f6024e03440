"""A folder for each of several processes on one host, below the one that the operator names."""

from pathlib import Path
from typing import Final

from bot.folders import complaint
from bot.storage.errors import AlreadyRunningError, UnusableDatabaseError
from bot.storage.sqlite import DataLock

_MOST: Final = 256
_LOCK: Final = "in-use"


def claim(data_dir: Path, part: str) -> tuple[Path, DataLock]:
    """The first folder of its part (`worker-0`, `worker-1` …) that no living process has, and the
    lock that makes it ours: so whoever starts after a crash finds what the dead one left. Raises
    UnusableDatabaseError."""
    for number in range(_MOST):
        folder = data_dir / f"{part}-{number}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return folder, DataLock(folder / _LOCK)
        except AlreadyRunningError:
            continue
        except OSError as error:
            raise UnusableDatabaseError(complaint("DATA_DIR", folder, error)) from error
    raise UnusableDatabaseError(f"DATA_DIR: {_MOST} processes have a folder in {data_dir} already")
