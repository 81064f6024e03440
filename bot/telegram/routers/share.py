"""Inline queries: somebody's own results, to be sent on to any chat."""

from typing import Final

import structlog
from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineQuery

from bot.jobs.desk import Person
from bot.jobs.work.shelf import Offer, Shelf
from bot.telegram.reading.taps import offered
from bot.telegram.sending.offers import SHAREABLE, answer_of
from bot.telegram.wire.session import TROUBLE, UNKNOWN_FILE, is_about
from bot.texts import Texts
from bot.texts.sentences import shown_name

log = structlog.get_logger(__name__)

_MOST: Final = 20


def router() -> Router:
    """Inline queries."""
    made = Router(name="share")
    made.inline_query.register(asked)
    return made


async def asked(query: InlineQuery, person: Person, texts: Texts, shelf: Shelf) -> None:
    """Offer one result by its job, or the last ones, or those of them whose name has the words in
    it; to their owner alone, whoever knows the words."""
    offers = await _found(shelf, person, query.query.strip())
    try:
        await _answer(query, offers, texts, shelf)
    except TROUBLE as error:
        log.warning("an inline query was not answered", cause=type(error).__name__)


async def _found(shelf: Shelf, person: Person, words: str) -> list[Offer]:
    if words:
        one = await shelf.offer(person.platform, person.user_id, words)
        if one is not None:
            return [one] if one.kind in SHAREABLE else []
    last = await shelf.offers(person.platform, person.user_id, SHAREABLE, _MOST)
    return [one for one in last if words.casefold() in shown_name(one.name).casefold()]


async def _answer(query: InlineQuery, offers: list[Offer], texts: Texts, shelf: Shelf) -> None:
    """Answer, and without what Telegram has no more: it refuses all for one such, and doesn't say
    which. So fewer are offered each time; the one that is refused alone is forgotten."""
    while True:
        try:
            await offered(query, [answer_of(texts, one) for one in offers])
        except TelegramBadRequest as error:
            if not offers or not is_about(error, *UNKNOWN_FILE):
                raise
            log.info("a result can't be shared any more", cause=str(error), offers=len(offers))
            if len(offers) == 1:
                await shelf.drop(offers[0])
            offers = offers[: len(offers) // 2]
        else:
            return
