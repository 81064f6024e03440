"""A file comes in: one job or one draft, saved before anything slow."""

from dataclasses import replace

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import BaseFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.dialog.counter.intake import Intake
from bot.dialog.draft import Draft
from bot.dialog.screens.preferences import Preferences
from bot.dialog.typed.words import target_of, wish_of
from bot.jobs.answers import Accepted, Repeated
from bot.jobs.desk import Person
from bot.telegram.reading.addressing import CONVERT, Asked, Words
from bot.telegram.reading.files import attachment_of, copies_of, extra_of, new_job
from bot.telegram.reading.states import VideoStates
from bot.telegram.reading.taken import tell
from bot.telegram.updates.feed import Receipt
from bot.texts import Texts
from bot.texts.sentences import cause
from converter.errors import Refused
from converter.request import Request


class Ours(BaseFilter):
    """Lets a result of this bot's through that somebody sent on by an inline query: to convert it
    again would answer ourselves."""

    async def __call__(self, message: Message, bot: Bot) -> bool:
        """Whether it came by way of this bot."""
        return message.via_bot is not None and message.via_bot.id == bot.id


def router() -> Router:
    """Files: of every kind in private chats, those that call themselves video in groups; and any
    that a /convert or the bot's name points at, in channels too."""
    made = Router(name="intake")
    private = F.chat.type == ChatType.PRIVATE
    made.message.register(convert, Asked())
    made.channel_post.register(convert, Asked())
    made.message.register(pass_over, Ours())
    made.message.register(take, F.animation | F.video | F.video_note)
    made.message.register(take, private, F.document | F.audio | F.voice | F.live_photo)
    made.message.register(take, F.document.mime_type.startswith("video/"))
    return made


def brings_work(message: Message) -> bool:
    """Whether its update may only be confirmed once what it asks for is saved."""
    words, pointed_at = message.text or message.caption or "", message.reply_to_message
    return (
        attachment_of(message) is not None
        or extra_of(message) is not None
        or words.startswith(f"/{CONVERT}")
        or (pointed_at is not None and attachment_of(pointed_at) is not None)
    )


async def take(
    message: Message,
    bot: Bot,
    person: Person,
    preferences: Preferences,
    texts: Texts,
    intake: Intake,
    state: FSMContext,
    receipt: Receipt,
) -> None:
    """Hand the file in, or say why not."""
    request = preferences.request
    if await state.get_state() == VideoStates.waiting_for_video.state:
        # A link promised this format for the next file.
        request = Request(target=str((await state.get_data()).get("target", request.target)))
    new = new_job(message, person, texts.locale, request)
    if new is None:
        return
    new = preferences.named(new)
    album = message.media_group_id
    if album is not None and await intake.gather(new, album, preferences):
        await _kept(state)
        receipt.confirm()
        return
    taken = await intake.take(new, preferences, texts, copies_of(message))
    if isinstance(taken, Accepted | Repeated | Draft):
        await _kept(state)
    receipt.confirm()
    await tell(bot, [new], texts, taken)


async def pass_over(_: Message) -> None:
    """Nothing is made of it, and nothing said."""


async def _kept(state: FSMContext) -> None:
    """A promise about the next file was kept."""
    if await state.get_state() is not None:
        await state.clear()


async def convert(
    message: Message,
    bot: Bot,
    asked: Words,
    person: Person,
    preferences: Preferences,
    texts: Texts,
    intake: Intake,
    receipt: Receipt,
) -> None:
    """``/convert mp3`` under a file of one's own, or as an answer to anybody's."""
    wish = preferences.request
    try:
        wish = wish_of(asked.words, wish)
    except Refused as error:
        receipt.confirm()
        await message.reply(cause(texts, error.code, error.facts))
        return
    except ValueError as error:
        if not asked.named:
            receipt.confirm()
            await message.reply(texts("convert-what", word=str(error)))
            return
        # What else was said to the bot means no format.
    there = message if attachment_of(message) else message.reply_to_message
    new = new_job(there, person, texts.locale, wish) if there is not None else None
    if new is None:
        receipt.confirm()
        if not (asked.named and asked.words):
            await message.reply(texts("convert-how"))
        return
    new = preferences.named(new)
    taken = await intake.take_as(new, str(message.message_id), texts)
    receipt.confirm()
    await tell(bot, [replace(new, message_id=str(message.message_id))], texts, taken)


def next_file(payload: str | None) -> str | None:
    """The target that a deep link's payload names."""
    return target_of(payload) if payload else None
