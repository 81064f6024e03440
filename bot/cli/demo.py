"""`demo`: the whole bot on this machine, with a stand-in for Telegram and a user who sends one
video that phones can't play. What the terminal shows is the chat as it was stored there."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from rich.console import Console

from bot.app import open_app
from bot.cli import demo_chat
from bot.cli.borrowed import DIRECT, apart
from bot.cli.interrupt import end_like_interrupt
from bot.conversions import StartError
from bot.logs.records import configure_logging
from bot.settings import SettingsError, load_settings
from standin import SeenMessage, StandIn, User

_WAIT_SECONDS: Final = 330.0
_LINE_SPEED: Final = 4_000_000


def run_demo(file: Path | None, lang: str) -> int:
    """Show the chat; the result lies in demo-out/. 0 = a video came back, 1 = it did not."""
    if file is not None and not file.is_file():
        sys.stderr.write(f"{file} is not a file\n")
        return 2
    end_like_interrupt()
    os.environ.update(DIRECT)
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
            demo_chat.keep_logs(Path(folder) / "logs")


async def _demo(console: Console, folder: Path, file: Path | None, lang: str) -> int:
    video = file or await demo_chat.unplayable(folder / "holiday.mkv")
    started = time.monotonic()
    async with StandIn(folder=folder / "telegram") as standin:
        settings = load_settings(**apart(standin, folder))
        user = standin.user(lang=lang, name="Ira")
        stop = asyncio.Event()
        console.print(
            "[dim]A stand-in for Telegram runs on this machine; the bot is the real one.[/]"
        )
        async with open_app(settings, pace=demo_chat.PACE) as app:
            serving = asyncio.create_task(app.run(stop))
            showing = asyncio.create_task(demo_chat.show(console, user))
            try:
                last = await _chat(standin, user, video, serving)
            finally:
                stop.set()
                await serving
                await asyncio.wait({showing}, timeout=1.0)
                showing.cancel()
        return demo_chat.conclude(console, last, video, time.monotonic() - started)


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
