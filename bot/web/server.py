"""/metrics, /health and /ready over HTTP, for Prometheus, Docker and load balancers."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.web.lookout import Lookout
from bot.web.metrics import Metrics
from bot.web.readiness import Readiness
from bot.web.sights import SightsCollector

log = structlog.get_logger(__name__)

_LAST_ANSWERS: Final = 0.5
_NOT_READY: Final = 503


class Doors:
    """Answers requests."""

    def __init__(self, metrics: Metrics, lookout: Lookout, readiness: Readiness) -> None:
        self._metrics = metrics
        self._lookout = lookout
        self._readiness = readiness
        self._sights = SightsCollector()
        metrics.add(self._sights)

    def application(self) -> web.Application:
        """For aiohttp's server."""
        app = web.Application()
        app.router.add_get("/metrics", self._tell)
        app.router.add_get("/health", self._health)
        app.router.add_get("/ready", self._ready)
        return app

    async def _tell(self, _: web.Request) -> web.Response:
        self._sights.sights = await self._lookout.look()
        return web.Response(
            body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _health(self, _: web.Request) -> web.Response:
        """That this answers is the answer: the event loop lives."""
        return web.json_response({"alive": True})

    async def _ready(self, _: web.Request) -> web.Response:
        parts = await self._readiness.parts()
        lacking = sorted(part for part, is_so in parts.items() if not is_so)
        if lacking:
            return web.json_response({"ready": False, "not_ready": lacking}, status=_NOT_READY)
        return web.json_response({"ready": True})


@contextlib.asynccontextmanager
async def served(doors: Doors, listen: str) -> AsyncIterator[None]:
    """Answer at `host:port` within the block. Where that can't be had the operator is told, and all
    else goes on."""
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(
        doors.application(), access_log=None, shutdown_timeout=_LAST_ANSWERS, handle_signals=False
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        except OSError as error:
            cure = "is it another bot's? see METRICS_LISTEN"
            log.warning("no metrics", listen=listen, cause=error.strerror or str(error), cure=cure)
        else:
            log.info("metrics", url=f"http://{listen}/metrics")
        yield
    finally:
        await runner.cleanup()
