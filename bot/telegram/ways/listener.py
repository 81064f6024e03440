"""A small HTTP server of one handler, at an address or a socket of this host. Nobody can keep it
busy by saying nothing."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from bot.conversions import StartError

log = structlog.get_logger(__name__)

# Seconds that the head of a connection's first request may take to come.
PATIENCE: Final = 10.0
_SWEEP: Final = 2.0
_KEPT_ALIVE: Final = 75.0
# How long a body that was refused is thrown away as it comes, so that the refusal is heard.
_LINGER: Final = 5.0
_LAST_ANSWERS: Final = 3.0
# Far more than Telegram and a proxy need, far less than the files that a process may have open.
_MOST_CONNECTIONS: Final = 300

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def is_path(listen: str) -> bool:
    """Whether this is a socket's path rather than a host and a port."""
    return "/" in listen


class _Server(web.Server):
    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """As every server does, but for one connection too many."""
        super().connection_made(handler, transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.abort()


class Listener:
    """Listens at `listen`, with our side of `tls` if nobody in front has one."""

    def __init__(self, answer: Answer, listen: str, tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._listen = listen
        self._tls = tls
        # Set once it can be called.
        self.listening = asyncio.Event()
        self._since: dict[object, float] = {}
        self._spoken: set[object] = set()

    async def run(self) -> None:
        """Until cancelled; then what has begun is answered. Raises StartError."""
        server = _Server(
            self._heard,
            access_log=None,
            # Whoever scans the network for servers fills no log of ours.
            logger=_silent(),
            keepalive_timeout=_KEPT_ALIVE,
            lingering_time=_LINGER,
            auto_decompress=False,
        )
        runner = web.ServerRunner(server, shutdown_timeout=_LAST_ANSWERS)
        await runner.setup()
        try:
            await self._open(runner)
            log.info("listening for Telegram", at=self._listen)
            self.listening.set()
            while True:
                await asyncio.sleep(_SWEEP)
                self._sweep(server)
        finally:
            await runner.cleanup()

    async def _open(self, runner: web.ServerRunner) -> None:
        site: web.BaseSite
        if is_path(self._listen):
            site = web.UnixSite(runner, self._listen, ssl_context=self._tls)
        else:
            host, _, port = self._listen.rpartition(":")
            site = web.TCPSite(
                runner, host.strip("[]") or None, int(port), ssl_context=self._tls, backlog=256
            )
        try:
            await site.start()
            if is_path(self._listen):
                # Whoever may enter its folder may call; what they say is another matter.
                await asyncio.to_thread(Path(self._listen).chmod, 0o666)
        except (OSError, socket.gaierror) as error:
            reason = error.strerror or str(error)
            raise StartError(
                f"WEBHOOK_LISTEN: cannot listen at {self._listen}: {reason}"
            ) from error

    async def _heard(self, request: web.BaseRequest) -> web.StreamResponse:
        self._spoken.add(request.protocol)
        return await self._answer(request)

    def _sweep(self, server: _Server) -> None:
        """Close connections that were opened and left at that: nothing else bounds the time that a
        first head may take."""
        now = asyncio.get_running_loop().time()
        self._since = {one: self._since.get(one, now) for one in server.connections}
        self._spoken &= self._since.keys()
        for connection in server.connections:
            if connection not in self._spoken and now - self._since[connection] > PATIENCE:
                connection.force_close()


def _silent() -> logging.Logger:
    logger = logging.getLogger(f"{__name__}.http")
    logger.setLevel(logging.CRITICAL + 1)
    return logger
