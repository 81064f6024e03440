"""What no conversion may touch, and whether one did."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.engines import unique


class Canaries:
    """A file and a server that no conversion may touch."""

    def __init__(self, folder: Path, clip: bytes, port: int) -> None:
        self.path = folder / unique("canary")
        self.path.write_bytes(clip)
        self.path.chmod(0o644)
        os.utime(self.path, (1, self.path.stat().st_mtime))
        self.read_before = self.path.stat().st_atime
        self.url = f"http://127.0.0.1:{port}/canary.ts"
        self.calls = 0

    @property
    def untouched(self) -> bool:
        return self.calls == 0 and self.path.stat().st_atime == self.read_before


@asynccontextmanager
async def canaries(folder: Path, clip: bytes) -> AsyncIterator[Canaries]:
    heard: list[Canaries] = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard[0].calls += 1
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        heard.append(Canaries(folder, clip, server.sockets[0].getsockname()[1]))
        yield heard[0]
