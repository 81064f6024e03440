"""`run`: the bot as a process: settings first, then logs, then everything else."""

import sys
from typing import Final

from bot.logs.records import LogFolderError, configure_logging
from bot.settings import SettingsError, load_settings

OK: Final = 0
FAULT: Final = 1
USAGE: Final = 2

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
            secrets=settings.secrets(),
        )
    except LogFolderError as error:
        return _complain(str(error), FAULT)
    from bot.cli.serve import CannotRunError, serve  # noqa: PLC0415 - seconds, if need be

    try:
        serve(settings, close_logs)
    except CannotRunError as error:
        close_logs()  # the sentence comes last
        return _complain(str(error), FAULT)
    finally:
        close_logs()
    return OK


def _complain(text: str, status: int) -> int:
    sys.stderr.write(text + "\n")
    return status
