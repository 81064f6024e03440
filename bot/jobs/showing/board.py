"""The one scheduler of status messages: newest state only, never faster than a chat bears.

Limits on edits are not published; bots have been made to wait for hours after editing progress
too often. So there is a pace for each message and one for each chat, and always what the messenger
asks for. What a message looks like is the painter's business.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

import structlog

from bot.jobs.messenger import Painted
from bot.jobs.showing.pace import ChatPaces, Pace, Spoken
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

_MOST_AT_ONCE: Final = 8
_LAST_TRIES: Final = 6


class Subject(Spoken, Protocol):
    """What owns a message in a chat: a job, or a batch of them."""

    @property
    def id(self) -> str:
        """Its own id."""
        ...

    @property
    def status_message_id(self) -> str | None:
        """Its message's, None until it was sent."""
        ...


class Shown(Protocol):
    """What the message says. Two that are equal look alike."""

    @property
    def final(self) -> bool:
        """Nothing follows: it must reach the person."""
        ...


S = TypeVar("S", bound=Subject)
T = TypeVar("T", bound=Shown)
S_contra = TypeVar("S_contra", bound=Subject, contravariant=True)
T_contra = TypeVar("T_contra", bound=Shown, contravariant=True)


class MessageIds(Protocol):
    """Remembers which message is whose. Both may raise StorageError."""

    async def status_message(self, subject_id: str, /) -> str | None:
        """The message that a subject owns."""
        ...

    async def set_status_message(self, subject_id: str, message_id: str, /) -> None:
        """Remember it."""
        ...


class Paint(Protocol[S_contra, T_contra]):
    """Shows it, see `messenger.Painter`."""

    async def __call__(
        self, subject: S_contra, status: T_contra, message_id: str | None, /
    ) -> Painted:
        """Edit the message, or send the first one."""
        ...


@dataclass(slots=True)
class _Entry(Generic[S, T]):
    """One status message: what should be seen, what is, and when it may change.

    `message_id` is None while there is none, `sure` that this was looked up: a job in a worker's
    hands may be older than its status message. `saved`: its id is in the database.
    """

    job: S
    message_id: str | None
    status: T
    sure: bool = False
    saved: bool = True
    shown: T | None = None
    failures: int = 0
    not_before: float = 0.0
    blocked_until: float = 0.0
    dirty: asyncio.Event = field(default_factory=asyncio.Event)
    urgent: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    task: asyncio.Task[None] | None = None


class Board(Generic[S, T]):
    """The status messages of all jobs, or of all batches. `on_blocked` hears of one whose chat
    nobody reads any more."""

    def __init__(
        self,
        ids: MessageIds,
        paint: Paint[S, T],
        *,
        pace: Pace,
        chats: ChatPaces,
        on_blocked: Callable[[S], None] = lambda _: None,
    ) -> None:
        self._ids = ids
        self._show_it = paint
        self._pace = pace
        self._chats = chats
        self.on_blocked = on_blocked
        self._entries: dict[str, _Entry[S, T]] = {}
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    def show(self, job: S, status: T) -> None:
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

    async def settle(self, job: S, status: T) -> None:
        """Show the last word and wait until it is seen, `Pace.patience` seconds at most."""
        self.show(job, status)
        entry = self._entries[job.id]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.patience):
                await entry.settled.wait()

    def forget(self, job: S) -> None:
        """Show nothing more for this job, but for a last word that is still on its way."""
        entry = self._entries.get(job.id)
        if entry is not None and not (entry.status.final and not entry.settled.is_set()):
            self._drop(entry)

    def latest(self, job_id: str) -> T | None:
        """What is, or is about to be, seen of a job; None when nothing was said lately."""
        entry = self._entries.get(job_id)
        return entry.status if entry is not None else None

    async def message_of(self, job: S) -> str | None:
        """The id of the job's message, None when there is none in the chat; the newest state is
        shown first, if the pace allows it now."""
        entry = self._entries.get(job.id)
        if entry is None:
            return job.status_message_id
        async with entry.turn:
            now = asyncio.get_running_loop().time()
            if entry.status != entry.shown and now >= max(entry.not_before, entry.blocked_until):
                self._note(entry, entry.status, await self._paint(entry, entry.status))
        return entry.message_id

    async def quiet(self, job: S) -> None:
        """Say nothing more in the job's message: when this returns nothing is under way."""
        entry = self._entries.get(job.id)
        if entry is not None:
            async with entry.turn:
                self._drop(entry)

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

    def _drop(self, entry: _Entry[S, T]) -> None:
        self._entries.pop(entry.job.id, None)
        if entry.task is not None:
            entry.task.cancel()

    async def _keep(self, entry: _Entry[S, T]) -> None:
        """Keep one message true until its last word is seen, or it is forgotten."""
        while not (entry.status.final and entry.settled.is_set()):
            await entry.dirty.wait()
            await self._turn_comes(entry)
            async with entry.turn, self._at_once:
                entry.dirty.clear()
                status = entry.status
                if status != entry.shown:
                    self._note(entry, status, await self._paint(entry, status))
                else:
                    entry.settled.set()
        self._entries.pop(entry.job.id, None)

    async def _turn_comes(self, entry: _Entry[S, T]) -> None:
        """Wait as the message's pace wants it, but for a last word, and as the messenger and the
        chat want it, always."""
        clock = asyncio.get_running_loop().time
        if (pause := entry.not_before - clock()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await entry.urgent.wait()
        if (pause := entry.blocked_until - clock()) > 0:
            await asyncio.sleep(pause)
        await self._chats.turn(entry.job)

    async def _paint(self, entry: _Entry[S, T], status: T) -> Painted:
        """Show it, and remember the message. What breaks in here is trouble that may pass: the
        message must not stay silent for ever."""
        job = entry.job
        try:
            if entry.message_id is None and not entry.sure:
                entry.message_id = await self._ids.status_message(job.id)
                entry.sure = True
            painted = await self._show_it(job, status, entry.message_id)
            if painted.message_id is not None and painted.message_id != entry.message_id:
                entry.message_id, entry.saved = painted.message_id, False
            if not entry.saved and entry.message_id is not None:
                await self._ids.set_status_message(job.id, entry.message_id)
                entry.saved = True
        except StorageError as error:
            log.warning("status message not saved", cause=str(error), job=job.id)
            return Painted(wait=0.0)
        except Exception:
            log.exception("status message broke", job=job.id)
            return Painted(wait=0.0)
        return painted

    def _note(self, entry: _Entry[S, T], status: T, painted: Painted) -> None:
        """What follows from one try."""
        now = asyncio.get_running_loop().time()
        if painted.blocked:
            self.on_blocked(entry.job)
        if painted.gone and status.final and entry.message_id is not None:
            # Deleted by the person, most likely; the last word must be heard all the same.
            entry.message_id, entry.sure = None, True
            painted = Painted(wait=0.0)
        if painted.wait is None:
            entry.shown, entry.failures = status, 0
            entry.not_before = now + self._pace.of(entry.job)
        else:
            wait = painted.wait
            if not wait:
                entry.failures += 1
                wait = self._pace.first_wait * 2 ** min(entry.failures, _LAST_TRIES)
            entry.blocked_until = now + wait
            entry.dirty.set()
        if entry.shown == entry.status or entry.failures >= _LAST_TRIES:
            entry.settled.set()
