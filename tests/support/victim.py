"""A program that encodes without end and waits to be killed: tells whether anything outlives it.

``python -m tests.support.victim ENGINE BASE NAME INSTANCE``; prints ``up`` once it encodes.
"""

import asyncio
import sys
from pathlib import Path

from converter.engines.workspace import Workspace
from tests.support.engines import Engine


def endless(output_url: str) -> list[str]:
    """An encode that never ends and costs little."""
    return [
        *("ffmpeg", "-nostdin", "-y", "-v", "error", "-progress", "pipe:1"),
        *("-stats_period", "0.1", "-re", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10"),
        *("-c:v", "libx264", "-f", "matroska", output_url),
    ]


def _announce(_: str) -> None:
    sys.stdout.write("up\n")
    sys.stdout.flush()


async def _main(engine: str, base: str, name: str, instance: str) -> None:
    runner = Engine(engine).runner(instance=instance)
    workspace = await Workspace.create(Path(base), name, owner=runner.owner)
    async with runner.open(workspace) as session:
        await session.run(endless(session.output_url("endless")), on_line=_announce)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
