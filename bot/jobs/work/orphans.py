"""Keeping this machine clean while the bot runs: what dead or overtaken attempts left behind goes,
at start and then again and again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog

from bot.storage.errors import StorageError
from converter.errors import ConversionError
from converter.sweeping import GRACE_SECONDS, Sweeper

log = structlog.get_logger(__name__)

# With the grace, and a moment to remove things, within a minute.
_EVERY_SECONDS: Final = 40.0


@contextlib.asynccontextmanager
async def swept(sweeper: Sweeper) -> AsyncIterator[None]:
    """Orphans are removed while this lasts."""
    sweeping = asyncio.create_task(_run(sweeper), name="orphans")
    try:
        yield
    finally:
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)


async def _run(sweeper: Sweeper) -> None:
    while True:
        try:
            removed = await sweeper.sweep()
            if removed:
                log.warning("orphans removed", count=removed)
        except (ConversionError, StorageError, OSError) as error:
            log.warning("orphans not looked for", cause=str(error))
        except Exception:
            log.exception("orphans not looked for")
        await asyncio.sleep(GRACE_SECONDS if sweeper.suspicious else _EVERY_SECONDS)
