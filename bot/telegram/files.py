"""Files in messages, as sources of jobs."""

from dataclasses import replace

from aiogram.enums import ChatType
from aiogram.types import Animation, Audio, Document, LivePhoto, Message, Video, VideoNote, Voice

from bot.jobs.desk import Person
from bot.jobs.model import NewJob, Source
from bot.telegram.address import topic_of
from converter.request import Request

Attachment = Animation | Audio | Document | LivePhoto | Video | VideoNote | Voice


def attachment_of(message: Message) -> Attachment | None:
    """The file that a message carries, of whatever kind."""
    # An animation comes as a document too: the more telling field goes first.
    return (
        message.animation
        or message.video
        or message.video_note
        or message.live_photo
        or message.audio
        or message.voice
        or message.document
    )


def new_job(message: Message, person: Person, locale: str, request: Request) -> NewJob | None:
    """What a person asks for with the file in a message, somebody's; None where there is none."""
    attachment = attachment_of(message)
    if attachment is None:
        return None
    source = Source(
        file_id=attachment.file_id,
        unique_id=attachment.file_unique_id,
        name=getattr(attachment, "file_name", None) or "video",
        size=attachment.file_size or 0,
        mime=getattr(attachment, "mime_type", None) or "",
    )
    return replace(no_file(message, person, locale), request=request, source=source)


def no_file(message: Message, person: Person, locale: str) -> NewJob:
    """The same for a message of an album that brings nothing to convert."""
    return NewJob(
        user_id=person.user_id,
        chat_id=person.chat_id,
        message_id=str(message.message_id),
        locale=locale,
        source=Source("", "", "", 0),
        group=message.chat.type != ChatType.PRIVATE,
        thread_id=topic_of(message),
    )
