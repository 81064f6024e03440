"""Videos that are to follow another one: while the page of a draft is open on which they are put
in order, what its person sends in that chat belongs to it."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.dialog.counter.counter import Counter
from bot.dialog.counter.intake import Intake
from bot.dialog.screens.joining import bytes_of
from bot.dialog.screens.reaction import Ending, Reaction
from bot.jobs.desk import Person
from bot.telegram.reading.files import part_of
from bot.telegram.reading.states import VideoStates
from bot.telegram.updates.feed import Receipt
from bot.texts import Texts
from bot.texts.sentences import size
from converter.join import MOST

_COLLECTED = frozenset({Ending.COLLECTING, Ending.FULL_OF_PARTS, Ending.TOO_LARGE})


def router() -> Router:
    """Videos while they are collected. It goes before the router of files."""
    made = Router(name="join")
    # Whoever says what to make of a file doesn't mean it for the others.
    adding, plain = StateFilter(VideoStates.adding), ~F.caption.startswith("/")
    private = F.chat.type == ChatType.PRIVATE
    made.message.register(take, adding, plain, F.animation | F.video | F.video_note)
    made.message.register(
        take, adding, plain, private, F.document | F.audio | F.voice | F.live_photo
    )
    made.message.register(take, adding, plain, F.document.mime_type.startswith("video/"))
    return made


async def take(
    message: Message,
    person: Person,
    texts: Texts,
    counter: Counter,
    intake: Intake,
    state: FSMContext,
    receipt: Receipt,
) -> None:
    """Put it behind the others, or say why not. Where the draft is no more it is a file like any
    other."""
    part = part_of(message)
    if part is None:
        receipt.confirm()
        await message.reply(texts("join-no-video"))
        return
    if (too_large := intake.bounds.too_large(texts, part.source.size)) is not None:
        receipt.confirm()
        await message.reply(too_large)
        return
    data = await state.get_data()
    owner = replace(person, user_id=str(data.get("person", person.user_id)))
    most = intake.bounds.joined_bytes
    reaction = await counter.collect(str(data.get("draft", "")), owner, part, most)
    if reaction.ending not in _COLLECTED:
        await state.clear()
        raise SkipHandler
    receipt.confirm()
    if (said := _said(texts, reaction, most)) is not None:
        await message.reply(said)


def _said(texts: Texts, reaction: Reaction, most: int) -> str | None:
    if reaction.ending is Ending.FULL_OF_PARTS:
        return texts("join-too-many", most=MOST)
    if reaction.ending is Ending.TOO_LARGE and reaction.draft is not None:
        actual = size(texts, bytes_of(reaction.draft))
        return texts("join-too-large", actual=actual, limit=size(texts, most))
    return None
