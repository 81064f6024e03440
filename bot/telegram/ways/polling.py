"""Long polling that confirms an update only when what it asked for is safe.

aiogram's own loop confirms updates by its next request while their handlers still run, and even
when one of them failed: a crash in between loses a person's file. Here each is kept in the inbox
first, and the next request, which confirms, waits until each handler has ended or said that its job
is in the database; so there is never more at work than one answer holds.
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

from bot.jobs.store.durable import surely
from bot.storage.errors import StorageError
from bot.telegram.updates.feed import Heard, Raw
from bot.telegram.updates.mailroom import Mailroom
from bot.telegram.ways.introduction import be_reachable, cure_for
from bot.telegram.ways.pending import Pending
from bot.telegram.wire.session import GetRawUpdates

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
    """See Way: asks for updates. `timeout` in seconds and `limit` in updates are those of one
    request; `first_pause` is how many seconds follow a first failure, doubled by each further
    one; `pending`: what was sent while nobody asked."""

    def __init__(
        self,
        bot: Bot,
        mailroom: Mailroom,
        *,
        timeout: int,
        limit: int,
        first_pause: float = 1.0,
        pending: Pending,
    ) -> None:
        self._bot = bot
        self._mailroom = mailroom
        self._pending = pending
        self._timeout = timeout
        self._limit = limit
        self._first_pause = first_pause
        self._offset: int | None = None
        self._handled_to: int | None = None
        self._failures = 0
        self._conflicts = 0
        self._hasty = 0

    async def serve(self) -> None:
        """See Way: only who leads may poll."""
        await asyncio.Event().wait()

    async def lead(self) -> None:
        """See Way. Raises PollingError or RefusedError."""
        await be_reachable(self._bot, drop_pending=self._pending.to_be_forgotten())
        # Others may have led meanwhile, for so long that numbers mean something else.
        self._offset = self._handled_to = None
        await surely(self._mailroom.resume)
        watching = asyncio.create_task(self._mailroom.watch(), name="inbox-watch")
        try:
            await self.run()
        finally:
            watching.cancel()

    async def run(self) -> None:
        """Poll until cancelled. Raises PollingError on a revoked token or a second poller."""
        while True:
            updates = await self._ask(self._timeout, self._limit)
            if updates:
                ids = [raw["update_id"] for raw in updates if isinstance(raw.get("update_id"), int)]
                kept, waits = await self._hand_on(updates)
                if kept and ids:
                    self._handled_to = max(ids) + 1
                await _all_of(waits)
                if ids:
                    self._offset = self._handled_to = max(ids) + 1
                else:
                    # Nothing that could be confirmed: it will come again.
                    await asyncio.sleep(_FLOOR)

    async def drain(self, seconds: float) -> None:
        """See Way: what is kept or done is confirmed."""
        await self._mailroom.drain(seconds)
        if self._handled_to is not None:
            with contextlib.suppress(TelegramAPIError, ClientDecodeError, TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._bot(
                        GetRawUpdates(offset=self._handled_to, limit=1, timeout=0),
                        request_timeout=3,
                    )

    async def _ask(self, timeout: int, limit: int) -> Sequence[Raw]:
        request = GetRawUpdates(
            offset=self._offset,
            limit=limit,
            timeout=timeout,
            allowed_updates=self._mailroom.feed.allowed,
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

    async def _hand_on(self, updates: Sequence[Raw]) -> tuple[bool, set[asyncio.Task[None]]]:
        """Keep each and hand it on, unless it was known. Whether all are kept (where one could not
        be, nothing but its handler makes sure of it), and what to wait for."""
        told = await asyncio.gather(*(self._keep(raw) for raw in updates))
        return all(kept for kept, _ in told), {heard.safe for _, heard in told if heard}

    async def _keep(self, raw: Raw) -> tuple[bool, Heard | None]:
        try:
            return True, await self._mailroom.take(raw)
        except (StorageError, ValueError):
            return False, self._mailroom.pass_on(raw)


async def _all_of(waits: set[asyncio.Task[None]]) -> None:
    """Return when each may be confirmed.

    However long that takes: to go on would confirm a file that may not be saved.
    """
    while waits:
        _, waits = await asyncio.wait(waits, timeout=_PATIENCE)
        if waits:
            log.error("files are not saved in time", updates=len(waits))
