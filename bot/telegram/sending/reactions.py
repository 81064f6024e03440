"""Reactions on a person's message: that a file was taken, and that it is done. Never an error: what
can't be shown (the group allows none, the message is gone) isn't missed."""

from enum import StrEnum
from typing import Final

import structlog
from aiogram import Bot
from aiogram.methods import SetMessageReaction
from aiogram.types import ReactionTypeEmoji

from bot.telegram.wire.session import TROUBLE

log = structlog.get_logger(__name__)

_SECONDS: Final = 10


class Mark(StrEnum):
    """Of those that Telegram allows."""

    TAKEN = "👀"
    DONE = "👌"


async def react(bot: Bot, chat_id: str, message_id: str, mark: Mark) -> None:
    """Put a mark on a message, instead of the one before."""
    reaction = SetMessageReaction(
        chat_id=int(chat_id),
        message_id=int(message_id),
        reaction=[ReactionTypeEmoji(emoji=mark.value)],
    )
    try:
        await bot(reaction, request_timeout=_SECONDS)
    except TROUBLE as error:
        log.debug("no reaction", cause=str(error))
