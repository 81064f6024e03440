"""Results once more, as an album, by what Telegram calls them: nothing is uploaded."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendMediaGroup
from aiogram.types import InputMediaAudio, InputMediaDocument, InputMediaVideo, MediaUnion

from bot.jobs.batch import Batch
from bot.jobs.pieces import Piece
from bot.telegram.sending.parcel import words_under
from bot.telegram.wire.address import address, reply_to
from bot.telegram.wire.kinds import AUDIO, DOCUMENT, VIDEO
from bot.telegram.wire.session import TROUBLE, wait_of

log = structlog.get_logger(__name__)

Item = InputMediaAudio | InputMediaDocument | InputMediaVideo

_PATIENCE: Final = 3
_FEWEST: Final = 2
_MOST: Final = 10
# Each with its own kind alone; animations, voices and round notes fit into none.
_KINDS: Final[Mapping[str, Callable[..., Item]]] = {
    VIDEO.name: InputMediaVideo,
    AUDIO.name: InputMediaAudio,
    DOCUMENT.name: InputMediaDocument,
}


def albums(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Those of these results that fit into albums, album by album."""
    groups = [[p for p in pieces if p.kept.kind == kind][:_MOST] for kind in _KINDS]
    return [group for group in groups if len(group) >= _FEWEST]


async def send_album(
    bot: Bot,
    batch: Batch,
    pieces: Sequence[Piece],
    template: str | None = None,
    *,
    silent: bool = False,
) -> None:
    """Send it, then take the single messages away. `template` and `silent` are as a Parcel's.
    Raises what aiogram does."""
    items: list[MediaUnion] = [_item(piece, template) for piece in pieces]
    album = SendMediaGroup(
        **address(batch),
        media=items,
        reply_parameters=reply_to(batch),
        disable_notification=silent or None,
    )
    await _sent(bot, album)
    numbers = [int(piece.message_id) for piece in pieces]
    try:
        await bot.delete_messages(int(batch.chat_id), numbers)
    except TROUBLE as error:
        log.warning("single results stayed beside their album", cause=str(error))


async def _sent(bot: Bot, album: SendMediaGroup) -> None:
    """Once: only a flood wait says for sure that nothing was sent."""
    for _ in range(_PATIENCE):
        try:
            await bot(album)
        except TelegramRetryAfter as error:
            await asyncio.sleep(wait_of(error))
        else:
            return
    await bot(album)


def _item(piece: Piece, template: str | None) -> Item:
    words = words_under(piece.job, piece.kept.made, template)
    return _KINDS[piece.kept.kind](media=piece.kept.file_id, caption=words)
