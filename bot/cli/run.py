"""`run`: the bot as a process: settings first, then logs, then everything else."""

import gc
import os
import platform
import sys
from pathlib import Path
from typing import Final

import structlog

from bot.cli.strangers import strangers
from bot.conversions import StartError
from bot.logs.records import LogFolderError, configure_logging
from bot.settings import Settings, SettingsError, load_settings
from bot.telegram.ways.terms import with_own_secret
from bot.telegram.wire.lazy_models import import_aiogram
from bot.version import version

log = structlog.get_logger(__name__)

OK: Final = 0
FAULT: Final = 1
USAGE: Final = 2

ALONE: Final = """\
--role {role} needs DATABASE_URL, a PostgreSQL database that all parts share.
Without one, start the whole bot:  python3 telegram_bot.py run"""
HOW_TO_START: Final = """\
TELEGRAM_BOT_TOKEN is not set.
Get a token: open https://t.me/BotFather, send /newbot, answer its questions, and put the token
that it gives into a file named .env:  TELEGRAM_BOT_TOKEN=123456789:AAE…
Or try `make demo`, which needs none."""


def run_bot(role: str = "both", slots: int | None = None) -> int:
    """Run until a signal: a `role` of a bot ("both", "frontend", "worker"), with so many `slots`
    for conversions instead of the setting's. 0 = stopped in good order, 1 = could not go on,
    2 = wrong settings."""
    own = {} if slots is None else {"max_concurrent_conversions": slots}
    try:
        settings = load_settings(**own)
    except SettingsError as error:
        return _complain(str(error), USAGE)
    if role != "both" and settings.database_url is None:
        return _complain(ALONE.format(role=role), USAGE)
    if settings.telegram_bot_token is None:
        return _complain(HOW_TO_START, USAGE)
    try:
        # Before the first line is logged, so that it stands in none.
        settings = with_own_secret(settings)
        close_logs = configure_logging(
            settings.log_dir,
            settings.log_level,
            json=settings.log_json,
            console=True,
            secrets=settings.secrets(),
        )
    except (StartError, LogFolderError) as error:
        return _complain(str(error), FAULT)
    _first_words(settings, role)
    # What is imported stays: looking for garbage in it meanwhile costs 0.3 s of 2.3.
    gc.disable()
    import_aiogram()
    from bot.cli.serve import CannotRunError, serve  # noqa: PLC0415 - seconds, if need be
    from bot.jobs.processes.members import Part  # noqa: PLC0415

    try:
        serve(settings, close_logs, Part(role))
    except CannotRunError as error:
        close_logs()  # the sentence comes last
        return _complain(str(error), FAULT)
    finally:
        close_logs()
    return OK


def _first_words(settings: Settings, role: str) -> None:
    """The version, and what was set that nobody reads."""
    log.info("starting", version=version(), python=platform.python_version(), role=role)
    for complaint in strangers(os.environ, Path(".env"), frozenset(type(settings).model_fields)):
        log.warning("a setting is passed over", reason=complaint)


def _complain(text: str, status: int) -> int:
    sys.stderr.write(text + "\n")
    return status
