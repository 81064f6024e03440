"""A Bot API server of one's own, started with --local: what it has on a disk that we see, and what
it takes from there."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.telegram.files.outbox import Outbox
from bot.telegram.files.server_files import ServerFiles


@dataclass(frozen=True, slots=True)
class OwnServer:
    """Its files, and where it takes ours; None where it takes none."""

    files: ServerFiles
    outbox: Outbox | None


@contextlib.asynccontextmanager
async def own_server(
    token: str, *, kept_bytes: int, outgoing: Path | None
) -> AsyncIterator[OwnServer]:
    """What there is, in use: on leaving nothing of ours is left. `kept_bytes` of the server's files
    may stay for a while after their use."""
    outbox = Outbox(outgoing) if outgoing is not None else None
    files = ServerFiles(token, kept_bytes)
    try:
        async with outbox.in_use() if outbox is not None else contextlib.nullcontext():
            yield OwnServer(files, outbox)
    finally:
        await files.close()
