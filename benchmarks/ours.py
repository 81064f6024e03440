"""The one place where a benchmark drives our own converter."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.image import IMAGE
from converter.converter import Converter
from converter.engines import abilities
from converter.engines.docker_runner import DockerRunner
from converter.engines.runner import Resources
from converter.limits import Limits
from converter.request import Request


@dataclass(frozen=True, slots=True)
class Ours:
    """An open converter that has all cores for one conversion, as a job that runs alone."""

    converter: Converter
    limits: Limits

    async def convert(self, source: Path, target: Path, height: int) -> None:
        """From a file to a file, through everything that a job does, at most `height` pixels
        high and with at most 30 frames/s."""
        async with self.converter.open(f"ours-{height}") as conversion:
            into = conversion.workspace.input_path
            await asyncio.to_thread(os.link, source, into)
            result = await conversion.run(
                Request(target="mp4", height=height, max_fps=30), self.limits
            )
            await asyncio.to_thread(shutil.move, result.path, target)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Ours]:
    """A converter in containers, with its workspaces under `folder`."""
    runner = DockerRunner(IMAGE, Resources(), "bench")
    found = await abilities.ask(runner, folder / "ours")
    limits = Limits(threads=len(os.sched_getaffinity(0)), timeout=1200.0)
    yield Ours(Converter(runner, folder / "ours", found), limits)
