"""The dashboard on a port of its own."""

import contextlib
import os
from collections.abc import AsyncIterator
from typing import Final

import structlog
from aiohttp import web

from bot.web.dashboard.guard import Guard
from bot.web.dashboard.parts import Parts
from bot.web.dashboard.routes import Routes

log = structlog.get_logger(__name__)

_LARGEST_FORM: Final = 64 * 1024
_LAST_ANSWERS: Final = 0.5


@contextlib.asynccontextmanager
async def served(parts: Parts) -> AsyncIterator[None]:
    """Answer within the block. Where the address can't be had the operator is told, and all else
    goes on."""
    guard, routes = Guard(parts.address), Routes(parts)
    app = web.Application(middlewares=[guard.middleware], client_max_size=_LARGEST_FORM)
    app.on_response_prepare.append(guard.sign)
    app.on_shutdown.append(routes.close)
    routes.add_to(app)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_LAST_ANSWERS, handle_signals=False
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, parts.address.host, parts.address.port).start()
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            cure = "is it another program's? see WEB_LISTEN"
            log.warning("no dashboard", port=parts.address.port, cause=why, cure=cure)
        else:
            log.info("dashboard", url=parts.address.home)
        yield
    finally:
        await runner.cleanup()
