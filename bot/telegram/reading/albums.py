"""Albums that came in whole: what becomes of them is said in their chat."""

from dataclasses import dataclass

import structlog
from aiogram import Bot

from bot.dialog.counter.intake import Intake
from bot.dialog.screens.preferences import Preferences
from bot.dialog.stores.gathering import Album
from bot.telegram.reading.taken import tell
from bot.telegram.wire.address import address, reply_to
from bot.telegram.wire.session import TROUBLE
from bot.texts import Texts

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Albums:
    """See gatherer.Close."""

    bot: Bot
    intake: Intake

    async def closed(self, album: Album) -> None:
        """Convert it, ask about it, or say that it holds no video."""
        texts = Texts(album.first.locale)
        if not album.files:
            await self._no_video(album, texts)
            return
        taken = await self.intake.take_album(album, Preferences(), texts)
        try:
            await tell(self.bot, album.news(), texts, taken)
        except TROUBLE as error:
            log.warning("album not answered", cause=str(error))

    async def _no_video(self, album: Album, texts: Texts) -> None:
        if album.first.group:
            return
        try:
            await self.bot.send_message(
                **address(album.first),
                text=texts("photo-instead"),
                reply_parameters=reply_to(album.first),
            )
        except TROUBLE as error:
            log.warning("album not answered", cause=str(error))
