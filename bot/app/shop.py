"""What files are worked on with."""

import contextlib
from dataclasses import dataclass

from bot.app.base import PLATFORM, Base
from bot.conversions import converter_for
from bot.dialog.counter.outlook import DraftOutlook
from bot.dialog.forecast import Forecast
from bot.dialog.stores.drafts import DraftStore
from bot.jobs.house.room import DiskRoom, Room
from bot.jobs.house.speed_store import SpeedStore
from bot.jobs.processes.living import StoredLiving, of_places
from bot.jobs.showing.places import Places
from bot.jobs.store.store import JobStore
from bot.jobs.work.larder import Larder
from bot.jobs.work.orphans import swept
from bot.jobs.work.shelf import Shelf
from bot.jobs.work.together import Together
from bot.settings import Settings
from bot.version import version
from converter.converter import Converter
from converter.limits import Limits
from converter.sweeping import Sweeper


@dataclass(frozen=True, slots=True)
class Shop:
    """What files are worked on with."""

    converter: Converter
    larder: Larder
    room: Room
    shelf: Shelf
    together: Together
    forecast: Forecast
    places: Places


async def make_shop(base: Base, stack: contextlib.AsyncExitStack) -> Shop:
    settings, transactions = base.settings, base.store.transactions
    converter = await _converter(settings, base.limits, stack)
    larder = await _clean_house(settings, stack, converter, base.store)
    await stack.enter_async_context(SpeedStore(transactions, base.speeds).in_use())
    forecast = Forecast(base.limits, lambda: converter.capabilities, base.speeds)
    outlook = DraftOutlook(DraftStore(transactions), forecast)
    accounts = {PLATFORM: str(base.bot.id)}
    shelf = Shelf(transactions, accounts, _recipe(converter, base.limits))
    return Shop(
        converter=converter,
        larder=larder,
        room=DiskRoom(converter.base, settings.min_free_bytes),
        shelf=shelf,
        together=Together(base.batches, shelf, base.messengers),
        forecast=forecast,
        places=Places(base.store, base.board, base.speeds, base.slots, outlook, base.metrics),
    )


async def _converter(
    settings: Settings, limits: Limits, stack: contextlib.AsyncExitStack
) -> Converter:
    """Open until the bot ends. Raises StartError."""
    converter = await converter_for(settings, limits)
    stack.callback(converter.close)
    return converter


async def _clean_house(
    settings: Settings, stack: contextlib.AsyncExitStack, converter: Converter, store: JobStore
) -> Larder:
    """The files of open menus, in a folder of this process; and nothing of dead ones anywhere."""
    kept = settings.data_dir / "kept"
    larder = Larder(kept / converter.base.name, settings.max_kept_bytes)
    await stack.enter_async_context(larder.in_use())
    lives = of_places(StoredLiving(store.transactions))
    await stack.enter_async_context(swept(Sweeper(converter, lives, places=[kept])))
    return larder


def _recipe(converter: Converter, limits: Limits) -> str:
    """Changes whenever the same wish may come out differently: with our version, with ffmpeg's,
    with what a result may weigh."""
    return f"{version()}/{converter.capabilities.version}/{limits.max_output_bytes}"
