"""Updates brought to a webhook, as the real server brings them.

One queue for each chat or person, in order: an update that isn't taken holds back that queue alone.
It comes again at once, then after 2, 4, 8 … seconds, until somebody answers 2xx or it is a day old.
"""

import asyncio
import contextlib
import itertools
import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from standin.calls import CallLog
from standin.faults import Fault, Faults
from standin.hooks import Hook
from standin.updates import Update, UpdateQueue

WEBHOOK: Final = "webhook"
# An address of the real ones.
OUR_ADDRESS: Final = "149.154.167.220"

_LONGEST_WAIT = 60.0
_LONGEST_ASKED = 3600.0
_LIFETIME = 24 * 3600.0
_ANSWER_SECONDS = 60.0
_MOST_OF_ANSWER = 64 * 1024


@dataclass
class _Line:
    """Updates of one chat or person: how often the first one failed, and when it may go again."""

    busy: bool = False
    failures: int = 0
    not_before: float = 0.0


@dataclass(frozen=True)
class _Outcome:
    """What came of one delivery; `status` 0: no answer."""

    status: int
    told: str
    retry_after: float = 0.0

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's word for it


class Courier:
    """Brings what waits in `queue`. `haste` divides the waits after failures. `proxied_to`: where
    requests to the public address end, one after another (`http://host:port`, or `unix:/path`),
    as behind the operator's own proxy."""

    def __init__(self, queue: UpdateQueue, faults: Faults, calls: CallLog) -> None:
        self._queue = queue
        self._faults = faults
        self._calls = calls
        self._lines: dict[int, _Line] = {}
        self._deliveries: set[asyncio.Task[None]] = set()
        self._turns = itertools.count()
        self.haste = 1.0
        self.lifetime = _LIFETIME
        self.proxied_to: list[str] = []

    @property
    def under_way(self) -> int:
        """How many deliveries wait for an answer."""
        return len(self._deliveries)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._queue.news.clear()
                pause = self._begin()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._queue.news.wait(), pause)
        finally:
            for task in self._deliveries:
                task.cancel()
            await asyncio.gather(*self._deliveries, return_exceptions=True)

    def _begin(self) -> float | None:
        """Begin every delivery that may begin. Seconds until the next may, None: who knows."""
        hook = self._queue.hook
        if hook is None:
            self._lines.clear()
            return None
        self._queue.drop_older_than(self.lifetime)
        now = time.monotonic()
        for line, update in self._heads():
            if len(self._deliveries) >= hook.max_connections:
                break
            if line.not_before <= now:
                line.busy = True
                task = asyncio.create_task(self._bring(hook, line, update))
                self._deliveries.add(task)
                task.add_done_callback(self._ended)
        waits = [line.not_before - now for line, _ in self._heads() if line.not_before > now]
        return min(waits, default=None)

    def _heads(self) -> Iterator[tuple[_Line, Update]]:
        """The first update of each queue that is not on its way."""
        seen: set[int] = set()
        for update in self._queue.pending:
            key = queue_of(update)
            line = self._lines.setdefault(key, _Line())
            if key not in seen and not line.busy:
                yield line, update
            seen.add(key)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._deliveries.discard(task)
        self._queue.news.set()

    async def _bring(self, hook: Hook, line: _Line, update: Update) -> None:
        began = time.time()
        params = {"update_id": update["update_id"]}
        fault = self._faults.take(WEBHOOK) or self._faults.take(WEBHOOK, params)
        try:
            outcome = await self._tried(hook, update, fault)
        finally:
            line.busy = False
        lost = fault is not None and (fault.drop_reply or fault.drop_request)
        self._calls.add(
            WEBHOOK, params, outcome.status, began, description=outcome.told, dropped=lost
        )
        if outcome.taken and not lost:
            line.failures, line.not_before = 0, 0.0
            self._queue.delivered(update)
            return
        line.failures += 1
        wait = 0.0 if line.failures == 1 else min(2.0 ** (line.failures - 1), _LONGEST_WAIT)
        line.not_before = time.monotonic() + max(wait / self.haste, outcome.retry_after)
        hook.last_error = (int(time.time()), outcome.told or "Connection closed")

    async def _tried(self, hook: Hook, update: Update, fault: Fault | None) -> _Outcome:
        if fault is not None and fault.delay:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(fault.released.wait(), fault.delay)
        if fault is not None and fault.drop_request:
            return _Outcome(0, "Connection reset by peer")
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self._post(hook, update)
        except TimeoutError:
            return _Outcome(0, "Read timeout expired")
        except aiohttp.ClientConnectorCertificateError:
            return _Outcome(0, "SSL error {error:0A000086:SSL routines::certificate verify failed}")
        except aiohttp.ClientConnectorError:
            return _Outcome(0, "Connection refused")
        except (aiohttp.ClientError, OSError):
            return _Outcome(0, "Connection reset by peer")

    async def _post(self, hook: Hook, update: Update) -> _Outcome:
        url, connector, headers = self._way(hook)
        if hook.secret is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        body = json.dumps(update).encode()
        async with (
            aiohttp.ClientSession(connector=connector) as http,
            http.post(url, data=body, headers=headers) as response,
        ):
            answer = await response.content.read(_MOST_OF_ANSWER)
            if b'"method"' in answer:
                self._queue.problems.append("a webhook was answered with a method to be called")
            asked = response.headers.get("Retry-After", "")
            wait = min(float(asked), _LONGEST_ASKED) if asked.isdecimal() else 0.0
            told = f"Wrong response from the webhook: {response.status} {response.reason}"
            return _Outcome(response.status, told, wait)

    def _way(self, hook: Hook) -> tuple[str, aiohttp.BaseConnector, dict[str, str]]:
        """Where a request goes, how, and what it says beside the update."""
        headers = {"Content-Type": "application/json"}
        if not self.proxied_to:
            trusted: ssl.SSLContext | bool = True
            if hook.certificate is not None:
                trusted = ssl.create_default_context(cadata=hook.certificate.decode("ascii"))
            return hook.url, aiohttp.TCPConnector(ssl=trusted), headers
        target = self.proxied_to[next(self._turns) % len(self.proxied_to)]
        headers["X-Forwarded-For"] = OUR_ADDRESS
        path = urlsplit(hook.url).path or "/"
        if target.startswith("unix:"):
            connector = aiohttp.UnixConnector(target.removeprefix("unix:"))
            return f"http://localhost{path}", connector, headers
        return f"{target}{path}", aiohttp.TCPConnector(), headers


def queue_of(update: Update) -> int:
    """The chat or the person whose queue an update is in; 0 where it names none."""
    event: Any = next((v for name, v in update.items() if name != "update_id"), None)
    if not isinstance(event, dict):
        return 0
    for name in ("chat", "from", "user"):
        found = event.get(name)
        if isinstance(found, dict) and isinstance(found.get("id"), int):
            return int(found["id"])
    return 0
