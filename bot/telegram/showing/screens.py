"""Screens of the dialog as Telegram's keyboards, and what a tap on one carries."""

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from bot.dialog.screen import Screen
from bot.telegram.showing.buttons import Key


class DraftTap(CallbackData, prefix="d"):
    """A tap on a draft's button. The owner is checked when it arrives, not trusted from here."""

    draft_id: Key
    action: str


class SettingsTap(CallbackData, prefix="s"):
    """A tap on a button of /settings."""

    action: str


class AdminTap(CallbackData, prefix="adm"):
    """A tap on a page of the operator's."""

    action: str


class BroadcastTap(CallbackData, prefix="all"):
    """A tap under a broadcast: ``send`` or ``stop``."""

    act: str
    broadcast_id: Key


def of_admin(action: str) -> str:
    """Packs an action of the operator's pages."""
    return AdminTap(action=action).pack()


def of_broadcast(action: str) -> str:
    """Packs what may be done with a broadcast: ``send.ID``, ``stop.ID``."""
    act, _, broadcast_id = action.partition(".")
    return BroadcastTap(act=act, broadcast_id=broadcast_id).pack()


def of_draft(draft_id: str) -> Callable[[str], str]:
    """Packs a draft's actions."""
    return lambda action: DraftTap(draft_id=draft_id, action=action).pack()


def of_settings(action: str) -> str:
    """Packs an action of /settings."""
    return SettingsTap(action=action).pack()


def keyboard(screen: Screen, pack: Callable[[str], str]) -> InlineKeyboardMarkup | None:
    """The screen's buttons."""
    rows = [
        [
            InlineKeyboardButton(
                text=button.label,
                callback_data=None if button.page else pack(button.action),
                web_app=WebAppInfo(url=button.page) if button.page else None,
                style=button.style.value or None,
            )
            for button in row
        ]
        for row in screen.rows
        if row
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
