"""Drafts as messages in Telegram chats: newest state only, quick taps merged into one edit."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import FSInputFile, ReplyParameters

from bot.dialog.draft import Draft
from bot.dialog.screen import Screen
from bot.dialog.stores.drafts import DraftStore
from bot.jobs.showing.pace import ChatPaces
from bot.storage.errors import StorageError
from bot.telegram.showing.screens import keyboard, of_draft
from bot.telegram.wire.address import address, reply_to
from bot.telegram.wire.session import (
    PASSING,
    TROUBLE,
    SendCard,
    SendSheet,
    is_about,
    nobody_there,
    wait_of,
)
from bot.texts import Texts
from bot.texts.sentences import shown_name

log = structlog.get_logger(__name__)

_GAP: Final = 0.4  # seconds between two edits of one card
_TRIES: Final = 6
_PAUSE: Final = 0.5
_GROWTH: Final = 2.0
_NOT_MODIFIED: Final = "message is not modified"


@dataclass(slots=True)
class _Card:
    draft: Draft
    message_id: str | None
    dirty: bool = True
    moving: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    task: asyncio.Task[None] | None = None


class TelegramCards:
    """See `counter.Cards`. `render` makes a draft's screen."""

    def __init__(self, bot: Bot, store: DraftStore, chats: ChatPaces, *, gap: float = _GAP) -> None:
        self._bot = bot
        self._store = store
        self._chats = chats
        self._gap = gap
        self._cards: dict[str, _Card] = {}
        self.render: Callable[[Draft], Screen] = lambda _: Screen("")

    def show(self, draft: Draft) -> None:
        """See `counter.Cards`."""
        card = self._cards.get(draft.id)
        if card is None:
            card = self._cards[draft.id] = _Card(draft, draft.card_id)
        card.draft, card.dirty = draft, True
        if card.task is None:
            card.task = asyncio.create_task(self._keep(card), name=f"card-{draft.id}")

    def move(self, draft: Draft) -> None:
        """See `counter.Cards`."""
        self.show(draft)
        self._cards[draft.id].moving = True

    async def release(self, draft: Draft) -> str | None:
        """See `counter.Cards`."""
        card = self._cards.pop(draft.id, None)
        if card is None:
            return draft.card_id
        card.dirty = False
        async with card.turn:
            if card.task is not None:
                card.task.cancel()
        return card.message_id

    async def remove(self, draft: Draft) -> None:
        """See `counter.Cards`."""
        message_id = await self.release(draft)
        if message_id is not None:
            with contextlib.suppress(*TROUBLE):
                await self._bot.delete_message(int(draft.chat_id), int(message_id))

    async def put_picture(self, draft: Draft, path: Path) -> str | None:
        """See `sheets.Pictures`."""
        beside = int(draft.card_id or draft.message_id)
        sheet = SendSheet(
            **address(draft),
            photo=FSInputFile(path),
            caption=Texts(draft.locale)("sheet", name=shown_name(draft.source.name)),
            reply_parameters=ReplyParameters(message_id=beside, allow_sending_without_reply=True),
        )
        try:
            return str((await self._bot(sheet)).message_id)
        except TROUBLE as error:
            log.warning("picture not shown", draft=draft.id, cause=str(error))
            return None

    async def take_picture(self, draft: Draft, message_id: str) -> None:
        """See `sheets.Pictures`."""
        with contextlib.suppress(*TROUBLE):
            await self._bot.delete_message(int(draft.chat_id), int(message_id))

    async def close(self) -> None:
        """Show nothing more."""
        tasks = [card.task for card in self._cards.values() if card.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._cards.clear()

    async def _keep(self, card: _Card) -> None:
        """Until the card shows its draft as it is now."""
        failures = 0
        try:
            # A file whose card was never seen would be lost without a word.
            while card.dirty and (failures < _TRIES or card.message_id is None):
                await self._chats.turn(card.draft)
                async with card.turn:
                    card.dirty = False
                    wait = await self._put(card)
                if wait:
                    failures, card.dirty = failures + 1, True
                else:
                    failures = 0
                await asyncio.sleep(wait * _GROWTH ** min(failures, _TRIES) if wait else self._gap)
        except Exception:
            log.exception("card broke", draft=card.draft.id)
        finally:
            card.task = None
            if self._cards.get(card.draft.id) is card:
                del self._cards[card.draft.id]

    async def _put(self, card: _Card) -> float:
        """Show it; seconds until it may be tried again, 0 when it is seen or never will be."""
        try:
            await self._shown(card)
        except StorageError as error:
            log.warning("card not saved", draft=card.draft.id, cause=str(error))
        except TROUBLE as error:
            if nobody_there(error):
                log.info("nobody to show a card to", draft=card.draft.id)
                return 0.0
            log.warning("card not shown", draft=card.draft.id, cause=str(error))
            if wait := wait_of(error):
                await asyncio.sleep(wait)
                return _PAUSE
            return _PAUSE if isinstance(error, PASSING) else 0.0
        return 0.0

    async def _shown(self, card: _Card) -> None:
        there = card.message_id if not card.moving else None
        if there is not None and await self._edited(card, there):
            return
        old, card.moving = card.message_id, False
        draft, screen = card.draft, self.render(card.draft)
        message = await self._bot(
            SendCard(
                **address(draft),
                text=screen.text,
                reply_markup=keyboard(screen, of_draft(draft.id)),
                reply_parameters=reply_to(draft),
            )
        )
        card.message_id = str(message.message_id)
        await self._store.carded(draft.id, card.message_id)
        if old is not None:
            with contextlib.suppress(*TROUBLE):
                await self._bot.delete_message(int(draft.chat_id), int(old))

    async def _edited(self, card: _Card, message_id: str) -> bool:
        """False where the message is gone, or became something that holds no text."""
        draft, screen = card.draft, self.render(card.draft)
        try:
            await self._bot.edit_message_text(
                screen.text,
                chat_id=int(draft.chat_id),
                message_id=int(message_id),
                reply_markup=keyboard(screen, of_draft(draft.id)),
            )
        except TelegramBadRequest as error:
            return is_about(error, _NOT_MODIFIED)
        return True
