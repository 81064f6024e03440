"""Files that belong beside a video: subtitles, a picture to stand for it. They come as an answer to
the video, to its menu or to its result; subtitles also while a menu is open."""

from dataclasses import dataclass, replace
from typing import Any

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import Message

from bot.dialog.counter.counter import Counter
from bot.dialog.counter.intake import Intake
from bot.dialog.draft import Draft
from bot.dialog.screens.preferences import Preferences
from bot.jobs.desk import Person
from bot.jobs.extras import MOST
from bot.jobs.model import Extra, Job, NewJob, Role
from bot.telegram.reading.files import extra_of, new_job
from bot.telegram.reading.taken import tell
from bot.telegram.updates.feed import Receipt
from bot.texts import Texts
from bot.texts.sentences import size

Owner = Draft | Job | NewJob


def router() -> Router:
    """Files beside others. It goes before the router of files."""
    made = Router(name="extras")
    made.message.register(take, Belongs())
    return made


@dataclass(frozen=True, slots=True)
class Belongs(Filter):
    """A file that goes beside another: hands `extra` to the handler, and `to` what it belongs.
    Subtitles in private chats are heard even where they belong to nothing: they are no video."""

    async def __call__(
        self,
        message: Message,
        person: Person,
        preferences: Preferences,
        counter: Counter,
        texts: Texts,
    ) -> bool | dict[str, Any]:
        """See `Filter`."""
        extra = extra_of(message)
        if extra is None:
            return False
        private = message.chat.type == ChatType.PRIVATE
        to: Owner | None = await _owner(message, extra.role, person, counter, private=private)
        there = message.reply_to_message
        if to is None and private and there is not None and extra_of(there) is None:
            to = new_job(there, person, texts.locale, preferences.request)
        if to is None and not (private and extra.role is Role.SUBTITLE):
            return False
        return {"extra": extra, "to": to}


async def _owner(
    message: Message, role: Role, person: Person, counter: Counter, *, private: bool
) -> Draft | Job | None:
    there = message.reply_to_message
    if there is None and (role is not Role.SUBTITLE or not private):
        return None
    found = await counter.meant(person, str(there.message_id) if there is not None else "")
    if isinstance(found, Draft) or private:
        return found
    # In groups people answer a film with a picture and mean nothing by it.
    return found if role is Role.SUBTITLE else None


async def take(
    message: Message,
    bot: Bot,
    extra: Extra,
    to: Owner | None,
    texts: Texts,
    counter: Counter,
    intake: Intake,
    receipt: Receipt,
) -> None:
    """Keep it for what it belongs to, or say why not."""
    refused = await intake.refused(to, texts) if isinstance(to, NewJob) else None
    if to is None or extra.source.size > MOST[extra.role]:
        receipt.confirm()
        await message.reply(texts("extras-which") if to is None else _too_large(texts, extra))
    elif refused is not None and isinstance(to, NewJob):
        receipt.confirm()
        await tell(bot, [replace(to, message_id=str(message.message_id))], texts, refused)
    else:
        await counter.attach(to, extra)
        receipt.confirm()


def _too_large(texts: Texts, extra: Extra) -> str:
    limit, actual = (size(texts, count) for count in (MOST[extra.role], extra.source.size))
    return texts(f"extras-too-large-{extra.role.value}", limit=limit, actual=actual)
