"""One look for everybody who watches, none while nobody does, and to each the newest alone."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiohttp import ClientSession, web

from bot.jobs.store.store import JobStore
from bot.storage.errors import StorageError
from bot.texts import Texts
from bot.web.dashboard.address import Address
from bot.web.dashboard.live import Channel, Channels, Drawn
from bot.web.dashboard.sessions import Sessions
from bot.web.dashboard.speech import Speech
from bot.web.dashboard.streams import Streams
from bot.web.dashboard.visit import Visit, environment
from tests.support.scrape import free_port

ENGLISH, RUSSIAN = Speech(Texts("en")), Speech(Texts("ru"))


class Looked:
    """Something to be looked at, and how often it was looked at and drawn."""

    def __init__(self) -> None:
        self.value = 0
        self.looks = 0
        self.drawings = 0
        self.away = False
        self.changed = asyncio.Event()

    async def look(self) -> int:
        self.looks += 1
        if self.away:
            raise StorageError("away")
        return self.value

    def draw(self, value: int, speech: Speech) -> Drawn:
        self.drawings += 1
        return Drawn({"value": f"{speech.locale} {value}"})

    async def until(self, true: Callable[[], bool]) -> None:
        while True:
            if true():
                return
            await asyncio.sleep(0.01)

    def change(self) -> None:
        self.value += 1
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


def channel(looked: Looked, every: float = 600.0) -> Channel:
    return Channel(looked.look, looked.draw, every, lambda: looked.changed)


async def test_nobody_looks_while_nobody_watches() -> None:
    looked = Looked()
    one = channel(looked)
    await asyncio.sleep(0)
    assert looked.looks == 0
    async with one.watching():
        number = await one.after(0)
        assert (await one.drawn(ENGLISH)).pieces == {"value": "en 0"}
    looked.change()
    await asyncio.sleep(0)
    assert looked.looks == 1
    async with one.watching():
        await one.after(number)
        assert (await one.drawn(ENGLISH)).pieces == {"value": "en 1"}


async def test_many_watchers_share_a_look_and_a_drawing_for_each_language() -> None:
    looked = Looked()
    one = channel(looked)

    async def watch(speech: Speech) -> str:
        async with one.watching():
            number = await one.after(0)
            await one.drawn(speech)
            await one.after(number)
            return (await one.drawn(speech)).pieces["value"]

    watching = [asyncio.create_task(watch((ENGLISH, RUSSIAN)[n % 2])) for n in range(50)]
    async with asyncio.timeout(60):
        await looked.until(lambda: looked.drawings == 2)
        looked.change()
        assert set(await asyncio.gather(*watching)) == {"en 1", "ru 1"}
    assert looked.looks == 2
    assert looked.drawings == 4


async def test_a_database_that_is_away_is_asked_again() -> None:
    looked = Looked()
    looked.away = True
    one = channel(looked)
    async with one.watching(), asyncio.timeout(60):
        await looked.until(lambda: looked.looks > 0)
        looked.away = False
        assert await one.after(0) == 1


async def test_a_channel_lives_as_long_as_somebody_watches() -> None:
    channels = Channels()
    first = channels.get("now", lambda: channel(Looked()))
    async with first.watching():
        assert channels.get("now", lambda: channel(Looked())) is first
        channels.get("setup", lambda: channel(Looked()))
    assert channels.get("now", lambda: channel(Looked())) is not first


async def test_a_drawing_that_fails_ends_the_stream_and_no_more(tmp_path: Path) -> None:
    looked, place = Looked(), f"127.0.0.1:{free_port()}"
    address, templates = Address.of(place, None), environment()
    store = await JobStore.open(tmp_path / "bot.db")
    streams = Streams(Sessions(store.transactions, lambda _: True))

    def draw(value: int, speech: Speech) -> Drawn:
        if value:
            raise ZeroDivisionError
        return looked.draw(value, speech)

    one = Channel(looked.look, draw, 600.0, lambda: looked.changed)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await streams.serve(Visit.of(request, None, templates, address), one)

    app = web.Application()
    app.router.add_get("/events", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, address.host, address.port).start()
    async with ClientSession() as http, http.get(f"http://{place}/events") as response:
        told = await response.content.readuntil(b"\n\n")
        assert b"en 0" in told
        looked.change()
        # To its proper end: no other answer, nor half of one.
        assert await response.content.read() == b""
    assert not one.watched
    await runner.cleanup()
    await store.close()


def test_what_changed_is_told_and_nothing_else() -> None:
    before = Drawn({"a": "1", "b": "1"}, {"list": {"x": "1", "y": "1"}, "same": {"z": "1"}})
    after = Drawn({"a": "1", "b": "2"}, {"list": {"y": "1", "w": "1"}, "same": {"z": "1"}})
    assert before.news(before) == {}
    assert before.name != after.name
    assert after.news(before) == {
        "pieces": {"b": "2"},
        "lists": {"list": {"order": ["y", "w"], "items": {"w": "1"}}},
    }
    moved = Drawn(before.pieces, {"list": {"y": "1", "x": "1"}, "same": {"z": "1"}})
    assert moved.news(before) == {"lists": {"list": {"order": ["y", "x"], "items": {}}}}
    assert set(after.news(None)["lists"]) == {"list", "same"}
