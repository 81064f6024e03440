"""`sandbox`: the whole bot on this machine, with a stand-in for Telegram and a page to chat on."""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import Final

from bot.app import open_app
from bot.cli import demo_chat
from bot.cli.sandbox_words import page_words
from bot.conversions import StartError
from bot.logs.records import configure_logging
from bot.settings import Settings, SettingsError, load_settings
from bot.storage.errors import StorageError
from standin import Local, StandIn
from standin.web import Page, PortTakenError, sandbox

_READY_SECONDS: Final = 60.0


def run_sandbox(port: int, *, show: bool) -> int:
    """Serve until SIGINT or SIGTERM. `show` opens the page where there is a screen. 0 = ended in
    good order, 1 = could not start."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        close_logs = configure_logging(Path(folder) / "logs", console=False)
        try:
            asyncio.run(_sandbox(Path(folder), port, show=show))
        except PortTakenError as error:
            return _complain(f"{error}; choose another with --port")
        except (StartError, StorageError, SettingsError) as error:
            return _complain(str(error))
        finally:
            close_logs()
    return 0


def _complain(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


async def _sandbox(folder: Path, port: int, *, show: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # A server of the bot's own has no bound of 20 MB for files.
    local = Local(folder / "server")
    # Nobody else on this machine, and no page of another site, can be the bot.
    token = f"1:{secrets.token_hex(20)}"
    async with (
        StandIn(token, folder=folder / "telegram", local=local) as standin,
        open_app(_settings(standin, folder), pace=demo_chat.PACE) as app,
    ):
        serving = asyncio.create_task(app.run(stop))
        try:
            async with sandbox(standin, page_words(), port=port) as page:
                await _polled(standin, serving)
                if not serving.done():
                    _announce(page, folder / "logs", show=show)
                # It ends at the signal, or because it can't go on.
                await asyncio.wait({serving})
        finally:
            stop.set()
            await serving


async def _polled(standin: StandIn, serving: asyncio.Task[None]) -> None:
    """Until the bot listens, or has ended."""
    polled = asyncio.create_task(standin.wait_until_polled(timeout=_READY_SECONDS))
    await asyncio.wait({polled, serving}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        polled.cancel()
    else:
        await polled


def _settings(standin: StandIn, folder: Path) -> Settings:
    """Settings of this machine hold, but nothing of a bot that may be set up here is touched."""
    return load_settings(
        telegram_bot_token=standin.token,
        telegram_api_url=standin.url,
        telegram_proxy=None,
        telegram_local=True,
        local_files_dir=None,
        updates="polling",
        webhook_url=None,
        database_url=None,
        access="public",
        metrics_listen="off",
        data_dir=folder / "data",
        log_dir=folder / "logs",
    )


def _announce(page: Page, logs: Path, *, show: bool) -> None:
    sys.stdout.write(
        f"The sandbox is open: {page.url}\n"
        f"Ctrl-C ends it and removes its files; until then its log is {logs / 'bot.log'}\n"
    )
    sys.stdout.flush()
    has_screen = sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    if show and has_screen:
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(page.url)
