"""A mailroom on a database of its own."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from aiogram import Bot, Dispatcher
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialog.stores.inbox import Inbox, Living
from bot.jobs.store.store import JobStore
from bot.telegram.updates.feed import Feed
from bot.telegram.updates.mailroom import Mailroom


@contextlib.asynccontextmanager
async def mailroom(bot: Bot, dispatcher: Dispatcher, where: Path | str) -> AsyncIterator[Mailroom]:
    """One, on the database at a path or an address."""
    store = await JobStore.open(where)
    try:
        inbox = Inbox(store.transactions, "telegram 1", store.member.holder)
        yield Mailroom(inbox, Feed(bot, dispatcher), alone(store))
    finally:
        await store.close()


def alone(store: JobStore) -> Living:
    """No other process lives."""

    async def living(_: AsyncConnection) -> list[str]:
        return [store.member.holder]

    return living
