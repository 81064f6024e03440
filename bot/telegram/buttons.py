"""Buttons that dialog and transfer both know: what is on them and what a tap carries."""

from enum import StrEnum
from typing import Final

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

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
    texts: Texts, job_id: str, *acts: Act, label: str | None = None, trace: str = ""
) -> InlineKeyboardMarkup | None:
    """The buttons of a job's message, two in a row, or none. `label` is the key of what stands on
    the first, where that isn't the act's own; a tap on `trace` copies it."""
    buttons = [
        InlineKeyboardButton(
            text=texts(f"button-{(label if not place else None) or act.value}"),
            callback_data=JobTap(act=act, job_id=job_id).pack(),
            style=_STYLES.get(act),
        )
        for place, act in enumerate(acts)
    ]
    if trace:
        copied = CopyTextButton(text=trace)
        buttons.append(InlineKeyboardButton(text=texts("button-trace"), copy_text=copied))
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
