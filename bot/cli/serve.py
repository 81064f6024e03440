"""The bot in its event loop: signals in, an exit status out. Importing this costs seconds."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from typing import Final

import structlog

from bot.app import Part, open_app
from bot.cli.doctor.command import examined
from bot.cli.watchdog import Watchdog
from bot.conversions import StartError
from bot.logs.records import install_exception_hooks
from bot.serving import STOP_SECONDS
from bot.settings import Settings
from bot.storage.errors import StorageError
from bot.telegram.ways.introduction import RefusedError
from bot.telegram.ways.polling import PollingError

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 130
# An orderly stop is over by then, even when an engine hangs that should end a container.
_LAST_MOMENT: Final = STOP_SECONDS + 3.0


class CannotRunError(Exception):
    """The bot can't start or go on: one sentence for the operator."""


def serve(settings: Settings, close_logs: Callable[[], None], part: Part) -> None:
    """Run until SIGINT or SIGTERM; a second one stops at once. Raises CannotRunError."""
    try:
        asyncio.run(_serve(settings, close_logs, part))
    except (StartError, StorageError, PollingError, RefusedError) as error:
        log.critical("the bot can't run", reason=str(error), cause=repr(error.__cause__))
        raise CannotRunError(str(error)) from error


async def _serve(settings: Settings, close_logs: Callable[[], None], part: Part) -> None:
    loop = asyncio.get_running_loop()
    install_exception_hooks(loop)
    stop = asyncio.Event()
    watchdog = Watchdog.of(os.environ)

    def leave(status: int) -> None:
        # Containers end with the pipes that we hold, host programs with us, and the queue takes a
        # crash well.
        close_logs()
        os._exit(status)

    def signalled() -> None:
        if stop.is_set():
            leave(_AT_ONCE)
        stop.set()
        watchdog.stopping()
        loop.call_later(_LAST_MOMENT, leave, 0)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signalled)
    async with watchdog.fed(), open_app(settings, part=part, examine=examined) as app:
        # What is imported and put together by now stays for good: a collection that walks through
        # it, as each full one did, holds up everybody for a fifth of a second.
        gc.freeze()
        gc.enable()
        watchdog.ready()
        await app.run(stop)
