"""Updates that Telegram brings: a small HTTP server that answers 200 once one is kept.

Who calls is decided before a body is read. Nobody's bytes end in a 5xx: what is wrong is refused,
what is long or slow is cut off; 503 says only that the database is away, and Telegram comes again.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

from aiogram import Bot
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from bot.jobs.store.durable import surely
from bot.storage.errors import StorageError
from bot.telegram.updates.mailroom import Mailroom
from bot.telegram.ways.hook import hook, stay_hooked
from bot.telegram.ways.listener import Listener
from bot.telegram.ways.pending import Pending
from bot.telegram.ways.terms import Terms

MOST_BYTES: Final = 1024 * 1024
DEEPEST: Final = 100
# Seconds that a body may take to come.
PATIENCE: Final = 10.0
_AGAIN_IN: Final = {"Retry-After": "1"}


class _Refused(Exception):
    """A request is answered with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Webhook:
    """See Way: Telegram, or a proxy of ours, calls us. Any number of front ends may listen."""

    def __init__(self, bot: Bot, mailroom: Mailroom, terms: Terms, pending: Pending) -> None:
        self._bot = bot
        self._mailroom = mailroom
        self._terms = terms
        self._path = URL(terms.url).raw_path
        self._pending = pending
        self._listener = Listener(self.answer, terms.listen, terms.tls)

    async def serve(self) -> None:
        """See Way. Raises StartError where we can't listen."""
        await surely(self._mailroom.resume)
        watching = asyncio.create_task(self._mailroom.watch(), name="inbox-watch")
        try:
            await self._listener.run()
        finally:
            watching.cancel()

    async def lead(self) -> None:
        """See Way. Raises RefusedError for a wrong token alone."""
        allowed = self._mailroom.feed.allowed
        # Telegram calls at once, and would wait for longer and longer where nobody answers.
        await self._listener.listening.wait()
        await hook(self._bot, self._terms, allowed, self._pending)
        await stay_hooked(self._bot, self._terms, allowed)

    async def drain(self, seconds: float) -> None:
        """See Way. The webhook stays set: what is sent meanwhile waits with Telegram."""
        await self._mailroom.drain(seconds)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer a request."""
        try:
            self._look_at(request)
            text = await _body(request)
            raw = parsed(text)
        except _Refused as refused:
            response = web.Response(status=refused.status)
            response.force_close()
            return response
        if self._mailroom.full:
            return web.Response(status=429, headers=_AGAIN_IN)
        try:
            await self._mailroom.post(raw, text)
        except StorageError:
            return web.Response(status=503, headers=_AGAIN_IN)
        except ValueError:
            return web.Response(status=400)
        return web.Response()

    def _look_at(self, request: web.BaseRequest) -> None:
        """Refuse whatever can be refused by the request's head."""
        if request.rel_url.raw_path != self._path:
            raise _Refused(404)
        if request.method != "POST":
            raise _Refused(405)
        forwarded = request.headers.getall("X-Forwarded-For", [])
        status = self._terms.doorman.refuses(
            request.raw_headers, _peer(request.transport), forwarded
        )
        if status:
            raise _Refused(status)


async def _body(request: web.BaseRequest) -> str:
    """The body as text, read within bounds. Raises _Refused."""
    if (request.content_length or 0) > MOST_BYTES:
        raise _Refused(413)
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            if request.headers.get("Expect", "").lower() == "100-continue":
                await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            while block := await request.content.readany():
                body += block
                if len(body) > MOST_BYTES:
                    raise _Refused(413)
        return body.decode("utf-8")
    except TimeoutError:
        raise _Refused(408) from None
    except (HttpProcessingError, web.RequestPayloadError, OSError, ValueError):
        # Broken off, not as HTTP has it, or no text.
        raise _Refused(400) from None


def parsed(text: str) -> Mapping[str, Any]:
    """The JSON object of a body. Raises _Refused for what is none, or too deep."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise _Refused(400) from None
    if not isinstance(raw, dict) or _too_deep(raw):
        raise _Refused(400)
    return raw


def _too_deep(value: object) -> bool:
    level: list[Any] = [value]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            return True
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return False


def _peer(transport: asyncio.BaseTransport | None) -> str:
    """The address at the other end, "" for a socket of this host."""
    peer = transport.get_extra_info("peername") if transport is not None else None
    return str(peer[0]) if isinstance(peer, tuple) else ""
