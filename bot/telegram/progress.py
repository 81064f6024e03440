"""The one scheduler of status edits: newest state only, never faster than Telegram bears.

Limits on edits are not published; bots have been made to wait for hours after editing progress
too often. One edit in 5 s for each message (10 s in groups), and always what `retry_after` says.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import InlineKeyboardMarkup, ReplyParameters

from bot.jobs.model import Job
from bot.jobs.queue import Queue
from bot.jobs.status import Status
from bot.telegram.buttons import Act, job_buttons
from bot.telegram.session import PASSING, SendStatus, is_about
from bot.texts import Texts
from bot.texts.sentences import status_text

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two edits of one message, and how long a last word may take."""

    private: float = 5.0
    group: float = 10.0
    patience: float = 20.0
    first_wait: float = 0.5


_MOST_AT_ONCE: Final = 8
_LAST_TRIES: Final = 6
# What an edit answers when the message already is what it should become, or can't be text again.
_AS_GOOD_AS_DONE: Final = ("message is not modified", "there is no text in the message to edit")


@dataclass(slots=True)
class _Entry:
    """One job's status message: what should be seen, what is, and when it may change.

    `message_id` is None while there is none, `sure` that this was looked up: a job in a worker's
    hands may be older than its status message. `saved`: its id is in the database.
    """

    job: Job
    message_id: int | None
    status: Status
    sure: bool = False
    saved: bool = True
    shown: Status | None = None
    failures: int = 0
    not_before: float = 0.0
    blocked_until: float = 0.0
    dirty: asyncio.Event = field(default_factory=asyncio.Event)
    urgent: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    task: asyncio.Task[None] | None = None


class Board:
    """The status messages of all jobs, see `steps.StatusBoard`."""

    def __init__(
        self, bot: Bot, queue: Queue, *, output_limit: int, pace: Pace | None = None
    ) -> None:
        self._bot = bot
        self._queue = queue
        self._output_limit = output_limit
        self._pace = pace or Pace()
        self._entries: dict[str, _Entry] = {}
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    def show(self, job: Job, status: Status) -> None:
        """Show `status` when its turn comes; a newer one replaces it."""
        entry = self._entries.get(job.id)
        if entry is None:
            entry = _Entry(job, job.status_message_id, status)
            self._entries[job.id] = entry
            entry.task = asyncio.create_task(self._keep(entry), name=f"status-{job.id}")
        if entry.status.final and not entry.settled.is_set() and not status.final:
            return
        entry.job, entry.status = job, status
        entry.settled.clear()
        entry.dirty.set()
        if status.final:
            entry.urgent.set()

    async def settle(self, job: Job, status: Status) -> None:
        """Show the last word and wait until it is seen, `Pace.patience` seconds at most."""
        self.show(job, status)
        entry = self._entries[job.id]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.patience):
                await entry.settled.wait()

    def forget(self, job: Job) -> None:
        """Show nothing more for this job, but for a last word that is still on its way."""
        entry = self._entries.get(job.id)
        if entry is not None and not (entry.status.final and not entry.settled.is_set()):
            self._drop(entry)

    async def hand_over(self, job: Job) -> int | None:
        """Stop editing and give the message away: its id, or None when there is none in the chat.

        The newest state is shown first, if the pace allows it now. No edit is under way any more
        when this returns.
        """
        entry = self._entries.get(job.id)
        if entry is None:
            return job.status_message_id
        async with entry.turn:
            self._drop(entry)
            now = asyncio.get_running_loop().time()
            if entry.status != entry.shown and now >= max(entry.not_before, entry.blocked_until):
                await self._send(entry, entry.status)
        return entry.message_id

    async def close(self, patience: float) -> None:
        """Let what is about to be shown be shown, `patience` seconds at most, then stop."""
        tasks = [e.task for e in self._entries.values() if e.task is not None]
        waiting = [
            asyncio.create_task(entry.settled.wait())
            for entry in self._entries.values()
            if entry.status != entry.shown
        ]
        for entry in self._entries.values():
            entry.urgent.set()
        if waiting:
            await asyncio.wait(waiting, timeout=patience)
        for task in (*waiting, *tasks):
            task.cancel()
        await asyncio.gather(*waiting, *tasks, return_exceptions=True)
        self._entries.clear()

    def _drop(self, entry: _Entry) -> None:
        self._entries.pop(entry.job.id, None)
        if entry.task is not None:
            entry.task.cancel()

    async def _keep(self, entry: _Entry) -> None:
        """Keep one message true until its last word is seen, or it is given away."""
        while not (entry.status.final and entry.settled.is_set()):
            await entry.dirty.wait()
            await self._turn_comes(entry)
            entry.dirty.clear()
            async with entry.turn, self._at_once:
                status = entry.status
                wait = await self._send(entry, status) if status != entry.shown else 0.0
            self._note(entry, status, wait)
        self._entries.pop(entry.job.id, None)

    async def _turn_comes(self, entry: _Entry) -> None:
        """Wait as the pace wants it, but for a last word, and as Telegram wants it, always."""
        clock = asyncio.get_running_loop().time
        if (pause := entry.not_before - clock()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await entry.urgent.wait()
        if (pause := entry.blocked_until - clock()) > 0:
            await asyncio.sleep(pause)

    def _note(self, entry: _Entry, status: Status, wait: float | None) -> None:
        """What follows from one send: 0 = seen, more = seconds to wait, None = failed."""
        now = asyncio.get_running_loop().time()
        if wait == 0:
            entry.shown, entry.failures = status, 0
            entry.not_before = now + (self._pace.group if entry.job.group else self._pace.private)
        else:
            if wait is None:
                entry.failures += 1
                wait = self._pace.first_wait * 2 ** min(entry.failures, _LAST_TRIES)
            entry.blocked_until = now + wait
            entry.dirty.set()
        if entry.shown == entry.status or entry.failures >= _LAST_TRIES:
            entry.settled.set()

    async def _send(self, entry: _Entry, status: Status) -> float | None:
        """Send or edit. 0 = seen, more = seconds to wait first, None = failed in passing."""
        try:
            await self._put(entry, status)
        except TelegramRetryAfter as error:
            log.warning("status edit must wait", seconds=error.retry_after, job=entry.job.id)
            return float(error.retry_after) + 0.1
        except TelegramBadRequest as error:
            return self._refused(entry, status, error)
        except TelegramForbiddenError:
            log.info("user blocked the bot", job=entry.job.id)
        except PASSING as error:
            log.warning("status edit failed", cause=type(error).__name__, job=entry.job.id)
            return None
        except TelegramAPIError:
            log.exception("status edit refused", job=entry.job.id)
        except Exception:
            # A full disk, or a mistake of ours: the message must not stay silent for ever.
            log.exception("status edit broke", job=entry.job.id)
            return None
        return 0.0

    def _refused(self, entry: _Entry, status: Status, error: TelegramBadRequest) -> float | None:
        if is_about(error, *_AS_GOOD_AS_DONE):
            return 0.0
        log.warning("status message can't be edited", cause=str(error), job=entry.job.id)
        if status.final and entry.message_id is not None:
            # Deleted by the person, most likely; the last word must be heard all the same.
            entry.message_id, entry.sure = None, True
            return None
        return 0.0

    async def _put(self, entry: _Entry, status: Status) -> None:
        texts = Texts(entry.job.locale)
        text = status_text(texts, entry.job, status, output_limit=self._output_limit)
        act = Act.RETRY if status.can_retry else None if status.final else Act.CANCEL
        buttons = job_buttons(texts, entry.job.id, act)
        if entry.message_id is None and not entry.sure:
            latest = await self._queue.get(entry.job.id)
            entry.message_id = latest.status_message_id if latest is not None else None
            entry.sure = True
        if entry.message_id is not None:
            await self._bot.edit_message_text(
                text,
                chat_id=entry.job.chat_id,
                message_id=entry.message_id,
                reply_markup=buttons,
            )
        else:
            entry.message_id, entry.saved = await self._first(entry, text, buttons), False
        if not entry.saved:
            await self._queue.set_status_message(entry.job.id, entry.message_id)
            entry.saved = True

    async def _first(self, entry: _Entry, text: str, buttons: InlineKeyboardMarkup | None) -> int:
        message = SendStatus(
            chat_id=entry.job.chat_id,
            text=text,
            reply_markup=buttons,
            reply_parameters=ReplyParameters(
                message_id=entry.job.message_id, allow_sending_without_reply=True
            ),
        )
        return (await self._bot(message)).message_id
