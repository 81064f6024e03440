"""Several pictures of one film as requests to Telegram: the album, and the words beside it. Pure,
but for the files that are read once the request is made."""

from aiogram.methods import EditMessageText, SendMediaGroup
from aiogram.types import InputMediaDocument, MediaUnion

from bot.jobs.model import Job
from bot.names import result_name
from bot.telegram.showing.buttons import Act, job_buttons
from bot.telegram.wire.address import address, reply_to
from bot.telegram.wire.kinds import Pictured
from bot.telegram.wire.uploads import Upload
from bot.texts import Texts
from bot.texts.moments import times
from bot.texts.sentences import shown_name
from converter.shots import Shot, Shots


def album(
    job: Job, shots: Shots, media: type[Pictured], upload: Upload, *, silent: bool
) -> SendMediaGroup:
    """All pictures in one request, each with its time under it; without a sound where `silent`."""
    told = times([shot.at for shot in shots.pictures])
    items: list[MediaUnion] = [
        _item(job, media, upload, shot, number, time)
        for number, (shot, time) in enumerate(zip(shots.pictures, told, strict=True), 1)
    ]
    return SendMediaGroup(
        **address(job),
        reply_parameters=reply_to(job),
        media=items,
        disable_notification=silent or None,
    )


def _item(
    job: Job, media: type[Pictured], upload: Upload, shot: Shot, number: int, time: str
) -> Pictured:
    name = result_name(job.source.name, f" {number}{shot.path.suffix}")
    said: dict[str, object] = {"media": upload.file(shot.path, name), "caption": time}
    if media is InputMediaDocument:
        said["disable_content_type_detection"] = True
    return media.model_validate(said)


def last_words(job: Job, shots: Shots, message_id: str) -> EditMessageText:
    """What the status message becomes: an album can have no buttons, so they are here."""
    texts = Texts(job.locale)
    count = len(shots.pictures)
    return EditMessageText(
        text=texts("shots-done", count=count, name=shown_name(job.source.name)),
        chat_id=int(job.chat_id),
        message_id=int(message_id),
        reply_markup=job_buttons(texts, job.id, Act.OTHER, Act.DELETE),
    )
