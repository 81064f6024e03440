"""The status message becomes the result.

Editing media in is idempotent where sending is not: a retry after a crash, or after a reply that
got lost, edits the same message again, so at most one result is ever visible.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiofiles
import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.types import InputFile, InputMediaVideo, ReplyParameters

from bot.jobs.errors import BlockedError, PassingTransferError, TransferCode, TransferError
from bot.jobs.messenger import OnBytes
from bot.jobs.model import Job
from bot.names import result_name
from bot.telegram.session import TROUBLE, is_about, upload_seconds, wait_of
from bot.texts import Texts
from bot.texts.sentences import caption
from converter.convert import Result

log = structlog.get_logger(__name__)

_BLOCK: Final = 1024 * 1024
_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message not found",
)
_ALREADY: Final = "message is not modified"


class StreamedFile(InputFile):
    """A file read in large blocks while it is uploaded."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(filename=name, chunk_size=_BLOCK)
        self._path = path

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:  # noqa: ARG002 - aiogram's signature
        """The file's blocks, from its beginning each time."""
        async with aiofiles.open(self._path, "rb") as file:
            while block := await file.read(_BLOCK):
                yield block


@dataclass(frozen=True, slots=True)
class TelegramDeliverer:
    """Delivers into the job's status message."""

    bot: Bot

    async def deliver(
        self, job: Job, result: Result, message_id: str | None, *, on_bytes: OnBytes
    ) -> None:
        """Edit the result in, or send it when the status message is gone. See
        `messenger.Deliverer`."""
        try:
            if message_id is None or not await self._edit_in(job, int(message_id), result):
                await self._send(job, result)
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
        """A short reply: an edit alone makes no sound. A doubled one does no harm."""
        try:
            await self.bot.send_message(
                int(job.chat_id),
                Texts(job.locale)("ready"),
                reply_parameters=ReplyParameters(
                    message_id=int(job.message_id), allow_sending_without_reply=True
                ),
            )
        except TROUBLE as error:
            log.warning("ready was not said", cause=str(error))

    async def _edit_in(self, job: Job, message_id: int, result: Result) -> bool:
        """False when there is no such message any more."""
        video = result.after.videos[0]
        width, height = video.display_size
        media = InputMediaVideo(
            media=StreamedFile(result.path, result_name(job.source.name, result.path.suffix)),
            thumbnail=_thumbnail(result),
            caption=caption(Texts(job.locale), job.source.name, result),
            width=width,
            height=height,
            duration=_seconds(result),
            supports_streaming=True,
        )
        try:
            await self.bot.edit_message_media(
                media,
                chat_id=int(job.chat_id),
                message_id=message_id,
                request_timeout=upload_seconds(result.path, result.thumbnail),
            )
        except TelegramBadRequest as error:
            if is_about(error, _ALREADY):
                return True
            if is_about(error, *_GONE):
                log.info("status message is gone, sending anew")
                return False
            raise
        return True

    async def _send(self, job: Job, result: Result) -> None:
        """A new message. Not idempotent: only a failure that is certain may be tried again."""
        video = result.after.videos[0]
        width, height = video.display_size
        try:
            await self.bot.send_video(
                int(job.chat_id),
                StreamedFile(result.path, result_name(job.source.name, result.path.suffix)),
                thumbnail=_thumbnail(result),
                caption=caption(Texts(job.locale), job.source.name, result),
                width=width,
                height=height,
                duration=_seconds(result),
                supports_streaming=True,
                reply_parameters=ReplyParameters(
                    message_id=int(job.message_id), allow_sending_without_reply=True
                ),
                request_timeout=upload_seconds(result.path, result.thumbnail),
            )
        except TelegramEntityTooLarge:
            raise
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
            raise TransferError(TransferCode.UNSURE_IF_SENT, str(error)) from error


def _thumbnail(result: Result) -> StreamedFile | None:
    return StreamedFile(result.thumbnail, "thumbnail.jpg") if result.thumbnail else None


def _seconds(result: Result) -> int:
    return max(1, round(result.after.duration or 0.0))
