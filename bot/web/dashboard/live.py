"""What changes on a page while somebody watches: one look for all who do, and to each browser the
pieces of its page that came out different."""

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import structlog

from bot.storage.errors import StorageError
from bot.web.dashboard.speech import Speech

log = structlog.get_logger(__name__)

# Changes come in bursts; nobody reads faster.
_LEAST_PAUSE: Final = 0.2
_SHARE: Final = 3
_AFTER_TROUBLE: Final = 2.0


@dataclass(frozen=True)
class Drawn:
    """A page's pieces: HTML by the id of the element that it fills, and lists by their id: the
    HTML of each item by its own id, in their order."""

    pieces: Mapping[str, str]
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """Differs where anything does."""
        seen = hashlib.sha256(repr((self.pieces, self.lists)).encode("utf-8", "replace"))
        return seen.hexdigest()[:16]

    def news(self, before: "Drawn | None") -> dict[str, Any]:
        """What a page that shows `before` has to change, as JSON takes it; empty for nothing."""
        old, old_lists = (before.pieces, before.lists) if before is not None else ({}, {})
        pieces = {one: html for one, html in self.pieces.items() if old.get(one) != html}
        lists = {}
        for one, items in self.lists.items():
            had = old_lists.get(one, {})
            if before is None or list(had.items()) != list(items.items()):
                changed = {item: html for item, html in items.items() if had.get(item) != html}
                lists[one] = {"order": list(items), "items": changed}
        return ({"pieces": pieces} if pieces else {}) | ({"lists": lists} if lists else {})


class Channel:
    """A look at something, again and again while there are watchers, and how it is drawn. `every`
    in seconds; `changed` is set when something may look different before."""

    def __init__(
        self,
        look: Callable[[], Awaitable[Any]],
        draw: Callable[[Any, Speech], Drawn],
        every: float,
        changed: Callable[[], asyncio.Event] | None = None,
    ) -> None:
        self._look = look
        self._draw = draw
        self._every = every
        self._changed = changed
        self._watchers = 0
        self._number = 0
        self._seen: Any = None
        self._drawn: dict[str, Drawn] = {}
        self._told: dict[tuple[str, str], str] = {}
        self._news = asyncio.Event()
        self._drawing = asyncio.Lock()
        self._spent = 0.0
        self._looking: asyncio.Task[None] | None = None

    @property
    def watched(self) -> bool:
        """Somebody does."""
        return self._watchers > 0

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Within the block it is looked at."""
        self._watchers += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking(), name="dashboard")
        try:
            yield
        finally:
            self._watchers -= 1
            if not self._watchers and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def after(self, number: int) -> int:
        """The number of the newest look, as soon as it is greater than that."""
        while self._number <= number:
            await self._news.wait()
        return self._number

    async def drawn(self, speech: Speech) -> Drawn:
        """The newest look in a language; drawn once for all who speak it, beside the event loop."""
        async with self._drawing:
            if speech.locale not in self._drawn:
                seen, drawn = self._seen, self._drawn
                began = time.monotonic()
                drawn[speech.locale] = await asyncio.to_thread(self._draw, seen, speech)
                self._spent = time.monotonic() - began
                return drawn[speech.locale]
            return self._drawn[speech.locale]

    def told(self, drawn: Drawn, before: Drawn | None) -> str:
        """What changed, as JSON, "" for nothing; written once for all who see the same."""
        which = drawn.name, "" if before is None else before.name
        if which not in self._told:
            news = drawn.news(before)
            self._told[which] = json.dumps(news, ensure_ascii=False) if news else ""
        return self._told[which]

    async def _keep_looking(self) -> None:
        while True:
            changed = self._changed() if self._changed is not None else asyncio.Event()
            try:
                seen = await self._look()
            except StorageError as error:
                log.debug("nothing to be seen", cause=str(error))
                await asyncio.sleep(_AFTER_TROUBLE)
                continue
            except Exception:
                log.exception("a look failed")
                await asyncio.sleep(_AFTER_TROUBLE)
                continue
            self._seen, self._drawn, self._told = seen, {}, {}
            self._number += 1
            news, self._news = self._news, asyncio.Event()
            news.set()
            # A house full of jobs takes longer to draw: the bot goes first.
            await asyncio.sleep(max(_LEAST_PAUSE, _SHARE * self._spent))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, self._every - _LEAST_PAUSE)):
                    await changed.wait()


class Channels:
    """One for each thing that is watched."""

    def __init__(self) -> None:
        self._open: dict[str, Channel] = {}

    def get(self, name: str, make: Callable[[], Channel]) -> Channel:
        """The channel of that name."""
        for idle in [one for one, channel in self._open.items() if not channel.watched]:
            del self._open[idle]
        return self._open.setdefault(name, make())
