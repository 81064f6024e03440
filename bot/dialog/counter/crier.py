"""Tells everybody what an admin has to say: slowly, once, and beside everything else."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol, TypeVar

import structlog

from bot.dialog.stores.broadcasts import Broadcast, BroadcastStore, Heard, Stage, Tally
from bot.jobs.showing.pace import ChatPaces, Pace
from bot.jobs.store.retry import REQUESTS, WRITES
from bot.storage.errors import StorageError

log = structlog.get_logger(__name__)

_REPORT_TRIES: Final = 5
_LONGEST_AWAY: Final = 60.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """How telling one chat went. With WAITING nothing was sent, for sure, and in `wait` seconds it
    may be tried again; `lost`: there is nothing left to be told."""

    heard: Heard
    wait: float = 0.0
    lost: bool = False


class Voice(Protocol):
    """Speaks to chats of one messenger. Nothing in here raises for the messenger's trouble."""

    async def say(self, broadcast: Broadcast, chat_id: str, /) -> Said:
        """Say it in one chat, once."""
        ...

    async def reachable(self) -> bool:
        """Whether the messenger answers at all."""
        ...

    async def report(self, broadcast: Broadcast, tally: Tally) -> float | None:
        """Tell the admin how far it has come. None when that is seen, or never will be; else in so
        many seconds it may be tried again."""
        ...


class Crier:
    """One broadcast after the other. `audience` gives the chats of those who would hear one."""

    def __init__(
        self,
        store: BroadcastStore,
        voice: Voice,
        audience: Callable[[str], Awaitable[list[str]]],
        pace: Pace,
        chats: ChatPaces,
    ) -> None:
        self.store = store
        self._voice = voice
        self._audience = audience
        self._pace = pace
        self._chats = chats
        self._closing = False
        self._nudge = asyncio.Event()
        self._hush = asyncio.Event()
        self._current = ""
        self._not_before = 0.0
        self._next_report = 0.0
        # Whoever leads tells it, whoever was asked.
        store.hear_of_begun(self._nudge.set)

    async def ask(self, broadcast: Broadcast) -> tuple[Broadcast, int]:
        """Keep it until its admin says yes. How many would hear it."""
        kept = await self.store.add(broadcast)
        return kept, len(await self._audience(broadcast.platform))

    async def begin(self, broadcast: Broadcast, report_id: str | None, admin: str) -> bool:
        """Let it go out; without a `report_id` no message tells how far it has come. False when it
        has gone out, or was given up."""
        chats = await self._audience(broadcast.platform)
        begun = await self.store.begin(broadcast.id, report_id, chats)
        if begun:
            told = {"broadcast": broadcast.id, "chats": len(chats), "admin": admin}
            log.warning("admin", did="began a broadcast", **told)
        return begun

    async def stop(self, broadcast: Broadcast, admin: str) -> bool:
        """Let nobody else hear it. False when it has ended."""
        was = broadcast.stage
        if was not in {Stage.ASKED, Stage.SENDING}:
            return False
        stopped = await self.store.end(broadcast.id, was, Stage.STOPPED)
        if stopped:
            did = "stopped a broadcast" if was is Stage.SENDING else "gave a broadcast up"
            log.warning("admin", did=did, broadcast=broadcast.id, admin=admin)
            if broadcast.id == self._current:
                self._hush.set()
        return stopped

    async def run(self) -> None:
        """Until closed: tell what is to be told, what a dead process began first."""
        self._closing = False  # whoever led before may lead again
        await self._surely(self.store.resume)
        while not self._closing:
            self._nudge.clear()
            if found := await self._surely(self.store.unfinished):
                await self._carried(found[0])
            elif not self._closing:
                await self._nudge.wait()

    def close(self) -> None:
        """Tell nobody else in this process; `run` ends once the one being told was told."""
        self._closing = True
        self._nudge.set()
        self._hush.set()

    async def _carried(self, broadcast: Broadcast) -> None:
        """Whatever breaks, the next one isn't kept from being told, and no chat is told twice."""
        try:
            await self._carry(broadcast)
        except Exception:
            log.exception("broadcast broke", broadcast=broadcast.id)
            await asyncio.sleep(_LONGEST_AWAY)

    async def _carry(self, broadcast: Broadcast) -> None:
        """Tell one chat after the other."""
        self._current = broadcast.id
        self._hush.clear()
        while not self._closing:
            await self._pause()
            chat = await self._surely(lambda: self.store.next(broadcast.id))
            if chat is None:
                await self._over(broadcast)
                return
            await self._chats.private_turn(broadcast.platform, chat)
            began = asyncio.get_running_loop().time()
            said = await self._voice.say(broadcast, chat)
            heard = said.heard
            await self._surely(partial(self.store.note, broadcast.id, chat, heard))
            if said.lost:
                ends = partial(self.store.end, broadcast.id, Stage.SENDING, Stage.LOST)
                await self._surely(ends)
                continue
            if heard is Heard.UNSURE:
                await self._until_reachable()
            now = asyncio.get_running_loop().time()
            self._not_before = max(began + self._pace.broadcast, now + said.wait)
            await self._report_now_and_then(broadcast)

    async def _over(self, broadcast: Broadcast) -> None:
        """Nobody is left, or it was stopped. That is told first, and only then written: a process
        that dies in between tells it once more."""
        latest = await self._surely(lambda: self.store.get(broadcast.id)) or broadcast
        stage = Stage.DONE if latest.stage is Stage.SENDING else latest.stage
        broadcast = replace(latest, stage=stage)
        tally = await self._surely(lambda: self.store.tally(broadcast.id))
        counts = {heard.value: count for heard, count in tally.items()}
        log.info("broadcast over", broadcast=broadcast.id, stage=broadcast.stage.value, **counts)
        await self._last_report(broadcast, tally)
        await self._surely(partial(self.store.end, broadcast.id, Stage.SENDING, Stage.DONE))
        await self._surely(partial(self.store.forget, broadcast.id))

    async def _last_report(self, broadcast: Broadcast, tally: Tally) -> None:
        for _ in range(_REPORT_TRIES):
            wait = await self._voice.report(broadcast, tally)
            if wait is None or self._closing:
                return
            await asyncio.sleep(wait)

    async def _report_now_and_then(self, broadcast: Broadcast) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next_report:
            return
        tally = await self._surely(lambda: self.store.tally(broadcast.id))
        wait = await self._voice.report(broadcast, tally)
        self._next_report = asyncio.get_running_loop().time() + max(self._pace.private, wait or 0.0)

    async def _until_reachable(self) -> None:
        """While the messenger is away nobody else's chat is spent on finding out."""
        tries = 0
        while not self._closing and not await self._voice.reachable():
            tries += 1
            await self._sleep(min(2.0**tries, _LONGEST_AWAY))

    async def _pause(self) -> None:
        """As long as the pace and the messenger want it."""
        await self._sleep(self._not_before - asyncio.get_running_loop().time())

    async def _sleep(self, seconds: float) -> None:
        """A pause that ends early when the broadcast is stopped, or all of them are."""
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._hush.wait()

    async def _surely(self, work: Callable[[], Awaitable[T]]) -> T:
        """Done again until the database does it: who was told must be known."""
        tries = 0
        while True:
            try:
                return await work()
            except StorageError as error:
                tries += 1
                wait = WRITES.wait(tries, 0.0, jitter=random.random())  # noqa: S311
                log.warning("broadcast waits for the database", cause=str(error))
                await asyncio.sleep(wait or REQUESTS.longest)
