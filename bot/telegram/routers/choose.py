"""Taps on a job's own buttons: Cancel and Try again."""

import contextlib

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bot.jobs.desk import Desk, Person, TapResult
from bot.telegram.buttons import Act, JobTap
from bot.telegram.people import speaks_for
from bot.telegram.taps import TROUBLE, note
from bot.texts import Texts


def router() -> Router:
    """Buttons of jobs."""
    made = Router(name="choose")
    made.callback_query.register(tapped, JobTap.filter())
    return made


def leftover() -> Router:
    """Buttons that nobody knows."""
    made = Router(name="leftover")
    made.callback_query.register(unknown)
    return made


async def tapped(
    query: CallbackQuery,
    callback_data: JobTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    desk: Desk,
) -> None:
    """Do what the button says, for the job's owner alone."""
    job = await desk.get(callback_data.job_id)
    if job is not None:
        person = await speaks_for(bot, person, job)
    if callback_data.act is Act.CANCEL:
        outcome, done = await desk.cancel(callback_data.job_id, person), "tap-cancelled"
    else:
        outcome, done = await desk.retry(callback_data.job_id, person), "tap-retry"
    key = done if outcome is TapResult.DONE else f"tap-{outcome.value.replace('_', '-')}"
    await note(query, texts(key), alert=outcome is TapResult.NOT_YOURS)
    if outcome is TapResult.TOO_LATE:
        await _take_away_button(query, callback_data, person, desk)


async def unknown(query: CallbackQuery, texts: Texts) -> None:
    """A button of another version, or forged data."""
    await note(query, texts("tap-unknown"))


async def _take_away_button(query: CallbackQuery, tap: JobTap, person: Person, desk: Desk) -> None:
    """A message that no job owns any more (the reply to its sending was lost) says so itself."""
    job = await desk.get(tap.job_id)
    message = query.message
    if not isinstance(message, Message):
        return
    if job is None or (person.owns(job) and job.phase.final):
        with contextlib.suppress(*TROUBLE):
            await message.edit_reply_markup(reply_markup=None)
