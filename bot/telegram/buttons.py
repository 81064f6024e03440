"""Buttons that dialog and transfer both know: what is on them and what a tap carries."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.texts import Texts


class Act(StrEnum):
    """What a tap on a job's button asks for."""

    CANCEL = "cancel"
    RETRY = "retry"


class JobTap(CallbackData, prefix="job"):
    """A tap on a job's button. The owner is checked when it arrives, not trusted from here."""

    act: Act
    job_id: str


def job_buttons(
    texts: Texts, job_id: str, act: Act | None, label: str | None = None
) -> InlineKeyboardMarkup | None:
    """The one button of a status message, or none. `label` is the key of what stands on it, where
    that isn't the act's own."""
    if act is None:
        return None
    button = InlineKeyboardButton(
        text=texts(f"button-{label or act.value}"),
        callback_data=JobTap(act=act, job_id=job_id).pack(),
    )
    return InlineKeyboardMarkup(inline_keyboard=[[button]])
