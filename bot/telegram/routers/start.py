"""Commands, the menu's buttons, and whatever is no video."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import BotCommand, CallbackQuery, Message

from bot.dialog.counter.intake import Intake
from bot.dialog.screens.card import target_name
from bot.dialog.screens.preferences import Preferences
from bot.jobs.desk import Desk, Person, TapResult
from bot.jobs.model import Job
from bot.telegram.reading.files import no_file
from bot.telegram.reading.states import VideoStates
from bot.telegram.reading.taps import note
from bot.telegram.routers.intake import next_file
from bot.telegram.showing.keyboards import Ask, MenuTap, job_list, menu
from bot.texts import Texts
from bot.texts.sentences import shown_name

COMMANDS = (
    *("start", "help", "convert", "status", "cancel", "settings", "history"),
    *("privacy", "forget"),
)


def router() -> Router:
    """Commands and the menu's buttons."""
    made = Router(name="start")
    # A caption that begins with a slash belongs to its file.
    made.message.register(start, F.text, CommandStart())
    made.message.register(help_, F.text, Command("help"))
    made.message.register(status, F.text, Command("status"))
    made.message.register(cancel, F.text, Command("cancel"))
    made.callback_query.register(tapped, MenuTap.filter())
    return made


def fallback() -> Router:
    """Whatever nobody else took, in private chats: groups talk among themselves."""
    made = Router(name="fallback")
    private = F.chat.type == ChatType.PRIVATE
    made.message.register(photo, private, F.photo)
    made.message.register(anything_else, private)
    return made


def commands(texts: Texts) -> list[BotCommand]:
    """The command list as Telegram shows it."""
    return [BotCommand(command=name, description=texts(f"command-{name}")) for name in COMMANDS]


async def start(message: Message, command: CommandObject, texts: Texts, state: FSMContext) -> None:
    """Say what this is, and what to send. A link such as ``?start=mp3`` promises a format for the
    next file."""
    await state.clear()
    if (target := next_file(command.args)) is not None:
        await state.set_state(VideoStates.waiting_for_video)
        await state.set_data({"target": target})
        await message.answer(texts("start-for", target=target_name(texts, target)))
        return
    await message.answer(texts("start"), reply_markup=menu(texts, Ask.HELP, Ask.STATUS))


async def help_(message: Message, texts: Texts, intake: Intake) -> None:
    """What it accepts, the limits, what happens to the files."""
    await message.answer(intake.bounds.help_text(texts), reply_markup=menu(texts, Ask.STATUS))


async def status(message: Message, person: Person, texts: Texts, desk: Desk) -> None:
    """What of this person's is going on in this chat."""
    await _show_jobs(message, texts, await desk.of_person(person))


async def cancel(
    message: Message, person: Person, texts: Texts, desk: Desk, state: FSMContext
) -> None:
    """Stop the one conversion, or ask which; and wait for nothing to be typed or sent any more."""
    if await state.get_state() is not None:
        await state.clear()
    jobs = await desk.of_person(person)
    if len(jobs) > 1:
        await message.answer(texts("choose-cancel"), reply_markup=job_list(texts, jobs))
    else:
        await _cancel_all(message, texts, desk, person)


async def tapped(
    query: CallbackQuery,
    callback_data: MenuTap,
    person: Person,
    texts: Texts,
    desk: Desk,
    intake: Intake,
) -> None:
    """A button of the menu."""
    await note(query)
    if not isinstance(query.message, Message):
        return
    match callback_data.ask:
        case Ask.HELP:
            await query.message.answer(intake.bounds.help_text(texts))
        case Ask.STATUS:
            await _show_jobs(query.message, texts, await desk.of_person(person))
        case Ask.CANCEL_ALL:
            await _cancel_all(query.message, texts, desk, person)


async def photo(message: Message, person: Person, texts: Texts, intake: Intake) -> None:
    """A picture where a video was meant, perhaps; or one beside a video, of which nothing is
    said."""
    if message.media_group_id is not None:
        new = no_file(message, person, texts.locale)
        if await intake.gather(new, message.media_group_id, Preferences(), file=False):
            return
    await message.answer(texts("photo-instead"))


async def anything_else(message: Message, texts: Texts) -> None:
    """Text, stickers, contacts …: one line that says what to send."""
    await message.answer(texts("send-video"))


async def _show_jobs(message: Message, texts: Texts, jobs: list[Job]) -> None:
    if not jobs:
        await message.answer(texts("nothing-running"))
        return
    lines = [
        texts(
            "status-line",
            number=number,
            name=shown_name(job.source.name),
            phase=texts(f"phase-{job.phase.value}"),
        )
        for number, job in enumerate(jobs, 1)
    ]
    await message.answer("\n".join(lines), reply_markup=job_list(texts, jobs))


async def _cancel_all(message: Message, texts: Texts, desk: Desk, person: Person) -> None:
    # Those that wait go first, or each would start as the one before it ends.
    jobs = reversed(await desk.of_person(person))
    outcomes = [await desk.cancel(job.id, person, at_once=True) for job in jobs]
    if stopped := outcomes.count(TapResult.DONE):
        await message.answer(texts("cancelled-count", count=stopped))
    elif TapResult.ON_ITS_WAY in outcomes:
        await message.answer(texts("tap-on-its-way"))
    else:
        await message.answer(texts("nothing-running"))
