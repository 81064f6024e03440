"""The page on a port of its own."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from aiohttp import web

from standin.standin import StandIn
from standin.web.events import Most, Streams
from standin.web.guard import Guard, bracketed
from standin.web.hood import Hood, Tell
from standin.web.house import House
from standin.web.pages import Words
from standin.web.routes import Caps, Routes
from standin.web.troubles import Restart, Troubles
from standin.web.visitors import Visitors

LOOPBACK: Final = "127.0.0.1"
_LARGEST_QUESTION = 64 * 1024
_LAST_ANSWERS = 0.5
_SWEEPS = 20


class PortTakenError(Exception):
    """The page can't be served there."""


@dataclass(frozen=True)
class Bounds:
    """How much there may be, in numbers and bytes: visitors, pages that listen (of one visitor, to
    one address, of all), one upload, all uploads of a visitor, those of all visitors; in a minute,
    what one visitor does, what comes from one address, new visitors from one; seconds after which
    the chats of somebody who did nothing are swept away. None sets no bound."""

    visitors: int = 30
    # A browser has six connections to us, and needs some of them to send.
    streams_each: int = 4
    streams_of_address: int = 100
    streams: int = 100
    file: int = 500_000_000
    stored: int = 2_000_000_000
    together: int = 20_000_000_000
    acts: int | None = None
    acts_of_address: int | None = None
    newcomers: int | None = None
    idle: float | None = None

    @classmethod
    def public(cls) -> Self:
        """For a page that strangers use, many of them from one address."""
        return cls(
            visitors=100,
            streams_each=4,
            streams_of_address=100,
            streams=300,
            file=50_000_000,
            stored=200_000_000,
            together=5_000_000_000,
            acts=40,
            acts_of_address=400,
            newcomers=40,
            idle=1800.0,
        )


@dataclass(frozen=True)
class Backstage:
    """What whoever runs the bot can do for the page: tell what is known of a message, and kill the
    bot and start it anew. None where they can't."""

    tell: Tell | None = None
    restart: Restart | None = None


@dataclass(frozen=True)
class Page:
    """Where it is."""

    url: str


@contextlib.asynccontextmanager
async def sandbox(
    standin: StandIn,
    words: Words,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    public: bool = False,
    bounds: Bounds | None = None,
    backstage: Backstage | None = None,
) -> AsyncIterator[Page]:
    """The page at an address of this machine within the block; port 0 takes any free one. `words`
    has a text for every name that the page asks for, in each language; the first language is for
    those who speak no other. A `public` page has bounds for strangers, who can neither make trouble
    nor read what others must not. Files of visitors are gone at the end. Raises PortTakenError."""
    bounds = bounds or (Bounds.public() if public else Bounds())
    backstage = backstage or Backstage()
    folder = Path(tempfile.mkdtemp(prefix="visitors-", dir=standin.folder))
    visitors = Visitors(standin, folder, words, most=bounds.visitors, acts=bounds.acts)
    troubles = None if public else Troubles(standin, backstage.restart)
    house = House(troubles)
    most = Most(bounds.streams_each, bounds.streams_of_address, bounds.streams)
    streams = Streams(standin.state, visitors, house.state, most)
    hood = Hood(standin, backstage.tell, discreet=public)
    caps = Caps(bounds.file, bounds.stored, bounds.together, bounds.newcomers)
    routes = Routes(standin, words, visitors, streams, hood, caps)
    guard = Guard(host, public=public, acts=bounds.acts_of_address)
    app = web.Application(middlewares=[guard.middleware], client_max_size=_LARGEST_QUESTION)
    app.on_response_prepare.append(guard.sign)
    app.on_shutdown.append(streams.close)
    routes.add_to(app)
    house.add_to(app, routes.known)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_ANSWERS)
    await runner.setup()
    sweeping = asyncio.create_task(_sweep(visitors, bounds.idle), name="sweeping")
    try:
        guard.port = await _listen(runner, host, port)
        # Cookies know no ports: two sandboxes on one machine would take each other's.
        routes.cookie = f"sandbox_{guard.port}"
        yield Page(f"http://{bracketed(host)}:{guard.port}/")
    finally:
        sweeping.cancel()
        await house.close()
        await runner.cleanup()
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _listen(runner: web.AppRunner, host: str, port: int) -> int:
    """The port. Raises PortTakenError."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        where = f"port {port}" if host == LOOPBACK else f"{host} port {port}"
        raise PortTakenError(f"{where} can't be had: {why}") from error
    return int(runner.addresses[0][1])


async def _sweep(visitors: Visitors, idle: float | None) -> None:
    while idle is not None:
        await asyncio.sleep(idle / _SWEEPS)
        visitors.sweep(idle)
