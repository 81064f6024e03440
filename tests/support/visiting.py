"""The sandbox's page as a browser without a window uses it: a cookie jar, an origin, a stream."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

Json = dict[str, Any]

WORDS = {
    "en": {"title": "Sandbox", "person": "Guest", "person-2": "Second guest", "group": "Group"},
    "ru": {"title": "Песочница", "person": "Гость", "person-2": "Второй гость", "group": "Группа"},
}


@dataclass(frozen=True)
class Event:
    """A server-sent event."""

    kind: str
    data: Json
    id: str


class Visit:
    """One browser on the page; its requests carry the page's own origin, and come `by` another
    way than usual."""

    def __init__(self, url: str, by: aiohttp.BaseConnector | None = None) -> None:
        self.url = url.rstrip("/")
        self.http = aiohttp.ClientSession(
            connector=by,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"Origin": self.url},
        )

    @property
    def cookie(self) -> str:
        """The Cookie header, for requests by hand."""
        cookies = self.http.cookie_jar.filter_cookies(URL(self.url))
        return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.http.close()

    async def ask(self, path: str, **content: object) -> tuple[int, Json]:
        """POST JSON: the status and the answer."""
        async with self.http.post(self.url + path, json=content) as response:
            return response.status, await response.json()

    async def enter(self, lang: str = "en") -> Json:
        """The first request of every page."""
        status, answer = await self.ask("/api/visit", lang=lang)
        assert status == 200, answer
        return answer

    async def upload(self, path: Path, name: str | None = None) -> str:
        """The name under which it can be sent."""
        params = {"name": path.name if name is None else name}
        url = f"{self.url}/api/uploads"
        body = await asyncio.to_thread(path.read_bytes)
        async with self.http.post(url, params=params, data=body) as response:
            answer = await response.json()
            assert response.status == 200, answer
            return str(answer["upload"])

    async def get(self, path: str, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
        """An address, with the answer's body."""
        async with self.http.get(self.url + path, headers=headers) as response:
            return response, await response.read()

    async def events(self, after: str | None = None, seat: str = "") -> AsyncGenerator[Event, None]:
        """What the stream tells of a seat ("person=2&room=group"), from where another stopped."""
        headers = {} if after is None else {"Last-Event-ID": after}
        async with self.http.get(f"{self.url}/api/events?{seat}", headers=headers) as response:
            assert response.status == 200, await response.text()
            kind, data, id_ = "", "", ""
            async for raw in response.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                kind = value if name == "event" else kind
                data = value if name == "data" else data
                id_ = value if name == "id" else id_
                if not raw.strip() and data:
                    yield Event(kind, json.loads(data), id_)
                    kind = data = ""


async def event(
    events: AsyncIterator[Event], look: Callable[[Event], bool], *, seconds: float = 20.0
) -> Event:
    """The next that is looked for."""

    async def find() -> Event:
        async for one in events:
            if look(one):
                return one
        raise AssertionError("the stream has ended")

    return await within(find(), seconds)


async def within(waiting: Awaitable[Event], seconds: float) -> Event:
    """AssertionError when it doesn't come."""
    try:
        return await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        raise AssertionError("no such event came") from None
