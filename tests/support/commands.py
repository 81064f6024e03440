"""The operator's command line, as the real program."""

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any

from bot.settings import Settings
from tests.support.stage import ROOT, environment


@dataclass(frozen=True, slots=True)
class Told:
    """How it ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The objects of `--json`."""
        return [json.loads(line) for line in self.out.splitlines()]


async def command(settings: Settings, *args: str) -> Told:
    """Run it to its end."""
    process = await started(settings, *args)
    out, err = await process.communicate()
    return Told(process.returncode or 0, out.decode(), err.decode())


async def started(settings: Settings, *args: str) -> asyncio.subprocess.Process:
    """Start it."""
    settings.data_dir.parent.mkdir(parents=True, exist_ok=True)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "telegram_bot.py"), *args),
        cwd=settings.data_dir.parent,
        env=environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
