"""A result as requests to Telegram: the file, what is said of it and under it. Pure, but for the
files that are read once the request is made."""

from dataclasses import dataclass

from aiogram.methods import EditMessageMedia, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, Message

from bot.jobs.made import Kept, Made
from bot.jobs.model import Job
from bot.names import result_name
from bot.telegram.sending.offers import SHAREABLE
from bot.telegram.showing.buttons import Act, job_buttons
from bot.telegram.wire.address import address, reply_to
from bot.telegram.wire.kinds import DOCUMENT, Kind, Media, said_of
from bot.telegram.wire.uploads import Upload
from bot.texts import Texts
from bot.texts.sentences import caption, with_notes
from bot.texts.templates import caption_of
from converter.convert import Result


def words_under(job: Job, made: Made, template: str | None, *, ready: bool = False) -> str:
    """What stands under a job's result, see `Parcel`."""
    name, texts = job.source.name, Texts(job.locale)
    if template is not None:
        return with_notes(texts, caption_of(template, texts, name, made), made)
    return caption(texts, name, made, ready=ready)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One job's result: a file of ours, or one that Telegram has already. `shared`: whoever gets
    it may send it on by an inline query. `template` is what its person wants to stand under it,
    see `templates`; None as usual. `silent`: it comes without a sound."""

    job: Job
    content: Result | Kept
    shared: bool = False
    template: str | None = None
    silent: bool = False

    @property
    def made(self) -> Made:
        """What there is to tell of it."""
        content = self.content
        return content.made if isinstance(content, Kept) else Made.of(content)

    @property
    def words(self) -> str:
        """What stands under it."""
        return words_under(self.job, self.made, self.template, ready=self.ready)

    @property
    def ready(self) -> bool:
        """Telegram has it already."""
        return isinstance(self.content, Kept)

    def buttons(self, kind: Kind) -> InlineKeyboardMarkup | None:
        """What may be wished for next."""
        acts = [Act.OTHER, Act.SMALLER] if self.made.pictured else [Act.OTHER]
        acts += [] if kind is DOCUMENT else [Act.AS_FILE]
        # What was asked for in a group's name is no person's to send on.
        shared = self.shared and kind.name in SHAREABLE and not _of_a_chat(self.job)
        texts = Texts(self.job.locale)
        return job_buttons(texts, self.job.id, *acts, Act.DELETE, shared=shared)

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
            **address(self.job),
            "reply_parameters": reply_to(self.job),
            "reply_markup": self.buttons(kind),
            "disable_notification": self.silent or None,
            kind.name: self._file(upload),
            **self._said(kind, upload),
        }
        return kind.send.model_validate(said)

    def _said(self, kind: Kind, upload: Upload) -> dict[str, object]:
        said: dict[str, object] = {"caption": self.words} if kind.captioned else {}
        content = self.content
        if isinstance(content, Kept):
            # The rest, its small picture too, is known to Telegram with the file.
            return said
        said |= said_of(kind, content)
        if kind.thumbnailed and content.thumbnail is not None:
            said["thumbnail"] = upload.file(content.thumbnail, "thumbnail.jpg")
        if kind.covered and content.cover is not None:
            said["cover"] = upload.file(content.cover, "cover.jpg")
        return said

    def _file(self, upload: Upload) -> object:
        content = self.content
        if isinstance(content, Kept):
            return content.file_id
        name = result_name(self.job.source.name, content.path.suffix)
        return upload.file(content.path, name)


def _of_a_chat(job: Job) -> bool:
    return job.group and job.user_id == job.chat_id
