"""A file comes in: one job or one draft, saved before anything slow."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import Message, ReplyParameters

from bot.dialog.draft import Draft
from bot.dialog.intake import Closed, Intake, Taken, TooLarge
from bot.dialog.preferences import Preferences
from bot.dialog.words import target_of, wish_of
from bot.jobs.answers import Accepted, Duplicate, OverQuota, QueueFull, Repeated
from bot.jobs.desk import Person
from bot.telegram.feed import Receipt
from bot.telegram.files import attachment_of, extra_of, new_job
from bot.telegram.reactions import Mark, react
from bot.telegram.states import VideoStates
from bot.texts import Texts
from bot.texts.sentences import cause, size
from converter.errors import Refused
from converter.request import Request

CONVERT = "convert"


def router() -> Router:
    """Files: of every kind in private chats, those that call themselves video in groups; and any
    that a /convert points at."""
    made = Router(name="intake")
    private = F.chat.type == ChatType.PRIVATE
    made.message.register(convert, F.text | F.caption, Command(CONVERT))
    made.message.register(take, F.animation | F.video | F.video_note)
    made.message.register(take, private, F.document | F.audio | F.voice)
    made.message.register(take, F.document.mime_type.startswith("video/"))
    return made


def brings_work(message: Message) -> bool:
    """Whether its update may only be confirmed once what it asks for is saved."""
    words = message.text or message.caption or ""
    brings = attachment_of(message) is not None or extra_of(message) is not None
    return brings or words.startswith(f"/{CONVERT}")


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
    if new is not None:
        taken = await intake.take(new, preferences, texts)
        if isinstance(taken, Accepted | Repeated | Draft) and await state.get_state() is not None:
            await state.clear()
        receipt.confirm()
        await tell(bot, message, texts, taken)


async def convert(
    message: Message,
    bot: Bot,
    command: CommandObject,
    person: Person,
    preferences: Preferences,
    texts: Texts,
    intake: Intake,
    receipt: Receipt,
) -> None:
    """``/convert mp3`` under a file of one's own, or as an answer to anybody's."""
    try:
        wish = wish_of(command.args or "", preferences.request)
    except Refused as error:
        receipt.confirm()
        await message.reply(cause(texts, error.code, error.facts))
        return
    except ValueError as error:
        receipt.confirm()
        await message.reply(texts("convert-what", word=str(error)))
        return
    there = message if attachment_of(message) else message.reply_to_message
    new = new_job(there, person, texts.locale, wish) if there is not None else None
    if new is None:
        receipt.confirm()
        await message.reply(texts("convert-how"))
        return
    taken = await intake.take_as(new, str(message.message_id), texts)
    receipt.confirm()
    await tell(bot, message, texts, taken)


def next_file(payload: str | None) -> str | None:
    """The target that a deep link's payload names."""
    return target_of(payload) if payload else None


def over_quota(texts: Texts, answer: OverQuota) -> str:
    """That somebody asked for as much as one may."""
    if answer.which == "bytes":
        return texts("over-quota-bytes", limit=size(texts, answer.limit))
    return texts(f"over-quota-{answer.which}", limit=answer.limit)


async def tell(bot: Bot, message: Message, texts: Texts, taken: Taken) -> None:
    """Say what the file's own message won't."""
    match taken:
        case Accepted(job=job):
            await react(bot, job.chat_id, job.message_id, Mark.TAKEN)
        case TooLarge():
            await message.reply(taken.words)
        case Closed():
            await message.reply(texts("closed-for-now"))
        case OverQuota():
            await message.reply(over_quota(texts, taken))
        case QueueFull():
            await message.reply(texts("queue-full", limit=taken.limit))
        case Duplicate():
            at = taken.job.status_message_id
            await message.answer(
                texts("already-here"),
                reply_parameters=None
                if at is None
                else ReplyParameters(message_id=int(at), allow_sending_without_reply=True),
            )
