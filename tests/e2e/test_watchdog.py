"""What systemd hears of the bot: up, alive, stopping; and nothing of one that is stuck."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from bot.cli.watchdog import Watchdog
from tests.support.service_manager import ServiceManager
from tests.support.stage import Program, Stage

ALIVE = "WATCHDOG=1"


def _asked(address: Path, *, seconds: float) -> dict[str, str]:
    return {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": str(int(seconds * 1_000_000))}


async def test_the_program_from_its_start_to_its_end(stage: Stage, tmp_path: Path) -> None:
    with ServiceManager.at(tmp_path / "notify") as manager:
        stage.environment = _asked(tmp_path / "notify", seconds=0.4)
        # Heard from the beginning, as systemd does: the line holds ten words.
        up = asyncio.create_task(asyncio.to_thread(manager.hears, "READY=1"))
        program = await Program.start(stage, stage.settings())
        try:
            assert await up
            assert await asyncio.to_thread(manager.hears, ALIVE, 3)
            # Frozen, it says nothing; what it had said before is taken from the line first.
            program.process.send_signal(signal.SIGSTOP)
            assert await asyncio.to_thread(_stands_still, program.process.pid)
            manager.listen()
            await asyncio.sleep(1.0)
            assert manager.listen() == []
            program.process.send_signal(signal.SIGCONT)
            assert await asyncio.to_thread(manager.hears, ALIVE)
            assert await program.stop() == 0
        finally:
            await program.end()
        manager.listen()
        assert manager.heard.count("READY=1") == manager.heard.count("STOPPING=1") == 1
        assert manager.heard.index("READY=1") < manager.heard.index("STOPPING=1")
        assert set(manager.heard) == {"READY=1", ALIVE, "STOPPING=1"}


async def test_a_program_that_cannot_start_never_says_that_it_is_up(
    stage: Stage, tmp_path: Path
) -> None:
    with ServiceManager.at(tmp_path / "notify") as manager:
        stage.environment = _asked(tmp_path / "notify", seconds=0.4)
        program = await Program.spawn(
            stage, stage.settings(runner="docker", ffmpeg_image="no/such")
        )
        assert await asyncio.wait_for(program.process.wait(), 60.0) == 1
        manager.listen()
        assert "READY=1" not in manager.heard


async def test_a_blocked_event_loop_says_nothing(tmp_path: Path) -> None:
    with ServiceManager.at(tmp_path / "notify") as manager:
        watchdog = Watchdog.of(_asked(tmp_path / "notify", seconds=0.1))
        assert watchdog.every == pytest.approx(0.05), "twice within the limit"
        async with watchdog.fed():
            assert await asyncio.to_thread(manager.hears, ALIVE, 3)
            manager.listen()
            time.sleep(0.5)  # noqa: ASYNC251 - that is what is tested
            assert manager.listen() == []
            assert await asyncio.to_thread(manager.hears, ALIVE)
        manager.listen()
        await asyncio.sleep(0.2)
        assert manager.listen() == [], "it ends with its block"


async def test_what_is_said_once_waits_for_a_full_line(tmp_path: Path) -> None:
    with ServiceManager.at(tmp_path / "notify") as manager:
        watchdog = Watchdog.of(_asked(tmp_path / "notify", seconds=0.002))
        async with watchdog.fed():
            await asyncio.sleep(0.2)  # far more words than there are places
        saying = asyncio.create_task(asyncio.to_thread(watchdog.ready))
        assert await asyncio.to_thread(manager.hears, "READY=1")
        await saying


async def test_an_address_outside_of_the_file_system() -> None:
    name = f"video-bot-test-{os.getpid()}"
    with ServiceManager.at(f"\0{name}") as manager:
        Watchdog.of({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert manager.listen() == ["READY=1"]


@pytest.mark.parametrize(
    ("environment", "every"),
    [
        ({"WATCHDOG_USEC": "3000000"}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_how_often_it_wants_to_hear(environment: dict[str, str], every: float | None) -> None:
    assert Watchdog.of({"NOTIFY_SOCKET": "/run/notify", **environment}).every == every


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1234"])
def test_nobody_who_can_be_told(address: str) -> None:
    assert Watchdog.of({"NOTIFY_SOCKET": address}) == Watchdog()


async def test_whoever_is_told_may_go_away(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with ServiceManager.at(path) as manager:
        watchdog = Watchdog.of(_asked(path, seconds=0.1))
        async with watchdog.fed():
            assert await asyncio.to_thread(manager.hears, ALIVE)
            path.unlink()
            await asyncio.sleep(0.2)
            watchdog.stopping()
    watchdog.ready()


def _stands_still(pid: int) -> bool:
    """Whether a process has stopped, which a signal doesn't do at once."""
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        if (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "T":
            return True
        time.sleep(0.01)
    return False
