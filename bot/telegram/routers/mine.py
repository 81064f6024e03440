"""What a person may see, set and delete of their own: /settings, /history, /forget, /privacy."""

import contextlib

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.dialog.counter.counter import Counter
from bot.dialog.draft import WAITED_FOR
from bot.dialog.screens import preferences as settings
from bot.dialog.screens.card import target_name
from bot.dialog.screens.preferences import Preferences
from bot.dialog.stores.people import People
from bot.jobs.desk import Desk, Person
from bot.telegram.reading.states import VideoStates
from bot.telegram.reading.taps import note
from bot.telegram.showing.buttons import Act, JobTap
from bot.telegram.showing.screens import SettingsTap, keyboard, of_settings
from bot.telegram.wire.session import TROUBLE
from bot.texts import Texts, locale_for
from bot.texts.sentences import shown_name

_LISTED = 20
_BUTTON_NAME = 28


class ForgetTap(CallbackData, prefix="forget"):
    """Yes, delete everything."""


def router() -> Router:
    """Commands about oneself."""
    made = Router(name="mine")
    # In groups everybody would see it, and anybody could tap: on any message, with forged data.
    made.message.filter(F.text, F.chat.type == ChatType.PRIVATE)
    made.callback_query.filter(F.message.chat.type == ChatType.PRIVATE)
    made.message.register(show_settings, Command("settings"))
    made.message.register(history, Command("history", "again"))
    made.message.register(ask_to_forget, Command("forget"))
    made.message.register(privacy, Command("privacy"))
    text = F.text & ~F.text.startswith("/")
    made.message.register(typed, StateFilter(VideoStates.setting), text)
    made.callback_query.register(set_, SettingsTap.filter())
    made.callback_query.register(forget, ForgetTap.filter())
    return made


async def show_settings(message: Message, texts: Texts, preferences: Preferences) -> None:
    """The first page of /settings."""
    screen = settings.screen(texts, preferences)
    await message.answer(screen.text, reply_markup=keyboard(screen, of_settings))


async def set_(
    query: CallbackQuery,
    callback_data: SettingsTap,
    person: Person,
    texts: Texts,
    people: People,
    preferences: Preferences,
    state: FSMContext,
) -> None:
    """A button of /settings."""
    step = settings.step(preferences, callback_data.action)
    if step is None:
        await note(query, texts("tap-unknown"))
        return
    after, page = step
    if after != preferences:
        await people.set(person.platform, person.user_id, after)
        if after.locale != preferences.locale:
            texts = Texts(after.locale or locale_for(query.from_user.language_code))
    await note(query, texts("settings-saved") if after != preferences else None)
    field = page.removeprefix(settings.TYPE)
    if field != page:
        await state.set_state(VideoStates.setting)
        await state.set_data({"field": field})
    elif await state.get_state() is not None:
        await state.clear()
    if isinstance(query.message, Message):
        screen = settings.screen(texts, after, page)
        with contextlib.suppress(*TROUBLE):  # a second tap changes nothing
            await query.message.edit_text(screen.text, reply_markup=keyboard(screen, of_settings))


async def typed(
    message: Message,
    person: Person,
    texts: Texts,
    people: People,
    preferences: Preferences,
    state: FSMContext,
) -> None:
    """A template. What can't be read may be typed again."""
    field = str((await state.get_data()).get("field", ""))
    if field not in settings.TYPED:
        await state.clear()
        return
    try:
        after = settings.typed(preferences, field, message.text or "")
    except ValueError as error:
        told = texts("settings-no-word", word=str(error)) if str(error) else texts("not-understood")
        await message.reply(f"{told}\n{texts(f'settings-how-{settings.TYPE}{field}')}")
        return
    await state.clear()
    await people.set(person.platform, person.user_id, after)
    await show_settings(message, texts, after)


async def history(message: Message, person: Person, texts: Texts, desk: Desk) -> None:
    """The last files that were asked for in this chat, each to be had again in another form."""
    jobs = await desk.history(person, _LISTED)
    if not jobs:
        await message.answer(texts("history-empty"))
        return
    lines, rows = [texts("history")], []
    for number, job in enumerate(jobs, 1):
        name = shown_name(job.source.name)
        lines.append(
            texts(
                "history-line",
                number=number,
                name=name,
                target=target_name(texts, job.request.target),
                phase=texts(f"phase-{job.phase.value}"),
            )
        )
        label = texts("history-again", number=number, name=name[:_BUTTON_NAME])
        tap = JobTap(act=Act.OTHER, job_id=job.id).pack()
        rows.append([InlineKeyboardButton(text=label, callback_data=tap)])
    await message.answer("\n".join(lines), reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


async def ask_to_forget(message: Message, texts: Texts) -> None:
    """Everything at once can't be had back: ask first."""
    button = InlineKeyboardButton(
        text=texts("forget-yes"), callback_data=ForgetTap().pack(), style="danger"
    )
    buttons = InlineKeyboardMarkup(inline_keyboard=[[button]])
    await message.answer(texts("forget-ask"), reply_markup=buttons)


async def forget(
    query: CallbackQuery,
    person: Person,
    texts: Texts,
    desk: Desk,
    counter: Counter,
    people: People,
    state: FSMContext,
) -> None:
    """Stop what is under way and delete everything that is kept about whoever taps."""
    await note(query)
    await state.clear()
    await counter.forget(person)
    # Albums that come in first, or jobs would be made of them after all.
    drafts, kept = await people.forget(person.platform, person.user_id)
    jobs = await desk.forget(person)
    if isinstance(query.message, Message):
        told = texts("forgotten", jobs=jobs, drafts=drafts, settings=kept)
        try:
            await query.message.edit_text(told)
        except TROUBLE:
            await query.message.answer(told)


async def privacy(message: Message, texts: Texts) -> None:
    """What is kept, and for how long."""
    minutes = int(WAITED_FOR.total_seconds() // 60)
    await message.answer(texts("privacy", minutes=minutes))
