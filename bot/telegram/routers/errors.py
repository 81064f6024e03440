"""What broke in a handler: a traceback for the operator, one sentence for the person, and a number
that both have."""

import contextlib
import secrets
from typing import Final

import structlog
from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import ErrorEvent

from bot.storage.errors import StorageError
from bot.telegram.reading.taps import note
from bot.telegram.updates.feed import Trial
from bot.telegram.wire.session import TROUBLE, nobody_there
from bot.texts import Texts, locale_for

log = structlog.get_logger(__name__)

_TRACE_BYTES: Final = 4


def router() -> Router:
    """The last to hear of an error."""
    made = Router(name="errors")
    made.errors.register(broke)
    return made


async def broke(event: ErrorEvent, trial: Trial) -> object:
    """Log the traceback and answer the person, if that is possible. What the storage failed is the
    feed's, as long as it is tried again."""
    if trial.patient and isinstance(event.exception, StorageError):
        return UNHANDLED
    if nobody_there(event.exception):
        log.info("nobody is in the chat any more")
        return None
    trace, number = secrets.token_hex(_TRACE_BYTES), event.update.update_id
    log.error("handler broke", exc_info=event.exception, update=number, trace=trace)
    with contextlib.suppress(*TROUBLE):
        if (message := event.update.message) is not None and message.from_user is not None:
            texts = Texts(locale_for(message.from_user.language_code))
            await message.reply(texts("broken", trace=trace))
        elif (query := event.update.callback_query) is not None:
            texts = Texts(locale_for(query.from_user.language_code))
            await note(query, texts("broken", trace=trace), alert=True)
    return None
