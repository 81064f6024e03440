"""Waiting for something that has no event of its own: asked again until a deadline."""

import time
from collections.abc import Callable
from pathlib import Path

_PAUSE = 0.02


def eventually(condition: Callable[[], bool], *, seconds: float = 40.0) -> bool:
    """Whether `condition` came true before the deadline. Blocks: call it once nothing is left to
    run in this event loop, or by ``asyncio.to_thread``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def processes(marker: str) -> list[int]:
    """Living processes that carry `marker` in their arguments or see a mount of that name, in a
    container of this machine too."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _carries(path, marker)]


def _carries(process: Path, marker: str) -> bool:
    try:
        if marker.encode() in (process / "cmdline").read_bytes():
            return True
        return marker in (process / "mountinfo").read_text(errors="replace")
    except OSError:
        return False  # gone meanwhile, or a zombie
