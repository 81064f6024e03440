"""Updates on their way to the handlers: one by one for each person, side by side for different
people, and none that breaks keeps another from being heard.

Whoever brings updates (polling, a webhook) may confirm one when `Feed.accept` says so: its handler
has ended, or said that what it asks for is durable.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.jobs.store.retry import Policy
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

# A handler that takes longer holds back its person's next update no more.
LONGEST_TURN: Final = 10.0
# One that the storage failed is tried again: after so long its person is told.
_AGAIN: Final = Policy(attempts=1000, total=120.0, first=0.25, longest=3.0)
# Where an update says whose it is.
_FROM: Final = ("sender_chat", "from", "user", "actor_chat", "voter_chat")

Raw = Mapping[str, Any]
# Returns when an update's turn has come as far as others know who have something of its person;
# False when it is theirs by now. May raise StorageError.
Turn = Callable[[], Awaitable[bool]]


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


@dataclass(frozen=True, slots=True)
class Trial:
    """One try of handling an update: whether one came before it, and whether another one follows
    should the storage fail."""

    repeated: bool = False
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """An update on its way: `safe` ends when it may be confirmed, `handler` when all that it asked
    for is done, or was stopped (cancelled) in the middle."""

    safe: asyncio.Task[None]
    handler: asyncio.Task[None]


class Feed:
    """Feeds a dispatcher. `skipped` counts the updates that nobody could read; `again` says how
    long one that the storage failed is tried before its person is told."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, *, again: Policy = _AGAIN) -> None:
        self._bot = bot
        self._policy = again
        self._dispatcher = dispatcher
        self._last_of: dict[str, asyncio.Task[None]] = {}
        self._handlers: set[asyncio.Task[None]] = set()
        # Whom each waits for, and those that are tried again.
        self._waits_for: dict[asyncio.Task[None], asyncio.Task[None]] = {}
        self._again: set[asyncio.Task[None]] = set()
        self.allowed: list[str] = dispatcher.resolve_used_update_types()
        self.skipped = 0

    def accept(
        self, raw: Raw, turn: Turn | None = None, *, overdue: bool = False, kept: bool = False
    ) -> Heard:
        """Take an update in, in its person's order, and when `turn` says so. One that is
        `overdue` came before all that is here of that person; one that is `kept` is durable, so
        that nobody waits while it is tried again."""
        update = self._parsed(raw)
        if update is None:
            nothing = asyncio.create_task(_nothing())
            return Heard(nothing, nothing)
        name, receipt = whose(raw), Receipt()
        before = self._last_of.get(name)
        handler = asyncio.create_task(
            self._in_turn(update, receipt, turn, kept=kept), name=f"update-{update.update_id}"
        )
        if before is not None and not overdue:
            self._waits_for[handler] = before
        if before is None or not overdue:
            self._last_of[name] = handler
        self._handlers.add(handler)

        def ended(task: asyncio.Task[None]) -> None:
            self._handlers.discard(task)
            self._again.discard(task)
            self._waits_for.pop(task, None)
            if self._last_of.get(name) is task:
                del self._last_of[name]

        handler.add_done_callback(ended)
        return Heard(asyncio.create_task(_until_safe(handler, receipt)), handler)

    async def drain(self, seconds: float) -> bool:
        """Let handlers end. False when some had to be stopped: what they asked for may be
        undone."""
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=seconds)
        left = list(self._handlers)
        for task in left:
            task.cancel()
        return not left

    def _parsed(self, raw: Raw) -> Update | None:
        """The update; None for one that can't be read, which is told of by its names alone: what
        people wrote belongs in no log."""
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
            _ = update.event_type
        except UpdateTypeLookupError:
            self.skipped += 1
            names = ", ".join(sorted(map(str, raw)))
            log.warning("update skipped: of no kind that we know", keys=names)
            return None
        except (ValueError, TypeError, RecursionError) as error:
            self.skipped += 1
            places = error.errors() if isinstance(error, ValidationError) else []
            log.error(  # noqa: TRY400 - a trace would quote the update
                "update skipped: it can't be read",
                update=raw.get("update_id"),
                keys=", ".join(sorted(map(str, raw))),
                wrong=", ".join(sorted({_place(one["loc"]) for one in places})[:5]),
                skipped=self.skipped,
            )
            return None
        return update

    async def _in_turn(
        self, update: Update, receipt: Receipt, turn: Turn | None, *, kept: bool
    ) -> None:
        """Handle it in its turn, again and again while the storage fails."""
        this = asyncio.current_task()
        assert this is not None  # noqa: S101 - each has a task of its own
        await self._behind(this)
        clock = asyncio.get_running_loop().time
        began, tries = clock(), 0
        while True:
            tries += 1
            wait = self._policy.wait(tries, clock() - began, jitter=random.random())  # noqa: S311
            trial = Trial(repeated=tries > 1, patient=wait is not None)
            try:
                await self._tried(update, receipt, turn, trial)
            except StorageError as error:
                if wait is None:
                    log.exception("update broke", update=update.update_id)
                    return
                log.warning("update tried again", update=update.update_id, cause=str(error))
            else:
                return
            self._again.add(this)
            if kept:
                receipt.confirm()
            await asyncio.sleep(wait)

    async def _behind(self, this: asyncio.Task[None]) -> None:
        """Until what came before it is done, but not for ever: unless that is tried again, which
        ends, or waits for what is."""
        before = self._waits_for.get(this)
        while before is not None:
            _, left = await asyncio.wait({before}, timeout=LONGEST_TURN)
            if not left or not self._held_up(before):
                break
        self._waits_for.pop(this, None)

    def _held_up(self, task: asyncio.Task[None] | None) -> bool:
        while task is not None and task not in self._again:
            task = self._waits_for.get(task)
        return task is not None

    async def _tried(
        self, update: Update, receipt: Receipt, turn: Turn | None, trial: Trial
    ) -> None:
        """Raises StorageError alone."""
        try:
            if turn is not None and not await turn():
                log.warning("update left to another process", update=update.update_id)
                return
            await self._dispatcher.feed_update(self._bot, update, receipt=receipt, trial=trial)
        except StorageError:
            raise
        except Exception:
            log.exception("update broke", update=update.update_id)


async def _nothing() -> None:
    return None


async def _until_safe(handler: asyncio.Task[None], receipt: Receipt) -> None:
    confirmed = asyncio.create_task(receipt.wait())
    try:
        await asyncio.wait({handler, confirmed}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        confirmed.cancel()


def whose(raw: Raw) -> str:
    """By whom an update is, as far as it says so; else it has an order of its own."""
    for event in raw.values():
        if isinstance(event, Mapping):
            for name in _FROM:
                sender = event.get(name)
                if isinstance(sender, Mapping) and "id" in sender:
                    return str(sender["id"])
    return f"update {raw.get('update_id')}"


def _place(path: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in path if isinstance(part, str))
