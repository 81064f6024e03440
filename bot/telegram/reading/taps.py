"""Answers to what is worth nothing a moment later: a note over the chat for a tap, a list for an
inline query."""

from collections.abc import Sequence
from typing import Final

import structlog
from aiogram.types import CallbackQuery, InlineQuery, InlineQueryResultUnion, Message

from bot.telegram.wire.session import TROUBLE

log = structlog.get_logger(__name__)

# Seconds for which Telegram may give the same answer by itself.
_CACHED: Final = 1


async def note(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a tap. What it asked for goes on, or was done, whether or not the note arrives."""
    try:
        await query.answer(text, show_alert=alert)
    except TROUBLE as error:
        log.warning("a tap was not answered", cause=type(error).__name__)


def genuine(query: CallbackQuery) -> bool:
    """Whether the message that was tapped bears such a button. A tap may be forged, and in a group
    on somebody else's message: what changes the message itself asks this first."""
    message = query.message
    markup = message.reply_markup if isinstance(message, Message) else None
    rows = markup.inline_keyboard if markup is not None else []
    return any(button.callback_data == query.data for row in rows for button in row)


async def offered(query: InlineQuery, results: Sequence[InlineQueryResultUnion] = ()) -> None:
    """Answer an inline query, for whoever asked alone. Raises what Telegram says to that."""
    await query.answer(list(results), cache_time=_CACHED, is_personal=True)
