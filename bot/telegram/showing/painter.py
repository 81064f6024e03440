"""A job's status as a message in a Telegram chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramRetryAfter,
)
from aiogram.types import InlineKeyboardMarkup

from bot.jobs.batch import Batch
from bot.jobs.errors import TransferCode
from bot.jobs.messenger import Line, Painted
from bot.jobs.model import Job
from bot.jobs.status import State, Status
from bot.telegram.showing.buttons import Act, batch_buttons, job_buttons
from bot.telegram.wire.address import Addressed, address, reply_to
from bot.telegram.wire.session import PASSING, TROUBLE, SendStatus, is_about, nobody_there
from bot.texts import Texts
from bot.texts.sentences import status_text
from bot.texts.summary import summary_text

log = structlog.get_logger(__name__)

# What an edit answers when the message already is what it should become, or became the result.
_AS_GOOD_AS_DONE: Final = ("message is not modified", "there is no text in the message to edit")


@dataclass(frozen=True, slots=True)
class TelegramPainter:
    """See `messenger.Painter`. `output_limit` in bytes is what Telegram takes."""

    bot: Bot
    output_limit: int

    async def paint(self, job: Job, status: Status, message_id: str | None) -> Painted:
        """See `messenger.Painter`."""
        try:
            return Painted(await self._put(job, status, message_id))
        except TROUBLE as error:
            return _after(error, message_id)

    async def paint_batch(
        self, batch: Batch, lines: Sequence[Line], message_id: str | None
    ) -> Painted:
        """See `messenger.Painter`."""
        texts = Texts(batch.locale)
        text = summary_text(texts, lines, output_limit=self.output_limit)
        try:
            return Painted(await self._show(batch, text, batch_buttons(texts, lines), message_id))
        except TROUBLE as error:
            return _after(error, message_id)

    async def _put(self, job: Job, status: Status, message_id: str | None) -> str:
        texts = Texts(job.locale)
        text = status_text(texts, job, status, output_limit=self.output_limit)
        # Perhaps it arrived: whoever taps should know that there may be a second one then.
        label = "send-again" if status.code == TransferCode.UNSURE_IF_SENT else None
        buttons = job_buttons(texts, job.id, *_acts(status), label=label, trace=status.trace)
        return await self._show(job, text, buttons, message_id)

    async def _show(
        self,
        of: Addressed,
        text: str,
        buttons: InlineKeyboardMarkup | None,
        message_id: str | None,
    ) -> str:
        if message_id is not None:
            await self.bot.edit_message_text(
                text, chat_id=int(of.chat_id), message_id=int(message_id), reply_markup=buttons
            )
            return message_id
        first = SendStatus(
            **address(of), text=text, reply_markup=buttons, reply_parameters=reply_to(of)
        )
        return str((await self.bot(first)).message_id)


def _acts(status: Status) -> tuple[Act, ...]:
    """What may be done about a job that stands so."""
    # One of several that were to be joined can be taken off.
    otherwise = (Act.OTHER,) if "part" in status.facts else ()
    if status.can_retry:
        return (Act.RETRY, *otherwise)
    if status.final:
        return otherwise
    # What is on its way can't be had otherwise any more.
    return (Act.CANCEL,) if status.kind is State.SENDING else (Act.CANCEL, Act.CHANGE)


def _after(error: Exception, message_id: str | None) -> Painted:
    """What Telegram's answer means for the message."""
    match error:
        case TelegramRetryAfter():
            log.warning("status edit must wait", seconds=error.retry_after)
            return Painted(wait=float(error.retry_after) + 0.1)
        case TelegramBadRequest() if is_about(error, *_AS_GOOD_AS_DONE):
            return Painted(message_id)
        case _ if nobody_there(error):
            return Painted(message_id, blocked=True)
        case TelegramBadRequest():
            log.warning("status message can't be edited", cause=str(error))
            return Painted(message_id, gone=True)
        case _ if isinstance(error, PASSING):
            log.warning("status edit failed", cause=type(error).__name__)
            return Painted(wait=0.0)
        case _:
            log.error("status edit refused", exc_info=error)
            return Painted(message_id)
