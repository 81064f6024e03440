"""The status message becomes the result, or what can't be edited in is sent, once.

Editing media in is idempotent where sending is not: a retry after a crash, or after a reply that
got lost, edits the same message again, so at most one result is ever visible. What is sent leaves
receipts, and is sent again only where it certainly wasn't before.
"""

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
)
from aiogram.methods import EditMessageText, TelegramMethod
from aiogram.types import Message

from bot.jobs.batch import Batch
from bot.jobs.errors import (
    BlockedError,
    KeptRefusedError,
    PassingTransferError,
    TransferCode,
    TransferError,
)
from bot.jobs.made import Kept, Sent
from bot.jobs.messenger import OnBytes, Quiet
from bot.jobs.model import Job
from bot.jobs.pieces import Piece
from bot.telegram.files.outbox import Fresh, Outbox
from bot.telegram.sending.acting import acting
from bot.telegram.sending.parcel import Parcel
from bot.telegram.sending.pictures import album, last_words
from bot.telegram.sending.reactions import Mark, react
from bot.telegram.sending.receipts import Receipts
from bot.telegram.sending.united import albums, send_album
from bot.telegram.wire.address import address, reply_to
from bot.telegram.wire.kinds import Delivery, Kind, album_of, kind_of, sent_as, way_of
from bot.telegram.wire.session import (
    PASSING,
    TROUBLE,
    UNKNOWN_FILE,
    is_about,
    nobody_there,
    tried,
    upload_seconds,
    wait_of,
)
from bot.telegram.wire.uploads import IDLE, Place, Upload
from bot.texts import Texts
from converter.convert import Result
from converter.engines.process import uninterrupted
from converter.shots import Shots

log = structlog.get_logger(__name__)

_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message not found",
)
_ALREADY: Final = "message is not modified"

T = TypeVar("T")
New = TypeVar("New", Message, list[Message])


@dataclass(frozen=True, slots=True)
class Manners:
    """How somebody wants to get results: `quiet`, without a sound; `caption` is their own template
    for what stands under one, None as usual."""

    quiet: bool = False
    caption: str | None = None


async def _usual(_: Job) -> Manners:
    return Manners()


@dataclass(frozen=True, slots=True)
class TelegramDeliverer:
    """Delivers into the job's status message, or beside it. `idle` is how many seconds nothing of
    an upload may be taken; `outbox` is for a server that takes files from our disk; `manners` says
    how its person wants it, `shared` whether results may be sent on by inline queries."""

    bot: Bot
    receipts: Receipts
    idle: float = IDLE
    outbox: Outbox | None = None
    manners: Callable[[Job], Awaitable[Manners]] = _usual
    shared: Callable[[], bool] = lambda: False

    async def deliver(
        self,
        job: Job,
        result: Result,
        message_id: str | None,
        *,
        on_bytes: OnBytes,
        before_last: Quiet,
    ) -> Sent | None:
        """Edit the result in, or send it where it can't be. See `messenger.Deliverer`."""
        parcel = await self._parcel(job, result)
        way = way_of(result.plan.target.key, as_file=job.as_file)
        deliver = partial(self._deliver, parcel, way, message_id)
        with _in_the_words_of_jobs():
            return await self._handed_over(deliver, on_bytes, before_last)

    async def deliver_shots(
        self,
        job: Job,
        shots: Shots,
        message_id: str | None,
        *,
        on_bytes: OnBytes,
        before_last: Quiet,
    ) -> None:
        """Send an album, and say in the status message what it is. See `messenger.Deliverer`."""
        with _in_the_words_of_jobs():
            await self._handed_over(partial(self._send_album, job, shots), on_bytes, before_last)
        if message_id is not None:
            edit = last_words(job, shots, message_id)
            with _no_matter("last words not said"):
                await tried(lambda: self.bot(edit), "last words")

    async def deliver_kept(
        self, job: Job, kept: Kept, message_id: str | None, *, before_last: Quiet
    ) -> Sent:
        """The same by the file's name. See `messenger.Deliverer`."""
        kind = kind_of(kept.kind)
        if kind is None:
            raise KeptRefusedError(f"{kept.kind} is no kind of message any more", gone=True)
        parcel = await self._parcel(job, kept)
        fresh = partial(Upload, lambda _done, _total: None, idle=self.idle)
        await before_last()
        with _in_the_words_of_jobs():
            try:
                sent = await self._deliver(parcel, Delivery(kind), message_id, fresh)
            except TelegramBadRequest as error:
                if nobody_there(error):
                    raise
                gone = is_about(error, *UNKNOWN_FILE)
                raise KeptRefusedError(str(error), gone=gone) from error
        return sent or Sent(kept.file_id, kept.kind, named=kind.named, as_meant=True)

    def albums(self, pieces: Sequence[Piece]) -> list[list[Piece]]:
        """See `messenger.Deliverer`."""
        return albums(pieces)

    async def deliver_album(self, batch: Batch, pieces: Sequence[Piece]) -> None:
        """See `messenger.Deliverer`."""
        manners = await self.manners(pieces[0].job)
        with _in_the_words_of_jobs():
            await send_album(self.bot, batch, pieces, manners.caption, silent=manners.quiet)

    async def announce(self, job: Job) -> None:
        """A mark on the person's message, and a short reply where an edit alone makes no sound; in
        groups the mark is enough. A doubled one does no harm."""
        await react(self.bot, job.chat_id, job.message_id, Mark.DONE)
        way = way_of(job.request.target, as_file=job.as_file)
        heard = way.heard or job.batch_id is not None or job.shots > 0
        if job.group or heard or (await self.manners(job)).quiet:
            return
        try:
            await self.bot.send_message(
                **address(job), text=Texts(job.locale)("ready"), reply_parameters=reply_to(job)
            )
        except TROUBLE as error:
            log.warning("ready was not said", cause=str(error))

    async def _handed_over(
        self, deliver: Callable[[Fresh], Awaitable[T]], on_bytes: OnBytes, before_last: Quiet
    ) -> T:
        """What `deliver` makes of uploads: by the files' paths where the server sees them."""

        def fresh(place: Place | None = None) -> Upload:
            return Upload(on_bytes, idle=self.idle, before_last=before_last, place=place)

        if self.outbox is None:
            return await deliver(fresh)
        return await self.outbox.delivered(fresh, deliver)

    async def _parcel(self, job: Job, content: Result | Kept) -> Parcel:
        manners = await self.manners(job)
        return Parcel(job, content, self.shared(), manners.caption, manners.quiet)

    async def _deliver(
        self, parcel: Parcel, way: Delivery, message_id: str | None, fresh: Fresh
    ) -> Sent | None:
        """What Telegram calls it then, None where it doesn't say."""
        at = int(message_id) if message_id is not None else None
        edited = await self._edit_in(parcel, way.kind, at, fresh()) if at is not None else False
        if isinstance(edited, Message):
            return sent_as(edited, way.kind)
        if edited:
            return None
        kind, message = await self._send(parcel, way, fresh)
        if at is not None and way.heard:
            await self._last_words(parcel, kind, at)
        return sent_as(message, way.kind)

    async def _edit_in(
        self, parcel: Parcel, kind: Kind, message_id: int, upload: Upload
    ) -> Message | bool:
        """The message, True where Telegram doesn't say what became of it. False where this kind
        can't be edited in, or there is no such message any more."""
        if kind.media is None:
            return False
        method = parcel.edit(kind.media, kind, upload, message_id)
        try:
            return await self._carry(
                parcel.job, kind.action, upload, lambda most: upload.send(self.bot, method, most)
            )
        except TelegramBadRequest as error:
            if is_about(error, _ALREADY):
                return True
            if is_about(error, *_GONE):
                log.info("status message is gone, sending anew")
                return False
            raise

    async def _send(self, parcel: Parcel, way: Delivery, fresh: Fresh) -> tuple[Kind, Message]:
        """A new message, of the plainer kind where Telegram refuses the first; which one it was."""
        try:
            return way.kind, await self._send_as(parcel, way.kind, fresh())
        except TelegramBadRequest as error:
            if way.otherwise is None or nobody_there(error):
                raise
            log.info("refused, sent as something plainer", cause=str(error))
            return way.otherwise, await self._send_as(parcel, way.otherwise, fresh())

    async def _send_as(self, parcel: Parcel, kind: Kind, upload: Upload) -> Message:
        method = parcel.message(kind, upload)
        send = partial(self._receipted, parcel.job, upload, method)
        return await self._carry(parcel.job, kind.action, upload, send)

    async def _send_album(self, job: Job, shots: Shots, fresh: Fresh) -> list[Message]:
        ways = album_of(shots, as_file=job.as_file)
        silent = (await self.manners(job)).quiet
        for media in ways:
            upload = fresh()
            pictures = album(job, shots, media, upload, silent=silent)
            send = partial(self._receipted, job, upload, pictures)
            try:
                return await self._carry(job, ChatAction.UPLOAD_PHOTO, upload, send)
            except TelegramBadRequest as error:
                if media is ways[-1] or nobody_there(error):
                    raise
                log.info("refused, sent as something plainer", cause=str(error))
        raise AssertionError("no way for an album")

    async def _carry(
        self, job: Job, action: ChatAction, upload: Upload, once: Callable[[float], Awaitable[T]]
    ) -> T:
        """Try `once`, which is told how many seconds it may take, under the eyes of the chat."""
        if not upload.weight:
            return await once(upload_seconds(0))
        async with acting(self.bot, address(job), action):
            return await once(upload_seconds(upload.weight))

    async def _receipted(
        self, job: Job, upload: Upload, method: TelegramMethod[New], most: float
    ) -> New:
        """Send it once. Only what certainly wasn't sent raises an error that may be tried again."""
        if not await self.receipts.intend(job):
            raise TransferError(TransferCode.UNSURE_IF_SENT, "an earlier attempt began to send")
        try:
            sent = await upload.send(self.bot, method, most)
        except BaseException as error:
            if not upload.given or _refused(error):
                await uninterrupted(self.receipts.failed(job))
                raise
            if isinstance(error, PASSING):
                raise TransferError(TransferCode.UNSURE_IF_SENT, str(error)) from error
            raise
        messages = sent if isinstance(sent, list) else [sent]
        ids = " ".join(str(message.message_id) for message in messages)
        await uninterrupted(self.receipts.sent(job, ids))
        return sent

    async def _last_words(self, parcel: Parcel, kind: Kind, message_id: int) -> None:
        """What becomes of a status message whose result stands beside it: the words that can't
        stand under that, or nothing. The result is there, whatever happens here."""
        chat_id = int(parcel.job.chat_id)
        with _no_matter("status message stayed as it was"):
            if kind.captioned:
                await self.bot.delete_message(chat_id, message_id)
            else:
                edit = EditMessageText(text=parcel.words, chat_id=chat_id, message_id=message_id)
                await tried(lambda: self.bot(edit), "last words")


def _refused(error: BaseException) -> bool:
    """Telegram said no: nothing was sent."""
    unsure = isinstance(error, PASSING) and not isinstance(error, TelegramEntityTooLarge)
    return isinstance(error, TelegramAPIError) and not unsure


@contextlib.contextmanager
def _no_matter(event: str) -> Iterator[None]:
    """The result is there, whatever happens in here."""
    try:
        yield
    except TROUBLE as error:
        log.warning(event, cause=str(error))


@contextlib.contextmanager
def _in_the_words_of_jobs() -> Iterator[None]:
    """What Telegram says, as TransferError."""
    try:
        yield
    except TelegramEntityTooLarge as error:
        raise TransferError(TransferCode.UPLOAD_TOO_LARGE, str(error)) from error
    except TROUBLE as error:
        if nobody_there(error):
            raise BlockedError from error
        if isinstance(error, TelegramBadRequest):
            raise TransferError(TransferCode.UPLOAD_REJECTED, str(error)) from error
        raise PassingTransferError(
            TransferCode.TELEGRAM_UNAVAILABLE, str(error), not_before=wait_of(error)
        ) from error
