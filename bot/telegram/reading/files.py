"""Files in messages, as sources of jobs."""

from dataclasses import replace
from pathlib import PurePath

from aiogram.enums import ChatType
from aiogram.types import Animation, Audio, Document, LivePhoto, Message, Video, VideoNote, Voice

from bot.jobs.desk import Person
from bot.jobs.model import Extra, NewJob, Role, Source
from bot.telegram.wire.address import topic_of
from converter.input.own_words import SUFFIXES
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
    source = _source(attachment)
    return replace(no_file(message, person, locale), request=request, source=source)


def part_of(message: Message) -> Extra | None:
    """A video that is to follow another; None for what calls itself something else."""
    attachment = attachment_of(message)
    if attachment is None or isinstance(attachment, Audio | Voice):
        return None
    source = _source(attachment)
    seconds = float(getattr(attachment, "duration", None) or 0)
    return Extra(Role.PART, source, seconds=seconds, message_id=str(message.message_id))


def _source(attachment: Attachment) -> Source:
    return Source(
        file_id=attachment.file_id,
        unique_id=attachment.file_unique_id,
        name=getattr(attachment, "file_name", None) or "video",
        size=attachment.file_size or 0,
        mime=getattr(attachment, "mime_type", None) or "",
    )


def copies_of(message: Message) -> list[Source]:
    """The smaller copies that Telegram keeps of a message's video."""
    video = message.video
    if video is None or not video.qualities:
        return []
    name = PurePath(video.file_name or "video.mp4")
    return [
        Source(
            file_id=copy.file_id,
            unique_id=copy.file_unique_id,
            name=f"{name.stem} ({min(copy.width, copy.height)}p){name.suffix}",
            size=copy.file_size or 0,
            mime=video.mime_type or "",
        )
        for copy in video.qualities
    ]


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


def extra_of(message: Message) -> Extra | None:
    """What a message brings that could go beside a video, by its kind and name: a subtitle file, a
    picture; None where it is nothing of the sort."""
    if message.photo:
        best = message.photo[-1]
        photo = Source(best.file_id, best.file_unique_id, "", best.file_size or 0, "image/jpeg")
        return Extra(Role.THUMBNAIL, photo)
    document = message.document if message.animation is None else None
    if document is None:
        return None
    source = Source(
        file_id=document.file_id,
        unique_id=document.file_unique_id,
        name=document.file_name or "",
        size=document.file_size or 0,
        mime=document.mime_type or "",
    )
    if source.name.lower().endswith(SUFFIXES):
        return Extra(Role.SUBTITLE, source)
    return Extra(Role.THUMBNAIL, source) if source.mime.startswith("image/") else None
