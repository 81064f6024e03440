"""The answer to a tap: a note over the chat, worth nothing a moment later."""

import structlog
from aiogram.types import CallbackQuery

from bot.telegram.session import TROUBLE

log = structlog.get_logger(__name__)


async def note(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a tap. What it asked for goes on, or was done, whether or not the note arrives."""
    try:
        await query.answer(text, show_alert=alert)
    except TROUBLE as error:
        log.warning("a tap was not answered", cause=type(error).__name__)
