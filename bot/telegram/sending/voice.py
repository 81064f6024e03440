"""What the operator says to people through the bot, in Telegram."""

import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiohttp import ClientConnectorError

from bot.dialog.admin import broadcast_screens
from bot.dialog.counter.crier import Said
from bot.dialog.stores.broadcasts import Broadcast, Heard, Tally
from bot.telegram.showing.screens import keyboard, of_broadcast
from bot.telegram.wire.network import ProxyRefusedError
from bot.telegram.wire.session import (
    PASSING,
    TROUBLE,
    CopyToMany,
    SayToMany,
    is_about,
    nobody_there,
    wait_of,
)
from bot.texts import Texts

log = structlog.get_logger(__name__)

_MESSAGE_IS_GONE: Final = "message to copy not found"
_AS_IT_IS: Final = "message is not modified"
_LATER: Final = 5.0


@dataclass(frozen=True, slots=True)
class TelegramVoice:
    """See `crier.Voice`."""

    bot: Bot

    async def say(self, broadcast: Broadcast, chat_id: str) -> Said:
        """See `crier.Voice`. One request, never made again by itself."""
        try:
            await self._said(broadcast, int(chat_id))
        except TROUBLE as error:
            said = _after(error)
            log.info("broadcast not heard", heard=said.heard.value, cause=type(error).__name__)
            return said
        return Said(Heard.SENT)

    async def reachable(self) -> bool:
        """See `crier.Voice`."""
        try:
            await self.bot.get_me()
        except TROUBLE:
            return False
        return True

    async def report(self, broadcast: Broadcast, tally: Tally) -> float | None:
        """See `crier.Voice`."""
        if broadcast.report_id is None:
            return None
        screen = broadcast_screens.report(Texts(broadcast.locale), broadcast, tally)
        try:
            await self.bot.edit_message_text(
                screen.text,
                chat_id=int(broadcast.chat_id),
                message_id=int(broadcast.report_id),
                reply_markup=keyboard(screen, of_broadcast),
            )
        except TelegramRetryAfter as error:
            return wait_of(error)
        except PASSING:
            return _LATER
        except TROUBLE as error:
            if not is_about(error, _AS_IT_IS):
                log.warning("broadcast not reported", cause=str(error))
        return None

    async def open_report(self, broadcast: Broadcast) -> str | None:
        """A message in the admin's chat for `report` to change; None where there can't be one."""
        if not broadcast.chat_id:
            return None
        words = Texts(broadcast.locale)("broadcast-asked")
        try:
            sent = await self.bot.send_message(int(broadcast.chat_id), words)
        except TROUBLE:
            return None
        return str(sent.message_id)

    async def tell(self, chat_id: str, text: str) -> None:
        """Say something to an admin."""
        with contextlib.suppress(*TROUBLE):
            await self.bot.send_message(int(chat_id), text)

    def _said(self, broadcast: Broadcast, chat_id: int) -> Awaitable[object]:
        if broadcast.message_id is None:
            return self.bot(SayToMany(chat_id=chat_id, text=broadcast.words or ""))
        there, number = int(broadcast.chat_id), int(broadcast.message_id)
        return self.bot(CopyToMany(chat_id=chat_id, from_chat_id=there, message_id=number))


def _after(error: Exception) -> Said:
    """What Telegram's answer means: only what was certainly not sent may be sent again."""
    match error:
        case TelegramRetryAfter():
            return Said(Heard.WAITING, wait=wait_of(error))
        case _ if nobody_there(error):
            return Said(Heard.BLOCKED)
        case TelegramBadRequest() if is_about(error, _MESSAGE_IS_GONE):
            return Said(Heard.WAITING, lost=True)
        case _ if _never_left(error):
            return Said(Heard.WAITING, wait=_LATER)
        case _:
            return Said(Heard.UNSURE if isinstance(error, PASSING) else Heard.FAILED)


def _never_left(error: Exception) -> bool:
    """No connection was made: Telegram has heard nothing."""
    cause = isinstance(error.__cause__, ClientConnectorError)
    return cause or isinstance(error, ProxyRefusedError)
