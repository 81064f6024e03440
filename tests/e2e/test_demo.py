"""The demo, as a newcomer runs it: it comes to its end, and the video is there."""

import asyncio
import sys
from pathlib import Path

from tests.support import outputs

PROGRAM = Path(__file__).resolve().parents[2] / "telegram_bot.py"


async def test_the_demo_ends_with_a_video(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), "demo"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    made = outputs.assert_plays(tmp_path / "demo-out" / "holiday.mp4")
    assert made.of("audio")
