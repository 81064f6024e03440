"""How much the bot grows while a file of 1 GB streams in, in a process of its own."""

import asyncio
import logging
import sys
from pathlib import Path

import aiohttp
import structlog

from benchmarks.table import Row
from bot.jobs.model import Source
from bot.telegram.files.download import TelegramDownloader
from bot.telegram.wire.session import make_bot
from standin import FileLimits, StandIn

GIGABYTE = 1_000_000_000
_RESET_PEAK = "5"


async def measure(folder: Path) -> Row:
    """Run the download in a child process and read what it says."""
    big = folder / "big.bin"
    with big.open("wb") as file:
        file.truncate(GIGABYTE)
    async with StandIn(
        folder=folder / "memory", limits=FileLimits(download=2 * GIGABYTE)
    ) as standin:
        user = standin.user()
        sent = await user.send_document(big)
        media = sent.media
        if media is None:
            raise RuntimeError("the stand-in kept no file")
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.memory"),
            *(standin.token, standin.url, media.file_id, str(folder / "came.bin")),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await child.communicate()
    grown, seconds = output.decode().split()
    return Row(
        "memory growth while 1 GB streams in",
        f"{int(grown) / 1024:.1f} MB",
        "≤ 20 MB",
        f"in {float(seconds):.1f} s over loopback",
    )


async def download(token: str, url: str, file_id: str, to: Path) -> tuple[int, float]:
    """Growth of the peak resident size in KiB, and seconds."""
    bot = make_bot(token, url)
    clock = asyncio.get_running_loop().time
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        downloader = TelegramDownloader(bot, http, idle=30.0, max_bytes=2 * GIGABYTE)
        await bot.get_me()
        await asyncio.to_thread(Path("/proc/self/clear_refs").write_text, _RESET_PEAK)
        before, started = _status("VmRSS"), clock()
        source = Source(file_id, "big", "big.bin", 0)
        await downloader.download(source, to, on_bytes=lambda _done, _total: None)
        grown, seconds = _status("VmHWM") - before, clock() - started
    await bot.session.close()
    await asyncio.to_thread(to.unlink)
    return grown, seconds


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    _token, _url, _file_id, _to = sys.argv[1:]
    _grown, _seconds = asyncio.run(download(_token, _url, _file_id, Path(_to)))
    sys.stdout.write(f"{_grown} {_seconds}\n")
