"""A file comes in: one job, saved before anything slow."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import (
    Animation,
    Audio,
    Document,
    Message,
    ReplyParameters,
    Video,
    VideoNote,
    Voice,
)

from bot.dialog.bounds import Bounds
from bot.dialog.counter import Counter
from bot.dialog.preferences import Preferences
from bot.jobs.answers import Duplicate, QueueFull
from bot.jobs.desk import Desk, Person
from bot.jobs.model import NewJob, Source
from bot.telegram.feed import Receipt
from bot.texts import Texts
from converter.request import Request

Attachment = Animation | Audio | Document | Video | VideoNote | Voice


def router() -> Router:
    """Files: of every kind in private chats, those that call themselves video in groups."""
    made = Router(name="intake")
    private = F.chat.type == ChatType.PRIVATE
    made.message.register(take, F.animation | F.video | F.video_note)
    made.message.register(take, private, F.document | F.audio | F.voice)
    made.message.register(take, F.document.mime_type.startswith("video/"))
    return made


async def take(
    message: Message,
    person: Person,
    preferences: Preferences,
    texts: Texts,
    desk: Desk,
    counter: Counter,
    bounds: Bounds,
    receipt: Receipt,
) -> None:
    """Hand the file in as a job, or as a draft where its person wants to be asked; or say why not.
    What counts is what is inside: nothing is judged by its name or type here."""
    new = _new_job(message, person, texts.locale, preferences.request)
    if new is None:
        return
    if (refusal := bounds.too_large(texts, new.source.size)) is not None:
        receipt.confirm()
        await message.reply(refusal)
        return
    if preferences.ask:
        await counter.open(new)
        receipt.confirm()
        return
    answer = await desk.hand_in(new)
    receipt.confirm()
    if isinstance(answer, QueueFull):
        await message.reply(texts("queue-full", limit=answer.limit))
    elif isinstance(answer, Duplicate):
        at = answer.job.status_message_id
        await message.answer(
            texts("already-here"),
            reply_parameters=None
            if at is None
            else ReplyParameters(message_id=int(at), allow_sending_without_reply=True),
        )


def attachment_of(message: Message) -> Attachment | None:
    """The file that a message carries, of whatever kind."""
    # An animation comes as a document too: the more telling field goes first.
    return (
        message.animation
        or message.video
        or message.video_note
        or message.audio
        or message.voice
        or message.document
    )


def _new_job(message: Message, person: Person, locale: str, request: Request) -> NewJob | None:
    attachment = attachment_of(message)
    if attachment is None:
        return None
    return NewJob(
        user_id=person.user_id,
        chat_id=person.chat_id,
        message_id=str(message.message_id),
        locale=locale,
        request=request,
        source=Source(
            file_id=attachment.file_id,
            unique_id=attachment.file_unique_id,
            name=getattr(attachment, "file_name", None) or "video",
            size=attachment.file_size or 0,
            mime=getattr(attachment, "mime_type", None) or "",
        ),
        group=message.chat.type != ChatType.PRIVATE,
    )
