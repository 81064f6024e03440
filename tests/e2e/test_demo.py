"""The demo, as a newcomer runs it: it comes to its end, and the video is there."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import pytest

from bot.cli import demo_database
from bot.conversions import StartError
from tests.support import operators, outputs
from tests.support.waiting import eventually, processes

PROGRAM = Path(__file__).resolve().parents[2] / "telegram_bot.py"


async def test_the_demo_ends_with_a_video_whatever_bot_is_set_up_here(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(operators.env_file(), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), "demo"),
        cwd=tmp_path,
        env=os.environ | operators.PROXIES,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    made = outputs.assert_plays(tmp_path / "demo-out" / "holiday.mp4")
    assert made.of("audio")


@pytest.mark.timeout(400)
async def test_the_demo_of_several_processes_kills_one_and_delivers_once(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), "demo", "--cluster"),
        cwd=tmp_path,
        env=os.environ | operators.VARIABLES | operators.PROXIES,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    told = printed.decode()
    assert process.returncode == 0, told
    assert told.index("kill -9 worker") < told.index("has taken over") < told.index("once"), told
    outputs.assert_plays(tmp_path / "demo-out" / "holiday.mp4")


def test_without_postgresql_the_demo_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StartError, match="apt-get install postgresql"):
        demo_database.programs(tmp_path)


async def test_what_the_demo_started_ends_with_it_when_it_is_stopped(tmp_path: Path) -> None:
    # The server's own user must get there, so it can't lie in the test's folder.
    with tempfile.TemporaryDirectory(prefix="stopped-") as own:
        os.chmod(own, 0o755)  # noqa: PTH101, S103
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(PROGRAM), "demo", "--cluster"),
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": own},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert process.stdout is not None
        told = b""
        while b"worker 2 starts" not in told:
            line = await process.stdout.readline()
            assert line, told.decode()
            told += line
        assert processes(own), "or this test could not see them"
        process.terminate()
        await process.communicate()
        assert await asyncio.to_thread(eventually, lambda: not processes(own))
        assert os.listdir(own) == []  # noqa: PTH208
