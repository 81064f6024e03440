"""`telegram_bot.py sandbox` as a program, for tests that visit its page."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "telegram_bot.py"


class Sandbox:
    """One that serves at `url`."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log

    def bots(self) -> list[int]:
        """The processes that are its bot, by id."""
        return [pid for pid in _children(self.process.pid) if "sandbox_bot" in _command(pid)]

    async def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it by a signal; its exit status."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 60)


@contextlib.asynccontextmanager
async def sandbox_program(
    folder: Path, *arguments: str, more: Mapping[str, str] | None = None
) -> AsyncIterator[Sandbox]:
    """It serves within the block, started in that folder with `more` variables; Ctrl-C ends it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), "sandbox", "--port", "0", *arguments),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        # Tests send the same few clips, and mean them to be converted.
        env=os.environ
        | {"RUNNER": "host", "GPU": "off", "REUSE_RESULTS": "false"}
        | dict(more or {}),
    )
    assert process.stdout is not None
    try:
        said = (await asyncio.wait_for(process.stdout.readline(), 90)).decode()
        log = (await process.stdout.readline()).decode()
        yield Sandbox(process, said.split()[-1], Path(log.split()[-1]))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 60)


def alive(pid: int) -> bool:
    """Whether there is such a process, and not just what is left of one."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return list(map(int, found.split()))
    return []


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    return ""
