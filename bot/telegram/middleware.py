"""Around every handler: who is talking, in which language, and that it is a person."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from bot.dialog.screens.preferences import Preferences
from bot.dialog.stores.people import People
from bot.jobs.desk import Person
from bot.storage.errors import StorageError
from bot.telegram.door import Door
from bot.telegram.reading.files import attachment_of
from bot.telegram.reading.people import person_of
from bot.telegram.reading.taps import note
from bot.telegram.reading.throttle import Throttle
from bot.telegram.routers.intake import brings_work
from bot.telegram.showing.keyboards import Ask, MenuTap
from bot.texts import Texts, locale_for

log = structlog.get_logger(__name__)

# Each makes a new message.
_ASKING_TAPS: Final = frozenset(MenuTap(ask=ask).pack() for ask in (Ask.HELP, Ask.STATUS))

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PersonMiddleware(BaseMiddleware):
    """Gives handlers the `person`, their `preferences`, and `texts` in their language; other bots
    are not listened to."""

    def __init__(self, people: People, door: Door, throttle: Throttle) -> None:
        self._people = people
        self._door = door
        self._throttle = throttle

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:  # noqa: ANN401 - aiogram's signature
        """Handle the event of a person."""
        user: User | None = data.get("event_from_user")
        person = person_of(event)
        if person is None:
            if isinstance(event, CallbackQuery):
                # On a message that was sent by an inline query: it has no buttons of ours.
                await note(event)
            return None
        language = user.language_code if user is not None else None
        structlog.contextvars.bind_contextvars(user=person.user_id)
        data["person"] = person
        works = isinstance(event, Message) and brings_work(event)
        data["preferences"] = preferences = await self._preferences(person, must=works)
        data["texts"] = texts = Texts(preferences.locale or locale_for(language))
        if not await self._door.opens(event, person, texts, data["receipt"], must=works):
            return None
        if not works:
            # Only a file is worth keeping everybody else's updates waiting until it is safe.
            data["receipt"].confirm()
        if not data["trial"].repeated and not self._answers(event, person, data):
            data["receipt"].confirm()
            if isinstance(event, CallbackQuery):
                await note(event)
            return None
        return await handler(event, data)

    def _answers(self, event: TelegramObject, person: Person, data: dict[str, Any]) -> bool:
        """Whether what only causes an answer gets one. What is typed for a menu may be the same
        twice; what does or stops something is always heard, and admins are."""
        who = f"{person.user_id} {person.chat_id}"
        words = _asked(event)
        if words is None:
            self._throttle.acted(who)
            return True
        if data["doorkeeper"].is_admin(person.user_id):
            return True
        if self._throttle.allows(who, None if data.get("raw_state") else words or None):
            return True
        if self._throttle.first_time(who):
            log.info("not answered: too much at once")
        return False

    async def _preferences(self, person: Person, *, must: bool) -> Preferences:
        try:
            return await self._people.preferences(person.platform, person.user_id)
        except StorageError as error:
            if must:
                raise  # what comes of a file depends on them
            # Whoever only asks something is answered, as usual.
            log.warning("preferences not read", cause=str(error))
            return Preferences()


def _asked(event: TelegramObject) -> str | None:
    """What is asked, in words ("" for none), where nothing comes of it but an answer; else
    None."""
    if isinstance(event, Message):
        return (event.text or "") if _only_asks(event) else None
    data = event.data if isinstance(event, CallbackQuery) else None
    return data if data in _ASKING_TAPS else None


def _only_asks(message: Message) -> bool:
    """No file is in it or pointed at, and nothing is stopped."""
    words = message.text or ""
    if message.chat.type != ChatType.PRIVATE and not words.startswith("/"):
        return False  # people who talk to each other
    there = message if attachment_of(message) else message.reply_to_message
    works = brings_work(message) and there is not None and attachment_of(there) is not None
    return not works and not words.startswith("/cancel")
