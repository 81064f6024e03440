"""What both demos show: the chat as it was stored, and the video that came back."""

import shutil
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape

from bot.conversions import StartError
from bot.jobs.showing.pace import Pace
from converter.engines import host_runner
from converter.engines.process import run_process
from standin import SeenMessage, User

OUTPUT: Final = Path("demo-out")
# Nobody's patience is tested here: the stand-in bears more edits than Telegram does.
PACE: Final = Pace(private=0.7, group=0.7)


async def show(console: Console, user: User) -> None:
    """Print each message, and each new version of one, once."""
    seen: dict[int, int] = {}
    while True:
        for message in user.all_messages:
            for version in message.texts[seen.get(message.id, 0) :]:
                _print(console, message, version, edited=message.id in seen)
                seen[message.id] = seen.get(message.id, 0) + 1
        await user.wait_for(partial(_news, user, sum(seen.values())))


def _news(user: User, known: int) -> bool | None:
    return sum(len(message.texts) for message in user.all_messages) > known or None


def _print(console: Console, message: SeenMessage, text: str, *, edited: bool) -> None:
    who = "[bold cyan]bot[/] " if message.from_bot else "[bold green]user[/]"
    pencil = " [dim](edited)[/]" if edited else ""
    what = text or f"[{message.kind}] {message.media.file_name if message.media else ''}"
    lines = [line for line in what.splitlines() if line.strip()] or [""]
    console.print(f"{who}{pencil} {escape(lines[0])}")
    for line in lines[1:]:
        console.print(f"      {escape(line)}")


def conclude(console: Console, last: SeenMessage | None, video: Path, seconds: float) -> int:
    """Keep the video, and say what it is; `seconds` since the demo began. The exit status."""
    if last is None or last.kind == "text":
        console.print("[red]No video came back.[/]")
        return 1
    OUTPUT.mkdir(exist_ok=True)
    target = OUTPUT / (last.video.file_name or "video.mp4")
    shutil.copyfile(last.file_path, target)
    media = last.video
    console.print(
        f"[bold]{target}[/]: {media.width}x{media.height}, {media.duration} s, "
        f"{target.stat().st_size:,} bytes (sent: {video.stat().st_size:,}), "
        f"after {seconds:.0f} s"
    )
    return 0


async def unplayable(path: Path, seconds: int = 8) -> Path:
    """So many seconds of what phones can't play: 10-bit 4:2:2 FFV1 with FLAC in Matroska, its
    pixels not square. Raises StartError."""
    tools = host_runner.find_tools()
    if tools is None:
        raise StartError("the demo needs an ffmpeg: install one, or use `make demo`")
    picture = f"testsrc2=size=720x576:rate=25:duration={seconds},format=yuv422p10le,setsar=16/11"
    sound = f"sine=frequency=330:beep_factor=4:duration={seconds}"
    argv = [str(tools.ffmpeg), "-hide_banner", "-nostdin", "-v", "error", "-y"]
    argv += ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    argv += ["-c:v", "ffv1", "-c:a", "flac", str(path)]
    done = await run_process(argv, env={"PATH": "/usr/bin:/bin"})
    if done.returncode != 0:
        raise StartError(f"ffmpeg could not make the demo's video: {done.stderr}")
    return path


def keep_logs(logs: Path) -> None:
    """Beside the video."""
    OUTPUT.mkdir(exist_ok=True)
    for name in ("bot.log", "error.log"):
        if (logs / name).is_file():
            shutil.copyfile(logs / name, OUTPUT / name)
