"""Buttons that dialog and transfer both know: what is on them and what a tap carries."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    SwitchInlineQueryChosenChat,
)
from pydantic import StringConstraints

from bot.jobs.messenger import Line
from bot.jobs.model import Job, Phase
from bot.texts import Texts

# An id of ours. Whatever isn't one is forged, and asked of no database.
Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,32}$")]


class Act(StrEnum):
    """What a tap on a job's button asks for."""

    CANCEL = "cancel"
    RETRY = "retry"
    CHANGE = "change"
    OTHER = "other"
    AS_FILE = "as-file"
    SMALLER = "smaller"
    DELETE = "delete"


class BatchAct(StrEnum):
    """What a tap on a batch's button asks for."""

    CANCEL = "cancel"
    CHANGE = "change"
    AGAIN = "again"


_IN_A_ROW: Final = 5
_STYLES: Final = {Act.CANCEL: "danger"}


class JobTap(CallbackData, prefix="job"):
    """A tap on a job's button. The owner is checked when it arrives, not trusted from here."""

    act: Act
    job_id: Key


class BatchTap(CallbackData, prefix="batch"):
    """The same for all files that were sent together."""

    act: BatchAct
    batch_id: Key


def batch_buttons(texts: Texts, lines: Sequence[Line]) -> InlineKeyboardMarkup | None:
    """A button for each file, by its number, that can be stopped or tried again; and what can be
    done about all."""
    ones = [_one(number, line.job) for number, line in enumerate(lines, 1)]
    buttons = [button for button in ones if button is not None]
    rows = [buttons[at : at + _IN_A_ROW] for at in range(0, len(buttons), _IN_A_ROW)]
    ended = all(line.job.phase.final for line in lines)
    acts = (BatchAct.AGAIN,) if ended else (BatchAct.CANCEL, BatchAct.CHANGE)
    rows += [[_for_all(texts, act, line.job.batch_id or "") for act in acts] for line in lines[:1]]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


_OF_ALL: Final = {
    BatchAct.CANCEL: "button-cancel-all",
    BatchAct.CHANGE: "button-change",
    BatchAct.AGAIN: "button-other",
}


def _for_all(texts: Texts, act: BatchAct, batch_id: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=texts(_OF_ALL[act]),
        callback_data=BatchTap(act=act, batch_id=batch_id).pack(),
        style="danger" if act is BatchAct.CANCEL else None,
    )


def _one(number: int, job: Job) -> InlineKeyboardButton | None:
    if not job.phase.final:
        label, act = f"✖️ {number}", Act.CANCEL
    elif job.phase is Phase.FAILED:
        label, act = f"🔁 {number}", Act.RETRY
    else:
        return None
    return InlineKeyboardButton(
        text=label, callback_data=JobTap(act=act, job_id=job.id).pack(), style=_STYLES.get(act)
    )


def job_buttons(
    texts: Texts,
    job_id: str,
    *acts: Act,
    label: str | None = None,
    shared: bool = False,
    trace: str = "",
) -> InlineKeyboardMarkup | None:
    """The buttons of a job's message, two in a row, or none. `label` is the key of what stands on
    the first, where that isn't the act's own; a tap on `trace` copies it; `shared` puts Share below
    them."""
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
    rows += [[_share(texts, job_id)]] if shared else []
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _share(texts: Texts, job_id: str) -> InlineKeyboardButton:
    """Begins an inline query in a chat of the person's choice. Others may tap it and see the job's
    id: who asks is looked at when the query arrives."""
    where = SwitchInlineQueryChosenChat(
        query=job_id, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True
    )
    return InlineKeyboardButton(text=texts("button-share"), switch_inline_query_chosen_chat=where)
