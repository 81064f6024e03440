"""Taps on a draft's menu, and what is typed for it."""

from dataclasses import replace
from typing import Final

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.dialog.counter.counter import Counter
from bot.dialog.screens.reaction import Ending, Reaction
from bot.jobs.desk import Person
from bot.telegram.reading.people import speaks_for
from bot.telegram.reading.states import VideoStates
from bot.telegram.reading.taps import note
from bot.telegram.showing.screens import DraftTap
from bot.texts import Texts
from bot.texts.house import crowded
from bot.texts.sentences import cause
from bot.texts.wishes import takes_text
from converter.options import OPTIONS

# What is said over the chat; the rest shows in the card itself.
_NOTES: Final = {
    Ending.GONE: "draft-gone",
    Ending.ALREADY: "draft-started",
    Ending.NOT_YOURS: "tap-not-yours",
    Ending.FULL: "tap-full",
    Ending.NO_SPACE: "tap-no-space",
    Ending.OVER_QUOTA: "tap-over-quota",
    Ending.SHUT: "tap-closed",
    Ending.DUPLICATE: "already-here",
    Ending.UNKNOWN: "tap-unknown",
    Ending.CLOSED: "draft-closed",
    Ending.TAKEN_OFF: "extras-off",
}
_ALERTS: Final = frozenset(
    {
        *(Ending.NOT_YOURS, Ending.GONE, Ending.DUPLICATE),
        *(Ending.FULL, Ending.CROWDED, Ending.NO_SPACE),
        *(Ending.OVER_QUOTA, Ending.SHUT),
    }
)


def router() -> Router:
    """Menus of drafts."""
    made = Router(name="cards")
    made.callback_query.register(tapped, DraftTap.filter())
    text = F.text & ~F.text.startswith("/")
    # In groups people talk to each other: only an answer to a message is meant for us.
    for_us = (F.chat.type == ChatType.PRIVATE) | F.reply_to_message
    made.message.register(typed, StateFilter(VideoStates.typing), text, for_us)
    return made


async def tapped(
    query: CallbackQuery,
    callback_data: DraftTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    counter: Counter,
    state: FSMContext,
) -> None:
    """Do what the button says, for the draft's owner alone."""
    draft = await counter.draft(callback_data.draft_id)
    if draft is not None:
        person = await speaks_for(bot, person, draft)
    reaction = await counter.tap(callback_data.draft_id, person, callback_data.action)
    await note(query, _said(texts, reaction), alert=reaction.ending in _ALERTS)
    if reaction.ending is Ending.TYPING:
        await state.set_state(VideoStates.typing)
        said = {"draft": callback_data.draft_id, "field": reaction.field}
        await state.set_data(said | {"person": person.user_id})
    elif reaction.ending is Ending.COLLECTING:
        await state.set_state(VideoStates.adding)
        await state.set_data({"draft": callback_data.draft_id, "person": person.user_id})
    elif await state.get_state() is not None:
        await state.clear()


async def typed(
    message: Message, person: Person, texts: Texts, counter: Counter, state: FSMContext
) -> None:
    """A value in words. What can't be read may be typed again."""
    data = await state.get_data()
    field = str(data.get("field", ""))
    person = replace(person, user_id=str(data.get("person", person.user_id)))
    try:
        reaction = await counter.type_in(
            str(data.get("draft", "")), person, field, message.text or ""
        )
    except (ValueError, TypeError, OverflowError):
        await message.reply(_how(texts, field))
        return
    if reaction.ending is not Ending.SENSELESS:
        await state.clear()
    if (said := _said(texts, reaction)) is not None:
        await message.reply(said)


def _said(texts: Texts, reaction: Reaction) -> str | None:
    if reaction.refused is not None:
        return cause(texts, reaction.refused.code, reaction.refused.facts)
    if reaction.ending is Ending.CROWDED:
        return crowded(texts, reaction.seconds, briefly=True)
    key = _NOTES.get(reaction.ending)
    return texts(key) if key else None


def _how(texts: Texts, field: str) -> str:
    """That it wasn't understood, and what would be."""
    if texts.has(f"type-{field}"):
        how = texts(f"type-{field}")
    else:
        option = OPTIONS[field]
        how = texts(
            "type-option", option=texts(f"option-{field}"), takes=takes_text(texts, option.takes)
        )
    return f"{texts('not-understood')}\n{how}"
