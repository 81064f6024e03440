"""What the chat shows under the bot's name while a file goes up: "sending a video…"."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction

from bot.telegram.wire.address import Address
from bot.telegram.wire.session import TROUBLE, nobody_there, wait_of

log = structlog.get_logger(__name__)

# Telegram shows it for 5 s at most.
EVERY: Final = 4.5


@contextlib.asynccontextmanager
async def acting(
    bot: Bot, there: Address, action: ChatAction, every: float = EVERY
) -> AsyncIterator[None]:
    """Show `action` as long as the block runs. Nothing that goes wrong with it leaves here."""
    task = asyncio.create_task(_act(bot, there, action, every), name="action")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _act(bot: Bot, there: Address, action: ChatAction, every: float) -> None:
    while True:
        pause = every
        try:
            await bot.send_chat_action(**there, action=action)
        except TROUBLE as error:
            if nobody_there(error):
                return
            log.debug("chat action was not shown", cause=str(error))
            pause = max(every, wait_of(error))
        await asyncio.sleep(pause)
