"""The door: who is let through to the handlers, and what the others hear."""

from datetime import UTC, date, datetime
from typing import Final

import structlog
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, InlineQuery, Message, TelegramObject

from bot.dialog.stores.doorkeeper import Doorkeeper, Verdict
from bot.jobs.desk import Person
from bot.storage.errors import StorageError
from bot.telegram.reading.taps import note, offered
from bot.telegram.updates.feed import Receipt
from bot.telegram.wire.session import TROUBLE
from bot.texts import Texts

log = structlog.get_logger(__name__)

_MOST_STRANGERS: Final = 10_000


class Door:
    """Asks the doorkeeper. A stranger gets one short reply a day, in private; somebody who was
    banned none. Neither is offered anything inline."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doorkeeper = doorkeeper
        self._told: dict[str, date] = {}

    async def opens(
        self,
        event: TelegramObject,
        person: Person,
        texts: Texts,
        receipt: Receipt,
        *,
        must: bool,
    ) -> bool:
        """Whether a person's event may go on. Whoever is turned away keeps nobody waiting. Raises
        StorageError where the doorkeeper `must` be asked."""
        verdict = await self._verdict(person, must=must)
        if verdict is Verdict.STRANGER and isinstance(event, Message):
            payload = (event.text or "").partition("/start ")[2].strip()
            if payload and await self._doorkeeper.enter(person, payload):
                return True
        if verdict is Verdict.ADMITTED:
            return True
        receipt.confirm()
        try:
            await self._turn_away(event, person, verdict, texts)
        except TROUBLE as error:
            log.warning("a stranger was not answered", cause=type(error).__name__)
        return False

    async def _verdict(self, person: Person, *, must: bool) -> Verdict:
        try:
            return await self._doorkeeper.verdict(person)
        except StorageError as error:
            if must:
                raise
            log.warning("nobody knows who this is", cause=str(error))
            return Verdict.ADMITTED if self._doorkeeper.public else Verdict.STRANGER

    async def _turn_away(
        self, event: TelegramObject, person: Person, verdict: Verdict, texts: Texts
    ) -> None:
        if isinstance(event, CallbackQuery):
            await note(event, texts("stranger") if verdict is Verdict.STRANGER else None)
            return
        if isinstance(event, InlineQuery):
            await offered(event)
            return
        private = isinstance(event, Message) and event.chat.type == ChatType.PRIVATE
        today = datetime.now(UTC).date()
        known = self._told.get(person.user_id) == today
        if verdict is Verdict.BANNED or not private or known or not isinstance(event, Message):
            return
        if len(self._told) >= _MOST_STRANGERS:
            self._told.clear()
        self._told[person.user_id] = today
        log.info("turned away", user=person.user_id)
        await event.answer(texts("stranger"))
