"""Who speaks: a person, or the chat in whose name a person speaks."""

from typing import Final

import structlog
from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import CallbackQuery, Chat, InlineQuery, Message, TelegramObject

from bot.dialog.draft import Draft
from bot.jobs.batch import Batch
from bot.jobs.desk import Person
from bot.jobs.model import Job
from bot.telegram.wire.session import TROUBLE

log = structlog.get_logger(__name__)

# "GroupAnonymousBot" stands for administrators who hide who they are, "Channel_Bot" for people who
# write as their channel.
_STANDS_FOR_SOMEBODY: Final = frozenset({1087968824, 136817688})
_RULES: Final = frozenset({ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.CREATOR})


def person_of(event: TelegramObject) -> Person | None:
    """The person behind a message, a tap or an inline query (which comes from no chat that we know
    of: theirs stands for it), or the channel that a post is of; None where there is none: bots, a
    channel's posts in its group."""
    if isinstance(event, Message):
        return _as(event.chat, event.chat) if _is_post(event) else _writer(event)
    if isinstance(event, CallbackQuery) and event.message is not None:
        chat, user = event.message.chat, event.from_user
        if user.id in _STANDS_FOR_SOMEBODY:
            return _as(chat, chat)
        return None if user.is_bot else Person(str(user.id), str(chat.id))
    if isinstance(event, InlineQuery):
        user = event.from_user
        return None if user.is_bot else Person(str(user.id), str(user.id))
    return None


def _is_post(message: Message) -> bool:
    return message.chat.type == ChatType.CHANNEL


def _writer(message: Message) -> Person | None:
    user = message.from_user
    if user is None or message.is_automatic_forward:
        return None
    if user.id in _STANDS_FOR_SOMEBODY and message.sender_chat is not None:
        return _as(message.sender_chat, message.chat)
    return None if user.is_bot else Person(str(user.id), str(message.chat.id))


def _as(chat: Chat, there: Chat) -> Person:
    return Person(str(chat.id), str(there.id))


async def speaks_for(bot: Bot, person: Person, job: Job | Draft | Batch) -> Person:
    """Whoever taps does so under their own name; an administrator of a group may answer for what
    was asked in the group's, for its menus too."""
    if not job.group or job.user_id != job.chat_id or person.user_id == job.user_id:
        return person
    try:
        member = await bot.get_chat_member(int(job.chat_id), int(person.user_id))
    except TROUBLE as error:
        log.warning("nobody says who rules a group", cause=type(error).__name__)
        return person
    return Person(job.user_id, person.chat_id) if member.status in _RULES else person
