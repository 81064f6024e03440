"""Taps on the buttons of a job's message, while it is under way and under its result."""

import contextlib
from typing import Final

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bot.dialog.counter.counter import Counter
from bot.dialog.counter.intake import Intake
from bot.jobs.desk import Desk, Person, TapResult
from bot.jobs.model import Job
from bot.telegram.reading.people import speaks_for
from bot.telegram.reading.taps import genuine, note
from bot.telegram.showing.buttons import Act, BatchAct, BatchTap, JobTap
from bot.telegram.wire.session import TROUBLE
from bot.texts import Texts

_WHILE_UNDER_WAY: Final = frozenset({Act.CANCEL, Act.RETRY, Act.CHANGE})


def router() -> Router:
    """Buttons of jobs."""
    made = Router(name="choose")
    made.callback_query.register(tapped, JobTap.filter())
    made.callback_query.register(tapped_batch, BatchTap.filter())
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
    counter: Counter,
) -> None:
    """Do what the button says, for the job's owner alone."""
    job = await desk.get(callback_data.job_id)
    if job is not None:
        person = await speaks_for(bot, person, job)
    outcome, done = await _act(callback_data, query, job, person, desk, counter)
    await _answer(query, texts, outcome, done)
    if outcome is TapResult.TOO_LATE and callback_data.act in _WHILE_UNDER_WAY:
        await _take_away_button(query, callback_data, person, desk)


async def tapped_batch(
    query: CallbackQuery,
    callback_data: BatchTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    desk: Desk,
    intake: Intake,
) -> None:
    """The same for files that were sent together."""
    batch = await desk.batches.get(callback_data.batch_id)
    if batch is not None:
        person = await speaks_for(bot, person, batch)
    match callback_data.act:
        case BatchAct.CANCEL:
            outcome = await desk.cancel_batch(callback_data.batch_id, person, at_once=True)
        case BatchAct.CHANGE:
            outcome = await intake.albums.change(callback_data.batch_id, person)
        case BatchAct.AGAIN:
            outcome = await intake.albums.again(callback_data.batch_id, person)
    done = "tap-cancelled" if callback_data.act is BatchAct.CANCEL else ""
    await _answer(query, texts, outcome, done)


async def _answer(query: CallbackQuery, texts: Texts, outcome: TapResult, done: str) -> None:
    """Say over the chat how a tap ended; `done` is the key of what is said when it was done."""
    key = done if outcome is TapResult.DONE else f"tap-{outcome.value.replace('_', '-')}"
    await note(query, texts(key) if key else None, alert=outcome is TapResult.NOT_YOURS)


async def _act(
    tap: JobTap,
    query: CallbackQuery,
    job: Job | None,
    person: Person,
    desk: Desk,
    counter: Counter,
) -> tuple[TapResult, str]:
    """How it ended, and the key of what is said when it was done, "" for nothing."""
    match tap.act:
        case Act.CANCEL:
            return await desk.cancel(tap.job_id, person, at_once=True), "tap-cancelled"
        case Act.RETRY:
            return await desk.retry(tap.job_id, person), "tap-retry"
        case Act.CHANGE:
            return await counter.change(tap.job_id, person, "format"), ""
    if job is None:
        return TapResult.TOO_LATE, ""
    if not person.owns(job):
        return TapResult.NOT_YOURS, ""
    return await _afterwards(tap.act, query, job, counter)


async def _afterwards(
    act: Act, query: CallbackQuery, job: Job, counter: Counter
) -> tuple[TapResult, str]:
    """The same for what may be wished for under a result."""
    match act:
        case Act.AS_FILE:
            return await counter.as_file(job), "tap-as-file"
        case Act.DELETE:
            told = await _deleted(query, job)
            if told == "tap-deleted" and job.batch_id is not None:
                await counter.desk.store.removed(job.id)
            return TapResult.DONE, told
        case Act.SMALLER:
            await counter.again(job, "smaller")
        case _:
            await counter.again(job)
    return TapResult.DONE, ""


async def _deleted(query: CallbackQuery, job: Job) -> str:
    """Delete the tapped message, and the pictures that it tells of; the key of what is said
    then."""
    message = query.message
    if not isinstance(message, Message) or message.bot is None or not genuine(query):
        return "tap-not-deleted"
    album = (job.result_message_id or "").split() if job.shots else []
    try:
        if album:
            ids = [message.message_id, *map(int, album)]
            await message.bot.delete_messages(message.chat.id, ids)
        else:
            await message.delete()
    except TROUBLE:
        return "tap-not-deleted"
    return "tap-deleted"


async def unknown(query: CallbackQuery, texts: Texts) -> None:
    """A button of another version, or forged data."""
    await note(query, texts("tap-unknown"))


async def _take_away_button(query: CallbackQuery, tap: JobTap, person: Person, desk: Desk) -> None:
    """A message that no job owns any more (the reply to its sending was lost) says so itself."""
    job = await desk.get(tap.job_id)
    message = query.message
    if not isinstance(message, Message) or not genuine(query):
        return
    # The job's own message is a result by now, or another's menu: its buttons are alive.
    if job is None or (
        person.owns(job)
        and job.phase.final
        and job.status_message_id not in {None, str(message.message_id)}
    ):
        with contextlib.suppress(*TROUBLE):
            await message.edit_reply_markup(reply_markup=None)
