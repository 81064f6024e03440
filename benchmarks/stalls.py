"""The longest moment in which the bot's event loop does nothing for anybody, under three
conversions. The bot has a loop of its own in a thread; the stand-in only disturbs it."""

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path

from benchmarks.table import Row
from bot.app import open_app
from bot.jobs.showing.pace import Pace
from bot.settings import Settings
from standin import StandIn
from tests.support.stage import UNPACED, Stage, greeted

_TICK = 0.005


async def measure(folder: Path, video: Path) -> Row:
    """Three people send a video at once; the bot's loop is asked every few milliseconds."""
    async with StandIn(folder=folder / "telegram-stalls", pace=UNPACED) as standin:
        settings = Stage(standin, folder / "stalls", runner="docker").settings()
        stop, result = threading.Event(), Future[float]()
        thread = threading.Thread(target=_thread, args=(settings, stop, result))
        thread.start()
        try:
            await standin.wait_until_polled(timeout=60.0)
            people = [await greeted(standin, name=name) for name in ("Ann", "Bob", "Cid")]
            for person in people:
                await person.send_document(video)
            await asyncio.gather(*(p.wait_for_result(timeout=300.0) for p in people))
        finally:
            stop.set()
            await asyncio.to_thread(thread.join)
    worst = result.result()
    return Row(
        "longest stall of the event loop, three conversions",
        f"{worst * 1000:.0f} ms",
        "< 100 ms",
        "downloads, conversions and uploads of 60 s of 720p at once",
    )


def _thread(settings: Settings, stop: threading.Event, result: Future[float]) -> None:
    try:
        result.set_result(asyncio.run(_bot(settings, stop)))
    except BaseException as error:  # noqa: BLE001 - handed to the other thread
        result.set_exception(error)


async def _bot(settings: Settings, stop: threading.Event) -> float:
    ended = asyncio.Event()
    async with open_app(settings, pace=Pace()) as app:
        serving = asyncio.create_task(app.run(ended))
        worst = await _watch(stop)
        ended.set()
        await serving
    return worst


async def _watch(stop: threading.Event) -> float:
    """The longest delay of a timer, in seconds, until `stop`."""
    clock = asyncio.get_running_loop().time
    worst = 0.0
    while not stop.is_set():
        due = clock() + _TICK
        await asyncio.sleep(_TICK)
        worst = max(worst, clock() - due)
    return worst
