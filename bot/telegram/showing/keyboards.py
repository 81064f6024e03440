"""Keyboards of the dialog's own messages."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.jobs.model import Job
from bot.telegram.showing.buttons import Act, JobTap
from bot.texts import Texts
from bot.texts.sentences import shown_name

_SHORT_NAME = 24


class Ask(StrEnum):
    """What a tap on one of these asks for."""

    HELP = "help"
    STATUS = "status"
    CANCEL_ALL = "cancel-all"


class MenuTap(CallbackData, prefix="menu"):
    """A tap on a button of the dialog."""

    ask: Ask


def menu(texts: Texts, *asks: Ask) -> InlineKeyboardMarkup:
    """A row of the dialog's buttons."""
    return InlineKeyboardMarkup(inline_keyboard=[[_ask(texts, ask) for ask in asks]])


def job_list(texts: Texts, jobs: list[Job]) -> InlineKeyboardMarkup:
    """A Cancel button for each job, and one for all when there are several."""
    rows = [
        [
            InlineKeyboardButton(
                text=f"{texts('button-cancel')}: {number}. {_short(job.source.name)}",
                callback_data=JobTap(act=Act.CANCEL, job_id=job.id).pack(),
            )
        ]
        for number, job in enumerate(jobs, 1)
    ]
    if len(jobs) > 1:
        rows.append([_ask(texts, Ask.CANCEL_ALL)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _ask(texts: Texts, ask: Ask) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=texts(f"button-{ask.value}"), callback_data=MenuTap(ask=ask).pack()
    )


def _short(name: str) -> str:
    name = shown_name(name)
    return name if len(name) <= _SHORT_NAME else name[: _SHORT_NAME - 1] + "…"
