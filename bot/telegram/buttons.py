"""Buttons that dialog and transfer both know: what is on them and what a tap carries."""

from enum import StrEnum
from typing import Final

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    SwitchInlineQueryChosenChat,
)

from bot.texts import Texts


class Act(StrEnum):
    """What a tap on a job's button asks for."""

    CANCEL = "cancel"
    RETRY = "retry"
    CHANGE = "change"
    OTHER = "other"
    AS_FILE = "as-file"
    SMALLER = "smaller"
    DELETE = "delete"


_STYLES: Final = {Act.CANCEL: "danger"}


class JobTap(CallbackData, prefix="job"):
    """A tap on a job's button. The owner is checked when it arrives, not trusted from here."""

    act: Act
    job_id: str


def job_buttons(
    texts: Texts, job_id: str, *acts: Act, label: str | None = None, shared: bool = False
) -> InlineKeyboardMarkup | None:
    """The buttons of a job's message, two in a row, or none. `label` is the key of what stands on
    the first, where that isn't the act's own; `shared` puts Share below them."""
    buttons = [
        InlineKeyboardButton(
            text=texts(f"button-{(label if not place else None) or act.value}"),
            callback_data=JobTap(act=act, job_id=job_id).pack(),
            style=_STYLES.get(act),
        )
        for place, act in enumerate(acts)
    ]
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    rows += [[_share(texts, job_id)]] if shared else []
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _share(texts: Texts, job_id: str) -> InlineKeyboardButton:
    """Begins an inline query in a chat of the person's choice. Others may tap it and see the job's
    id: who asks is looked at when the query arrives."""
    where = SwitchInlineQueryChosenChat(
        query=job_id, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True
    )
    return InlineKeyboardButton(text=texts("button-share"), switch_inline_query_chosen_chat=where)
