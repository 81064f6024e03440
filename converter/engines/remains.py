"""What dead processes of one data folder left behind: containers, and folders in places where each
keeper has one of its own name."""

import asyncio
import shutil
from collections.abc import Collection
from pathlib import Path

from converter.engines import keeper
from converter.engines.runner import Runner


async def remove(runner: Runner, places: Collection[Path], keepers: Path) -> int:
    """Remove what belongs to no keeper of the folder `keepers` that lives. Returns how much that
    was. Raises Unavailable (ENGINE), after the folders are gone, or OSError."""
    try:
        containers = await _remove_containers(runner, keepers)
    finally:
        folders = await asyncio.to_thread(remove_folders, places, keepers)
    return containers + folders


async def _remove_containers(runner: Runner, keepers: Path) -> int:
    found = await runner.left()
    # Looked at afterwards: whoever has something by then was alive before.
    living = await asyncio.to_thread(keeper.living, keepers)
    dead = [left for left in found if left.keeper not in living]
    for left in dead:
        await runner.remove(left)
    return len(dead)


def remove_folders(places: Collection[Path], keepers: Path) -> int:
    """The same for folders alone. Blocking."""
    found = [path for place in places for path in children(place)]
    living = keeper.living(keepers)
    return sum(discard(path) for path in found if path.name not in living)


def children(folder: Path) -> list[Path]:
    """What lies in a folder; nothing in one that isn't there."""
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def discard(path: Path) -> bool:
    """Delete a file, or a folder with all that is in it. Whether it is gone: what can't be deleted
    now is found again later."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return not path.exists()
