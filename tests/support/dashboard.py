"""The operator's pages as a browser without a window uses them."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.storage.beside import open_beside
from bot.web.dashboard.links import Links
from tests.support.scrape import free_port
from tests.support.stage import Stage

_PROOF = re.compile(r'name="proof" value="([0-9a-f]{64})"')
_SEEN_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]


def listen() -> str:
    """A place for the pages on this machine."""
    return f"127.0.0.1:{free_port()}"


async def link_word(stage: Stage, user_id: str) -> str:
    """A link's word, made as `telegram_bot.py dashboard` makes it, beside the bot."""
    transactions = await open_beside(stage.data / "jobs.sqlite3", writes=True)
    try:
        return await Links(transactions).make(user_id)
    finally:
        async with transactions.last():
            pass


class Operator:
    """One browser on the pages at `place`; its cookies are `cookies`."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.url = f"http://{place}"
        self.cookies: dict[str, str] = {}
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.http.close()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: object = None,
        content: object = None,
    ) -> Answer:
        """One request, with a form's `data` or JSON `content`; redirects are not followed, cookies
        go with it and are kept."""
        headers = self._headers(headers or {})
        if method != "GET":
            headers.setdefault("Origin", self.url)
        async with self.http.request(
            method,
            f"{self.url}{path}",
            headers=headers,
            allow_redirects=False,
            data=data,
            json=content,
        ) as response:
            for morsel in response.cookies.values():
                self.cookies[morsel.key] = morsel.value
            return Answer(response.status, await response.text(), response.headers.copy())

    async def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return await self.ask("GET", path, headers=headers)

    async def enter(self, path: str, content: object, **headers: str) -> Answer:
        """One of the doors' requests, as the page's script makes it."""
        return await self.ask("POST", path, content=content, headers=headers)

    async def by_link(self, word: str) -> Answer:
        """Use a link."""
        return await self.enter("/login/link", {"word": word})

    async def proof(self) -> str:
        """What this session's pages show."""
        found = _PROOF.search((await self.get("/")).text)
        assert found is not None
        return found[1]

    async def act(self, do: str, back: str = "/") -> Answer:
        """Press a button."""
        form = {"proof": await self.proof(), "do": do, "back": back}
        return await self.ask("POST", "/act", data=form)

    async def sees(self, path: str, words: str) -> str:
        """The page, once it shows those words."""
        async with asyncio.timeout(_SEEN_SECONDS):
            while True:
                text = unescape((await self.get(path)).text)
                if words in text:
                    return text
                await asyncio.sleep(0.1)

    async def listens(self, path: str = "/events/now") -> int:
        """The status of one more stream, which ends at once."""
        async with self.http.get(f"{self.url}{path}", headers=self._headers({})) as response:
            return response.status

    async def events(self, path: str, **headers: str) -> AsyncGenerator[tuple[str, Any], None]:
        """What a stream tells: the kind ("message" as it usually is) and its data."""
        own = self._headers(headers)
        async with self.http.get(f"{self.url}{path}", headers=own) as response:
            assert response.status == 200, await response.text()
            kind = "message"
            async for raw in response.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)
                    kind = "message"

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return ({"Cookie": cookies} if cookies else {}) | dict(more)


async def until_told(
    events: AsyncIterator[tuple[str, Any]], look: Callable[[str, Any], bool]
) -> dict[str, Any]:
    """The data of the first event that is looked for."""
    async with asyncio.timeout(_SEEN_SECONDS):
        async for kind, data in events:
            if look(kind, data):
                found: dict[str, Any] = data
                return found
    raise AssertionError("the stream has ended")


@asynccontextmanager
async def logged_in(stage: Stage, place: str, user_id: str) -> AsyncIterator[Operator]:
    """An operator who came by a link."""
    async with Operator(place) as operator:
        answer = await operator.by_link(await link_word(stage, user_id))
        assert answer.status == 204, answer.text
        yield operator


def database(stage: Stage) -> Path:
    """The bot's file."""
    return stage.data / "jobs.sqlite3"
