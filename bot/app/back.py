"""What works on jobs."""

import contextlib

from bot.app.base import Base
from bot.app.shop import Shop
from bot.house_rules import threads_of
from bot.jobs.dispatch import Source
from bot.jobs.dispatch.embedded import ReadyLine
from bot.jobs.dispatch.loop import Loop
from bot.jobs.dispatch.procrastinate import Tickets
from bot.jobs.store.durable import Durable
from bot.jobs.work.attempt import Attempt
from bot.jobs.work.ready import Ready
from bot.jobs.work.worker import Worker
from bot.seeing import Backlog
from bot.serving import Back


async def make_back(base: Base, shop: Shop, stack: contextlib.AsyncExitStack) -> Back:
    settings, store = base.settings, base.store
    source: Source = ReadyLine(store)
    backlog: Backlog | None = None
    if base.url is not None:
        tickets = Tickets.open(store, base.url, settings.max_running)
        source = queue = await stack.enter_async_context(tickets)
        backlog = queue.backlog
    dispatch = Loop(store, source, settings.max_concurrent_conversions)
    attempt = Attempt(
        store=Durable(store),
        converter=shop.converter,
        messengers=base.messengers,
        board=base.board,
        limits=base.limits,
        threads=lambda: threads_of(settings, dispatch.running),
        larder=shop.larder,
        speeds=base.speeds,
        ready=Ready(shop.shelf, base.board, settings.reuse_results),
        allowance=base.allowance,
        room=shop.room,
        meter=base.metrics,
    )
    worker = Worker(store, attempt, base.board, shop.places, shop.together)
    return Back(dispatch, worker, backlog)
