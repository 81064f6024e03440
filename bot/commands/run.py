"""`run`: the bot as a process: settings, logs, signals, exit status."""

import asyncio
import os
import signal
import sys
from typing import Final

import structlog

from bot.app import App, StartError, open_app
from bot.jobs.queue import StorageError
from bot.logs import LogFolderError, configure_logging, install_exception_hooks
from bot.polling import PollingError
from bot.settings import Settings, SettingsError, load_settings

log = structlog.get_logger(__name__)

OK: Final = 0
FAULT: Final = 1
USAGE: Final = 2
_AT_ONCE: Final = 130

HOW_TO_START: Final = """\
TELEGRAM_BOT_TOKEN is not set.
Get a token: open https://t.me/BotFather, send /newbot, answer its questions, and put the token
that it gives into a file named .env:  TELEGRAM_BOT_TOKEN=123456789:AAE…
Or try `make demo`, which needs none."""


def run_bot() -> int:
    """Run until a signal. 0 = stopped in good order, 1 = could not go on, 2 = wrong settings."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return _complain(str(error), USAGE)
    if settings.telegram_bot_token is None:
        return _complain(HOW_TO_START, USAGE)
    try:
        close_logs = configure_logging(
            settings.log_dir,
            settings.log_level,
            json=settings.log_json,
            console=True,
            secrets=[settings.telegram_bot_token.get_secret_value()],
        )
    except LogFolderError as error:
        return _complain(str(error), FAULT)
    try:
        return asyncio.run(_serve(settings))
    except (StartError, StorageError, PollingError) as error:
        log.critical("the bot can't run", reason=str(error), cause=repr(error.__cause__))
        close_logs()  # the sentence comes last
        return _complain(str(error), FAULT)
    finally:
        close_logs()


async def _serve(settings: Settings) -> int:
    install_exception_hooks(asyncio.get_running_loop())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _signalled, stop)
    app: App
    async with open_app(settings) as app:
        await app.run(stop)
    return OK


def _signalled(stop: asyncio.Event) -> None:
    if stop.is_set():
        # The second one means it. Containers end with the pipes that we hold, host programs with
        # us, and the queue takes a crash well.
        os._exit(_AT_ONCE)
    stop.set()


def _complain(text: str, status: int) -> int:
    sys.stderr.write(text + "\n")
    return status
