"""The sandbox's bot: a process of its own, which can be killed. `python -m bot.cli.sandbox_bot`.

Its settings come as one line of JSON on the standard input, where nobody else on this machine can
read its token; it ends in good order at a signal, and when that input ends, as it does however its
parent goes.
"""

import asyncio
import json
import os
import signal
import sys
from typing import Final

from bot.telegram.wire.lazy_models import import_aiogram

# In a fifth of the time, and before anybody else does it.
import_aiogram()

from bot.app import open_app  # noqa: E402
from bot.cli.demo_chat import PACE  # noqa: E402
from bot.conversions import StartError  # noqa: E402
from bot.logs.records import (  # noqa: E402
    LogFolderError,
    configure_logging,
    install_exception_hooks,
)
from bot.settings import Settings, SettingsError, load_settings  # noqa: E402
from bot.storage.errors import StorageError  # noqa: E402
from bot.telegram.ways.polling import PollingError  # noqa: E402

_STDIN: Final = 0
_STATUS: Final = 1


def main() -> int:
    """0 = ended in good order, 1 = could not start or go on, which is said on stderr."""
    if not (line := sys.stdin.buffer.readline()):
        return 0  # nobody is there any more
    given = json.loads(line)
    try:
        settings = load_settings(**given)
        close_logs = configure_logging(settings.log_dir, console=False, secrets=settings.secrets())
        try:
            asyncio.run(_serve(settings))
        finally:
            close_logs()
    except (StartError, StorageError, SettingsError, LogFolderError, PollingError) as error:
        sys.stderr.write(f"{error}\n")
        return _STATUS
    return 0


async def _serve(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    install_exception_hooks(loop)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def heard() -> None:
        if not os.read(_STDIN, 1):
            loop.remove_reader(_STDIN)
            stop.set()

    loop.add_reader(_STDIN, heard)
    async with open_app(settings, pace=PACE) as app:
        await app.run(stop)


if __name__ == "__main__":
    raise SystemExit(main())
