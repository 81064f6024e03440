"""A result as requests to Telegram: the file, what is said of it and under it. Pure, but for the
files that are read once the request is made."""

from dataclasses import dataclass

from aiogram.methods import EditMessageMedia, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, Message, ReplyParameters

from bot.jobs.model import Job
from bot.names import result_name
from bot.telegram.buttons import Act, job_buttons
from bot.telegram.kinds import DOCUMENT, Kind, Media, said_of
from bot.telegram.uploads import Upload
from bot.texts import Texts
from bot.texts.sentences import caption
from converter.convert import Result


def reply_to(job: Job) -> ReplyParameters:
    """To the message that carried the file, wherever it is still there."""
    return ReplyParameters(message_id=int(job.message_id), allow_sending_without_reply=True)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One job's result."""

    job: Job
    result: Result

    @property
    def words(self) -> str:
        """What stands under it."""
        return caption(Texts(self.job.locale), self.job.source.name, self.result)

    def buttons(self, kind: Kind) -> InlineKeyboardMarkup | None:
        """What may be wished for next."""
        acts = [Act.OTHER, Act.SMALLER] if self.result.plan.picture else [Act.OTHER]
        acts += [] if kind is DOCUMENT else [Act.AS_FILE]
        return job_buttons(Texts(self.job.locale), self.job.id, *acts, Act.DELETE)

    def edit(self, media: type[Media], kind: Kind, upload: Upload, at: int) -> EditMessageMedia:
        """Puts the result in the place of the message `at`."""
        said = {"media": self._file(upload), **self._said(kind, upload)}
        return EditMessageMedia(
            media=media.model_validate(said),
            chat_id=int(self.job.chat_id),
            message_id=at,
            reply_markup=self.buttons(kind),
        )

    def message(self, kind: Kind, upload: Upload) -> TelegramMethod[Message]:
        """A new message of this kind."""
        said = {
            "chat_id": int(self.job.chat_id),
            "reply_parameters": reply_to(self.job),
            "reply_markup": self.buttons(kind),
            kind.name: self._file(upload),
            **self._said(kind, upload),
        }
        return kind.send.model_validate(said)

    def _said(self, kind: Kind, upload: Upload) -> dict[str, object]:
        said = said_of(kind, self.result)
        if kind.captioned:
            said["caption"] = self.words
        if kind.thumbnailed and self.result.thumbnail is not None:
            said["thumbnail"] = upload.file(self.result.thumbnail, "thumbnail.jpg")
        if kind.covered and self.result.cover is not None:
            said["cover"] = upload.file(self.result.cover, "cover.jpg")
        return said

    def _file(self, upload: Upload) -> object:
        name = result_name(self.job.source.name, self.result.path.suffix)
        return upload.file(self.result.path, name)
