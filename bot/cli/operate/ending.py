"""What these commands have in common: settings first, one line for whatever goes wrong, and an exit
status."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Final

import structlog

from bot.logs.redaction import Redactor
from bot.settings import Settings, SettingsError, load_settings
from bot.storage.beside import open_beside
from bot.storage.transactions import Transactions

DONE: Final = 0
FAULT: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130
_FILE: Final = "jobs.sqlite3"


class CannotError(Exception):
    """What was asked for can't be done: one sentence."""


def run(work: Callable[[Settings], Coroutine[None, None, None]]) -> int:
    """Do it with this process's settings. The exit status: 1 when it could not be done, 2 when a
    setting is wrong; then a line on stderr says why, without secrets."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        settings = load_settings()
    except SettingsError as error:
        return complain(str(error), USAGE)
    redact = Redactor(settings.secrets())
    try:
        asyncio.run(work(settings))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read this has read enough; nothing is left to be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except (CannotError, OSError) as error:
        return complain(redact(str(error)), FAULT)
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def complain(text: str, status: int) -> int:
    """Say it on stderr, in one line."""
    sys.stderr.write(" ".join(text.split()) + "\n")
    return status


def where(settings: Settings) -> Path | str:
    """The database that the settings name: a file, or an address."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return settings.data_dir / _FILE


@contextlib.asynccontextmanager
async def opened(settings: Settings, *, writes: bool = False) -> AsyncIterator[Transactions]:
    """The database as it is. Raises StorageError."""
    transactions = await open_beside(where(settings), writes=writes)
    try:
        yield transactions
    finally:
        async with transactions.last():
            pass
