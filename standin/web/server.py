"""The page on a port of its own."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from standin.standin import StandIn
from standin.web.events import Streams
from standin.web.guard import Guard
from standin.web.pages import Words
from standin.web.routes import Caps, Routes
from standin.web.visitors import Visitors

_LARGEST_QUESTION = 64 * 1024
_LAST_ANSWERS = 0.5


class PortTakenError(Exception):
    """The page can't be served there."""


@dataclass(frozen=True)
class Bounds:
    """How much there may be, in numbers and bytes: visitors, pages that listen (of one visitor, of
    all), one upload, all uploads of a visitor."""

    visitors: int = 30
    streams_each: int = 6
    streams: int = 100
    file: int = 500_000_000
    stored: int = 2_000_000_000


@dataclass(frozen=True)
class Page:
    """Where it is."""

    url: str


@contextlib.asynccontextmanager
async def sandbox(
    standin: StandIn, words: Words, *, port: int = 0, bounds: Bounds | None = None
) -> AsyncIterator[Page]:
    """The page on 127.0.0.1 within the block; port 0 takes any free one. `words` has a text for
    every name that the page asks for, in each language; the first language is for those who speak
    no other. Files of visitors are gone at the end. Raises PortTakenError."""
    bounds = bounds or Bounds()
    folder = Path(tempfile.mkdtemp(prefix="visitors-", dir=standin.folder))
    visitors = Visitors(standin, folder, words, bounds.visitors)
    streams = Streams(standin.state, visitors, each=bounds.streams_each, together=bounds.streams)
    routes = Routes(standin, words, visitors, streams, Caps(bounds.file, bounds.stored))
    guard = Guard()
    app = web.Application(middlewares=[guard.middleware], client_max_size=_LARGEST_QUESTION)
    app.on_response_prepare.append(guard.sign)
    app.on_shutdown.append(streams.close)
    routes.add_to(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_ANSWERS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else error.strerror
            raise PortTakenError(f"port {port} can't be had: {why}") from error
        guard.port = runner.addresses[0][1]
        # Cookies know no ports: two sandboxes on one machine would take each other's.
        routes.cookie = f"sandbox_{guard.port}"
        yield Page(f"http://127.0.0.1:{guard.port}/")
    finally:
        await runner.cleanup()
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
