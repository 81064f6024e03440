"""One look for everybody who watches, none while nobody does, and to each the newest alone."""

import asyncio
from collections.abc import Callable

from bot.storage.errors import StorageError
from bot.texts import Texts
from bot.web.dashboard.live import Channel, Channels, Drawn
from bot.web.dashboard.speech import Speech

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
