"""`demo`: the whole bot on this machine, with a stand-in for Telegram and a user who sends one
video that phones can't play. What the terminal shows is the chat as it was stored there."""

import asyncio
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape

from bot.app import open_app
from bot.conversions import StartError
from bot.jobs.pace import Pace
from bot.logs.records import configure_logging
from bot.settings import SettingsError, load_settings
from converter.engines import host_runner
from converter.engines.process import run_process
from standin import SeenMessage, StandIn, User

OUTPUT: Final = Path("demo-out")
_WAIT_SECONDS: Final = 330.0
_LINE_SPEED: Final = 4_000_000
# Nobody's patience is tested here: the stand-in bears more edits than Telegram does.
_PACE: Final = Pace(private=0.7, group=0.7)


def run_demo(file: Path | None, lang: str) -> int:
    """Show the chat; the result lies in demo-out/. 0 = a video came back, 1 = it did not."""
    if file is not None and not file.is_file():
        sys.stderr.write(f"{file} is not a file\n")
        return 2
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        close_logs = configure_logging(Path(folder) / "logs", console=False)
        try:
            return asyncio.run(_demo(console, Path(folder), file, lang))
        except (StartError, SettingsError) as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            close_logs()
            _keep_logs(Path(folder) / "logs")


async def _demo(console: Console, folder: Path, file: Path | None, lang: str) -> int:
    video = file or await _unplayable(folder / "holiday.mkv")
    started = time.monotonic()
    async with StandIn(folder=folder / "telegram") as standin:
        settings = load_settings(
            telegram_bot_token=standin.token,
            telegram_api_url=standin.url,
            telegram_local=False,
            metrics_listen="off",
            data_dir=folder / "data",
        )
        user = standin.user(lang=lang, name="Ira")
        stop = asyncio.Event()
        console.print(
            "[dim]A stand-in for Telegram runs on this machine; the bot is the real one.[/]"
        )
        async with open_app(settings, pace=_PACE) as app:
            serving = asyncio.create_task(app.run(stop))
            showing = asyncio.create_task(_show(console, user))
            try:
                last = await _chat(standin, user, video, serving)
            finally:
                stop.set()
                await serving
                await asyncio.wait({showing}, timeout=1.0)
                showing.cancel()
        return _conclude(console, last, video, time.monotonic() - started)


async def _chat(
    standin: StandIn, user: User, video: Path, serving: asyncio.Task[None]
) -> SeenMessage | None:
    """Say hello, send the video, wait for its end: the last state of the status message."""
    await standin.wait_until_polled(timeout=60.0)
    await user.send_text("/start")
    await user.wait_for_message(lambda m: m.from_bot, timeout=20.0)
    # A line of everyday speed, or the download would be over before it can be shown.
    standin.faults.add("download", times=None, bytes_per_second=_LINE_SPEED)
    sent = await user.send_document(video)
    ended = asyncio.create_task(
        user.wait_for_message(
            lambda m: (
                m.from_bot
                and m.reply_to == sent.id
                and (m.kind != "text" or "❌" in m.text or "📦" in m.text)
            ),
            timeout=_WAIT_SECONDS,
        )
    )
    await asyncio.wait({ended, serving}, return_when=asyncio.FIRST_COMPLETED)
    if not ended.done():
        ended.cancel()
        return None
    return ended.result()


async def _show(console: Console, user: User) -> None:
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


def _conclude(console: Console, last: SeenMessage | None, video: Path, seconds: float) -> int:
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


async def _unplayable(path: Path) -> Path:
    """What phones can't play: 10-bit 4:2:2 FFV1 with FLAC in Matroska, its pixels not square."""
    tools = host_runner.find_tools()
    if tools is None:
        raise StartError("the demo needs an ffmpeg: install one, or use `make demo`")
    picture = "testsrc2=size=720x576:rate=25:duration=8,format=yuv422p10le,setsar=16/11"
    sound = "sine=frequency=330:beep_factor=4:duration=8"
    argv = [str(tools.ffmpeg), "-hide_banner", "-nostdin", "-v", "error", "-y"]
    argv += ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    argv += ["-c:v", "ffv1", "-c:a", "flac", str(path)]
    done = await run_process(argv, env={"PATH": "/usr/bin:/bin"})
    if done.returncode != 0:
        raise StartError(f"ffmpeg could not make the demo's video: {done.stderr}")
    return path


def _keep_logs(logs: Path) -> None:
    OUTPUT.mkdir(exist_ok=True)
    for name in ("bot.log", "error.log"):
        if (logs / name).is_file():
            shutil.copyfile(logs / name, OUTPUT / name)
