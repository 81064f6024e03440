"""A bot, or a part of one, put together from its settings."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bot.app.back import make_back
from bot.app.base import Base, make_base
from bot.app.front import make_front
from bot.app.pages import Examine, address_of, pages
from bot.app.shop import Shop, make_shop
from bot.checkup import Checkup
from bot.conversions import limits_of
from bot.jobs.gate import Passage
from bot.jobs.processes.members import Part
from bot.jobs.showing.pace import Pace
from bot.jobs.work.pulse import Pulse
from bot.lag import Lag
from bot.seeing import Inside
from bot.serving import App, Back, Front
from bot.settings import Settings
from converter.limits import Limits


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    part: Part = Part.BOTH,
    pace: Pace | None = None,
    limits: Limits | None = None,
    examine: Examine | None = None,
) -> AsyncIterator[App]:
    """Put a bot together from settings that hold a token, or a part of it. `limits` instead of
    those that follow from the settings; `examine` tells the operator's pages of the machine.
    Raises StartError, or StorageError when another bot uses the same DATA_DIR."""
    limits, address = limits or limits_of(settings), address_of(settings)
    async with contextlib.AsyncExitStack() as stack:
        base = await make_base(settings, part, limits, pace or Pace(), stack)
        # Whoever works on jobs looks at files; a front end looks at them for its menus.
        shop = await make_shop(base, stack)
        back = None if part is Part.FRONTEND else await make_back(base, shop, stack)
        front = None if part is Part.WORKER else await make_front(base, shop, back, stack)
        vitals = await stack.enter_async_context(_looked_after(base, shop, back, front))
        pulse = Pulse(base.store, lambda: back.worker.held if back else frozenset(), vitals.now)
        await pulse.start()
        if front is not None and not base.store.shared:
            await front.gate.move(Passage.OPEN)  # whoever starts a bot wants it to work
        await stack.enter_async_context(_inside(base, shop, back).seen())
        if front is not None and address is not None:
            await stack.enter_async_context(pages(base, front, address, examine))
        yield App(base.bot, base.board, pulse, back, front)


@contextlib.asynccontextmanager
async def _looked_after(
    base: Base, shop: Shop, back: Back | None, front: Front | None
) -> AsyncIterator[Checkup]:
    """Somebody knows how this process is, within the block."""
    lag = Lag(base.metrics.late)
    checkup = Checkup(
        data_dir=base.settings.data_dir,
        converter=shop.converter,
        lag=lag,
        contact=lambda: base.contact.told,
        draining=lambda: back is not None and (back.dispatch.stopping or base.store.draining),
        leads=lambda: front is not None and front.leadership.leads,
    )
    beside = [
        asyncio.create_task(lag.run(), name="lag"),
        asyncio.create_task(checkup.run(), name="checkup"),
    ]
    try:
        yield checkup
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


def _inside(base: Base, shop: Shop, back: Back | None) -> Inside:
    return Inside(
        settings=base.settings,
        store=base.store,
        converter=shop.converter,
        bot=base.bot,
        contact=base.contact,
        metrics=base.metrics,
        backlog=back.backlog if back is not None else None,
    )
