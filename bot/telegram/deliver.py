"""The status message becomes the result, or what can't be edited in is sent, once.

Editing media in is idempotent where sending is not: a retry after a crash, or after a reply that
got lost, edits the same message again, so at most one result is ever visible. What is sent leaves
receipts, and is sent again only where it certainly wasn't before.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
)
from aiogram.methods import EditMessageText, TelegramMethod
from aiogram.types import Message

from bot.jobs.errors import BlockedError, PassingTransferError, TransferCode, TransferError
from bot.jobs.model import Job
from bot.jobs.steps import OnBytes
from bot.telegram.acting import acting
from bot.telegram.kinds import DELIVERIES, Delivery, Kind
from bot.telegram.parcel import Parcel, reply_to
from bot.telegram.progress import Board
from bot.telegram.receipts import NoReceipts, Receipts
from bot.telegram.session import (
    PASSING,
    REQUEST_SECONDS,
    TROUBLE,
    is_about,
    tried,
    upload_seconds,
    wait_of,
)
from bot.telegram.uploads import IDLE, Upload
from bot.texts import Texts
from converter.convert import Result
from converter.engines.process import uninterrupted
from converter.request import parse

log = structlog.get_logger(__name__)

_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message not found",
)
_ALREADY: Final = "message is not modified"
_NOBODY_KEEPS_THEM: Final = NoReceipts()


def _unheard(_taken: int, _size: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class TelegramDeliverer:
    """Delivers into the status message that `board` gives away. `idle` is how many seconds nothing
    of an upload may be taken."""

    bot: Bot
    board: Board
    receipts: Receipts = _NOBODY_KEEPS_THEM
    idle: float = IDLE

    async def deliver(self, job: Job, result: Result, on_bytes: OnBytes = _unheard) -> None:
        """Edit the result in, or send it where it can't be. See `steps.Deliverer`.

        `on_bytes` hears of bytes uploaded and bytes in all. What it makes the board show is seen
        as long as Telegram can't have acted on the upload; then the message is the result's.
        """
        try:
            await self._deliver(Parcel(job, result), on_bytes)
        except TelegramForbiddenError as error:
            raise BlockedError from error
        except TelegramEntityTooLarge as error:
            raise TransferError(TransferCode.UPLOAD_TOO_LARGE, str(error)) from error
        except TelegramBadRequest as error:
            raise TransferError(TransferCode.UPLOAD_REJECTED, str(error)) from error
        except TROUBLE as error:
            raise PassingTransferError(
                TransferCode.TELEGRAM_UNAVAILABLE, str(error), not_before=wait_of(error)
            ) from error

    async def announce(self, job: Job) -> None:
        """A short reply where an edit alone makes no sound. A doubled one does no harm."""
        if DELIVERIES[parse(job.request).target].heard:
            return
        try:
            await self.bot.send_message(
                job.chat_id, Texts(job.locale)("ready"), reply_parameters=reply_to(job)
            )
        except TROUBLE as error:
            log.warning("ready was not said", cause=str(error))

    async def _deliver(self, parcel: Parcel, on_bytes: OnBytes) -> None:
        way = DELIVERIES[parcel.result.plan.target.key]
        message_id = await self.board.hand_over(parcel.job)
        if message_id is None:
            on_bytes = _unheard  # or the board would begin a message that nobody ends
        if message_id is not None and await self._edit_in(parcel, way.kind, message_id, on_bytes):
            return
        sent_as = await self._send(parcel, way, on_bytes)
        if message_id is not None and way.heard:
            await self._last_words(parcel, sent_as, message_id)

    async def _edit_in(
        self, parcel: Parcel, kind: Kind, message_id: int, on_bytes: OnBytes
    ) -> bool:
        """False where this kind can't be edited in, or there is no such message any more."""
        if kind.media is None:
            return False
        upload = self._upload(parcel.job, on_bytes)
        method = parcel.edit(kind.media, kind, upload, message_id)
        try:
            await self._carry(
                parcel.job, kind, upload, lambda most: upload.send(self.bot, method, most)
            )
        except TelegramBadRequest as error:
            if is_about(error, _ALREADY):
                return True
            if is_about(error, *_GONE):
                log.info("status message is gone, sending anew")
                return False
            raise
        return True

    async def _send(self, parcel: Parcel, way: Delivery, on_bytes: OnBytes) -> Kind:
        """A new message, of the plainer kind where Telegram refuses the first; which one it was."""
        try:
            await self._send_as(parcel, way.kind, on_bytes)
        except TelegramBadRequest as error:
            if way.otherwise is None:
                raise
            log.info("refused, sent as something plainer", cause=str(error))
            await self._send_as(parcel, way.otherwise, on_bytes)
            return way.otherwise
        return way.kind

    async def _send_as(self, parcel: Parcel, kind: Kind, on_bytes: OnBytes) -> None:
        upload = self._upload(parcel.job, on_bytes)
        method = parcel.message(kind, upload)
        await self._carry(
            parcel.job, kind, upload, lambda most: self._receipted(parcel.job, upload, method, most)
        )

    def _upload(self, job: Job, on_bytes: OnBytes) -> Upload:
        """An upload that takes the status message from the board, for good, before it can end."""
        return Upload(on_bytes, idle=self.idle, before_last=lambda: self.board.hand_over(job))

    async def _carry(
        self, job: Job, kind: Kind, upload: Upload, once: Callable[[float], Awaitable[object]]
    ) -> None:
        """Try `once`, which is told how many seconds it may take, within the time for such a size
        and under the eyes of the chat."""
        clock = asyncio.get_running_loop().time
        until = clock() + upload_seconds(upload.size)

        async def shown() -> None:
            # Around each try alone: in the pauses that Telegram asks for nothing more is asked.
            async with acting(self.bot, job.chat_id, kind.action):
                await once(max(REQUEST_SECONDS, until - clock()))

        await tried(shown, f"upload of {kind.name}", until=until)

    async def _receipted(
        self, job: Job, upload: Upload, method: TelegramMethod[Message], most: float
    ) -> None:
        """Send it once. Only what certainly wasn't sent raises an error that may be tried again."""
        if not await self.receipts.intend(job):
            raise TransferError(TransferCode.UNSURE_IF_SENT, "an earlier attempt began to send")
        try:
            message = await upload.send(self.bot, method, most)
        except BaseException as error:
            if not upload.given or _refused(error):
                await uninterrupted(self.receipts.failed(job))
                raise
            if isinstance(error, PASSING):
                raise TransferError(TransferCode.UNSURE_IF_SENT, str(error)) from error
            raise
        await uninterrupted(self.receipts.sent(job, message.message_id))

    async def _last_words(self, parcel: Parcel, sent_as: Kind, message_id: int) -> None:
        """What becomes of a status message whose result stands beside it: the words that can't
        stand under that, or nothing. The result is there, whatever happens here."""
        chat_id = parcel.job.chat_id
        try:
            if sent_as.captioned:
                await self.bot.delete_message(chat_id, message_id)
            else:
                edit = EditMessageText(text=parcel.words, chat_id=chat_id, message_id=message_id)
                await tried(lambda: self.bot(edit), "last words")
        except TROUBLE as error:
            log.warning("status message stayed as it was", cause=str(error))


def _refused(error: BaseException) -> bool:
    """Telegram said no: nothing was sent."""
    unsure = isinstance(error, PASSING) and not isinstance(error, TelegramEntityTooLarge)
    return isinstance(error, TelegramAPIError) and not unsure
