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
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.telegram.feed import Feed, Raw
from bot.telegram.introduction import be_reachable, cure_for
from bot.telegram.session import GetRawUpdates

log = structlog.get_logger(__name__)

_LONGEST_PAUSE: Final = 30.0
# A poll of a process that was just killed may live on for a while: no reason to give up yet.
_CONFLICTS_BORNE: Final = 6
_NETWORK_SLACK: Final = 15
# The least seconds between two answers without updates, and after so many the operator hears of it.
_FLOOR: Final = 1.0
_HASTY: Final = 5
_TOLD_AGAIN: Final = 10
# A file is saved within milliseconds; after so many seconds the operator hears of it.
_PATIENCE: Final = 20.0


class PollingError(Exception):
    """Polling can't go on: the operator has to act."""


class Poller:
    """Brings updates to a feed. `timeout` in seconds and `limit` in updates are those of one
    request; `first_pause` is how many seconds follow a first failure, doubled by each further
    one."""

    def __init__(
        self,
        bot: Bot,
        feed: Feed,
        *,
        timeout: int,
        limit: int,
        first_pause: float = 1.0,
    ) -> None:
        self._bot = bot
        self.feed = feed
        self._timeout = timeout
        self._limit = limit
        self._first_pause = first_pause
        self._offset: int | None = None
        self._handled_to: int | None = None
        self._failures = 0
        self._conflicts = 0
        self._hasty = 0

    async def run(self) -> None:
        """Poll until cancelled. Raises PollingError on a revoked token or a second poller."""
        while True:
            updates = await self._ask(self._timeout, self._limit)
            if updates:
                ids = [raw["update_id"] for raw in updates if isinstance(raw.get("update_id"), int)]
                if ids:
                    self._handled_to = max(ids) + 1
                await self._handle(updates)
                if ids:
                    self._offset = self._handled_to
                else:
                    # Nothing that could be confirmed: it will come again.
                    await asyncio.sleep(_FLOOR)

    async def drain(self, seconds: float) -> None:
        """After `run` was cancelled: let handlers end, and confirm what they have handled."""
        offset = self._handled_to if await self.feed.drain(seconds) else self._offset
        if offset is not None:
            with contextlib.suppress(TelegramAPIError, ClientDecodeError, TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._bot(
                        GetRawUpdates(offset=offset, limit=1, timeout=0), request_timeout=3
                    )

    async def _ask(self, timeout: int, limit: int) -> Sequence[Raw]:
        request = GetRawUpdates(
            offset=self._offset, limit=limit, timeout=timeout, allowed_updates=self.feed.allowed
        )
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            answer = await self._bot(request, request_timeout=timeout + _NETWORK_SLACK)
        except TelegramUnauthorizedError as error:
            raise PollingError("Telegram does not know this token any more") from error
        except TelegramConflictError as error:
            if cure := cure_for(error):
                log.error("polling is refused", cause=str(error), cure=cure)  # noqa: TRY400
                await be_reachable(self._bot, drop_pending=False)
                return []
            self._conflicts += 1
            if self._conflicts > _CONFLICTS_BORNE:
                raise PollingError("another program polls with this token; only one may") from error
            log.warning("another poller", tries=self._conflicts)
            await self._pause(self._conflicts)
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except (TelegramAPIError, ClientDecodeError) as error:
            self._failures += 1
            tries, cure = self._failures, cure_for(error)
            tell = log.error if cure and tries in {1, _TOLD_AGAIN} else log.warning
            tell("polling failed", cause=type(error).__name__, tries=tries, cure=cure)
            await self._pause(self._failures)
        else:
            self._failures = self._conflicts = 0
            updates = [raw for raw in answer if isinstance(raw, dict)]
            await self._not_too_fast(updates, clock() - began)
            return updates
        return []

    async def _not_too_fast(self, updates: Sequence[Raw], seconds: float) -> None:
        """An answer without updates takes as long as was asked for, unless this is no Bot API
        server: then it isn't asked a thousand times a second."""
        if updates or seconds >= _FLOOR:
            self._hasty = 0
            return
        self._hasty += 1
        if self._hasty == _HASTY:
            log.error(
                "answers come at once and empty",
                cure="is there a Bot API server? see TELEGRAM_API_URL",
            )
        await asyncio.sleep(_FLOOR)

    async def _pause(self, failures: int) -> None:
        pause = min(_LONGEST_PAUSE, self._first_pause * 2.0 ** (failures - 1))
        await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - jitter

    async def _handle(self, updates: Sequence[Raw]) -> None:
        """Hand each to the feed; return when each may be confirmed.

        However long that takes: to go on would confirm a file that may not be saved.
        """
        waits = {self.feed.accept(raw) for raw in updates}
        while waits:
            _, waits = await asyncio.wait(waits, timeout=_PATIENCE)
            if waits:
                log.error("files are not saved in time", updates=len(waits))
