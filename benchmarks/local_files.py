"""A file of 2 GB in and out by local paths, before the stand-in's --local profile: not a byte of it
goes through the bot; and how long that takes against streaming."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Row
from standin import Local, StandIn
from tests.support import footage
from tests.support.copied import moved
from tests.support.stage import UNPACED, Stage, greeted

LARGE = 1_950_000_000
SMALL = 300_000_000
_GIGABYTE = 1e9
# What the bot says, writes and hears of a job by itself: requests, its database, the film's index,
# and what ffprobe tells of each packet.
_OWN = 0.02
_PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Trip:
    """One file's way there and back: its bytes both ways, seconds, and what the bot moved of it."""

    size: int
    seconds: float
    moved: int

    @property
    def pace(self) -> float:
        """Seconds for a gigabyte."""
        return self.seconds / (self.size / _GIGABYTE)


async def measure(folder: Path) -> list[Row]:
    """Both ways, one after the other. AssertionError where a byte was copied."""
    large = await asyncio.to_thread(footage.large, folder, LARGE)
    small = await asyncio.to_thread(footage.large, folder, SMALL)
    outgoing = folder / "outgoing"
    by_path = await _trip(
        folder / "by-path", large, Local(folder / "server", outgoing=outgoing), outgoing
    )
    await asyncio.to_thread(large.unlink)
    elsewhere = Local(folder / "server2", told=Path("/elsewhere"), serves=True)
    streamed = await _trip(folder / "streamed", small, elsewhere, None)
    assert by_path.moved < by_path.size * _OWN, f"the bot moved {by_path.moved} bytes"
    assert streamed.moved > streamed.size, "nothing was streamed, so there is nothing to compare"
    return [
        Row(
            "bytes that the bot moves ÷ bytes of the job, by local paths",
            f"{by_path.moved / by_path.size:.4f}",
            "0.00",
            f"{by_path.moved / 1e6:.1f} MB of {by_path.size / _GIGABYTE:.1f} GB in and out",
        ),
        Row(
            "a GB by local paths ÷ a GB streamed",
            f"{by_path.pace / streamed.pace:.2f}",
            "≤ 1.00",
            f"remux included, {by_path.pace:.1f} s against {streamed.pace:.1f} s over loopback",
        ),
    ]


async def _trip(folder: Path, film: Path, local: Local, outgoing: Path | None) -> Trip:
    async with StandIn(folder=folder / "telegram", pace=UNPACED, local=local) as standin:
        settings = {"local_files_dir": outgoing, "conversion_timeout": _PATIENCE}
        stage = Stage(standin, folder / "bot", telegram_local=True, runner="docker", **settings)
        async with stage.program() as program:
            user = await greeted(standin)
            before, began = moved(program.process.pid), time.monotonic()
            received = standin.bytes_received
            await user.send_document(film)
            result = await user.wait_for_result(timeout=_PATIENCE)
            seconds = time.monotonic() - began
            carried = moved(program.process.pid) - before
            if outgoing is not None:
                assert standin.bytes_served == 0
                assert standin.bytes_received - received < 1_000_000
            await program.stop()
        size = (await asyncio.to_thread(film.stat)).st_size + result.video.size
    return Trip(size, seconds, carried)
