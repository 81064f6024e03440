"""Long polling that confirms an update only when what it asked for is safe.

aiogram's own loop confirms updates by its next request while their handlers still run, and even
when one of them failed: a crash in between loses a person's file. Here the next request, which
confirms, waits until each handler has ended or said that its job is in the database.
"""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from typing import Final

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import Update

log = structlog.get_logger(__name__)

_LONGEST_PAUSE: Final = 30.0
# A poll of a process that was just killed may live on for a while: no reason to give up yet.
_CONFLICTS_BORNE: Final = 6
_NETWORK_SLACK: Final = 15
# A file is saved within milliseconds; after so many seconds the operator hears of it.
_PATIENCE: Final = 20.0


class PollingError(Exception):
    """Polling can't go on: the operator has to act."""


class Receipt:
    """Says that an update may be confirmed although its handler still runs."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def confirm(self) -> None:
        """What the update asked for is durable."""
        self._event.set()

    async def wait(self) -> None:
        """Until `confirm` was called."""
        await self._event.wait()


class Poller:
    """Feeds a dispatcher. `timeout` in seconds and `limit` in updates are those of one request;
    `first_pause` is how many seconds follow a first failure, doubled by each further one."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        *,
        timeout: int,
        limit: int,
        first_pause: float = 1.0,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._timeout = timeout
        self._limit = limit
        self._first_pause = first_pause
        self._allowed = dispatcher.resolve_used_update_types()
        self._offset: int | None = None
        self._handled_to: int | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._conflicts = 0

    async def run(self) -> None:
        """Poll until cancelled. Raises PollingError on a revoked token or a second poller."""
        while True:
            updates = await self._ask(self._timeout, self._limit)
            if updates:
                self._handled_to = updates[-1].update_id + 1
                await self._handle(updates)
                self._offset = self._handled_to

    async def drain(self, seconds: float) -> None:
        """After `run` was cancelled: let handlers end, and confirm what they have handled."""
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=seconds)
        offset = self._offset if self._handlers else self._handled_to
        for task in self._handlers:
            task.cancel()
        if offset is not None:
            with contextlib.suppress(TelegramAPIError, ClientDecodeError, TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._bot(
                        GetUpdates(offset=offset, limit=1, timeout=0), request_timeout=3
                    )

    async def _ask(self, timeout: int, limit: int) -> Sequence[Update]:
        request = GetUpdates(
            offset=self._offset, limit=limit, timeout=timeout, allowed_updates=self._allowed
        )
        try:
            updates = await self._bot(request, request_timeout=timeout + _NETWORK_SLACK)
        except TelegramUnauthorizedError as error:
            raise PollingError("Telegram does not know this token any more") from error
        except TelegramConflictError as error:
            self._conflicts += 1
            if self._conflicts > _CONFLICTS_BORNE:
                raise PollingError("another program polls with this token; only one may") from error
            log.warning("another poller", tries=self._conflicts)
            await self._pause(self._conflicts)
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except (TelegramAPIError, ClientDecodeError) as error:
            self._failures += 1
            log.warning("polling failed", cause=type(error).__name__, tries=self._failures)
            await self._pause(self._failures)
        else:
            self._failures = self._conflicts = 0
            return updates
        return []

    async def _pause(self, failures: int) -> None:
        pause = min(_LONGEST_PAUSE, self._first_pause * 2.0 ** (failures - 1))
        await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - jitter

    async def _handle(self, updates: Sequence[Update]) -> None:
        """Start a handler for each update; return when each has ended or confirmed.

        However long that takes: to go on would confirm a file that may not be saved.
        """
        waits = {asyncio.create_task(self._until_safe(update)) for update in updates}
        while waits:
            _, waits = await asyncio.wait(waits, timeout=_PATIENCE)
            if waits:
                log.error("files are not saved in time", updates=len(waits))

    async def _until_safe(self, update: Update) -> None:
        receipt = Receipt()
        handler = asyncio.create_task(
            self._feed(update, receipt), name=f"update-{update.update_id}"
        )
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)
        confirmed = asyncio.create_task(receipt.wait())
        try:
            await asyncio.wait({handler, confirmed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            confirmed.cancel()

    async def _feed(self, update: Update, receipt: Receipt) -> None:
        try:
            await self._dispatcher.feed_update(self._bot, update, receipt=receipt)
        except Exception:
            log.exception("update broke", update=update.update_id)
