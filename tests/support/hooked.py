"""A bot that Telegram calls: the stand-in behind it acts as the operator's proxy, which has the
certificate and passes requests on to where the bot listens."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Final

import aiohttp

from standin import StandIn
from tests.support.stage import Stage

PUBLIC: Final = "https://bot.example.org/hook/here"
SECRET: Final = "the-secret_of-these-tests"
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
# Shortened so much are Telegram's waits after a delivery that failed.
HASTE: Final = 20.0


class Hooked:
    """A stage whose bots are called at a socket."""

    def __init__(self, standin: StandIn, folder: Path, socket: Path) -> None:
        self.standin = standin
        self.socket = str(socket)
        self.stage = Stage(
            standin,
            folder,
            updates="webhook",
            webhook_url=PUBLIC,
            webhook_listen=self.socket,
            webhook_secret=SECRET,
        )
        self.stage.ready = lambda seconds: served(standin, seconds)
        standin.courier.proxied_to = [f"unix:{self.socket}"]
        standin.courier.haste = HASTE

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Somebody who talks to the bot's socket."""
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(self.socket)) as http:
            yield http

    async def post(
        self, body: bytes, headers: Mapping[str, str] | None = None, path: str = "/hook/here"
    ) -> int:
        """POST something, by default with the right secret; the status."""
        said = {HEADER: SECRET} if headers is None else headers
        async with (
            self.client() as http,
            http.post(f"http://localhost{path}", data=body, headers=said) as answer,
        ):
            return answer.status

    async def raw(self, head: bytes, *, wait: float = 5.0) -> bytes:
        """Send bytes as they are; what comes back until the end, or until nothing more comes."""
        reader, writer = await asyncio.open_unix_connection(self.socket)
        try:
            writer.write(head)
            with contextlib.suppress(OSError):
                await writer.drain()
                return await asyncio.wait_for(reader.read(), wait)
            return b""
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def served(standin: StandIn, seconds: float) -> None:
    """Until a bot that starts now has told Telegram that it listens."""
    await standin.wait_for_call("setWebhook", standin.count("setWebhook") + 1, timeout=seconds)


@contextlib.contextmanager
def hooked(standin: StandIn, folder: Path) -> Iterator[Hooked]:
    """One, with a folder for sockets: their paths have to be short."""
    with tempfile.TemporaryDirectory(prefix="hook-", dir="/tmp") as short:
        yield Hooked(standin, folder, Path(short) / "socket")
