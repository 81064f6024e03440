"""For the operator's people: numbers, a door that can be closed, who may come in."""

import re
from datetime import UTC, datetime

import structlog
from aiogram import Bot, Router
from aiogram.filters import BaseFilter, Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.deep_linking import create_start_link

from bot.dialog.doorkeeper import Doorkeeper, Word
from bot.jobs.desk import Desk, Person
from bot.jobs.model import Phase
from bot.telegram.people import person_of
from bot.telegram.taps import note
from bot.texts import Texts

log = structlog.get_logger(__name__)

_ID = re.compile(r"-?[0-9]{1,20}")
_SAYS = {"ban": Word.BANNED, "allow": Word.ALLOWED, "unban": None}


class DoorTap(CallbackData, prefix="door"):
    """Let new files in, or not."""

    open: bool


class ForAdmins(BaseFilter):
    """Nobody else learns that there is such a command."""

    async def __call__(
        self, event: Message | CallbackQuery, person: Person, doorkeeper: Doorkeeper
    ) -> bool:
        """Whether an admin speaks, under their own name."""
        user = event.from_user
        return user is not None and doorkeeper.is_admin(person.user_id) and not user.is_bot


def router() -> Router:
    """Commands of admins."""
    made = Router(name="admin")
    made.message.filter(ForAdmins())
    made.callback_query.filter(ForAdmins())
    made.message.register(admin, Command("admin"))
    made.message.register(say, Command(*_SAYS))
    made.message.register(invite, Command("invite"))
    made.callback_query.register(door, DoorTap.filter())
    return made


async def admin(message: Message, texts: Texts, desk: Desk, doorkeeper: Doorkeeper) -> None:
    """What is going on."""
    words, buttons = await _board(texts, desk, doorkeeper)
    await message.answer(words, reply_markup=buttons)


async def say(
    message: Message,
    command: CommandObject,
    person: Person,
    texts: Texts,
    desk: Desk,
    doorkeeper: Doorkeeper,
) -> None:
    """``/ban 123``, ``/unban 123``, ``/allow 123``, or as an answer to somebody's message."""
    answered = person_of(message.reply_to_message) if message.reply_to_message else None
    user_id = (command.args or "").strip() or (answered.user_id if answered else "")
    if not _ID.fullmatch(user_id) or doorkeeper.is_admin(user_id):
        await message.reply(texts("admin-whom"))
        return
    word = _SAYS[command.command]
    await doorkeeper.say(person.platform, user_id, word, person.user_id)
    stopped = 0
    if word is Word.BANNED:
        stopped = await desk.stop_all(person.platform, user_id)
    await message.reply(texts(f"admin-{command.command}", user=user_id, stopped=stopped))


async def invite(
    message: Message, bot: Bot, person: Person, texts: Texts, doorkeeper: Doorkeeper
) -> None:
    """A link that lets one person in."""
    code = await doorkeeper.invite(person.user_id)
    if code is None:
        await message.reply(texts("admin-no-invites"))
        return
    await message.reply(texts("admin-invite", link=await create_start_link(bot, code)))


async def door(
    query: CallbackQuery,
    callback_data: DoorTap,
    person: Person,
    texts: Texts,
    desk: Desk,
    doorkeeper: Doorkeeper,
) -> None:
    """Open or close the door for new files; what is under way goes on."""
    doorkeeper.accepting = callback_data.open
    did = "accepts files" if callback_data.open else "accepts no files"
    log.warning("admin", did=did, admin=person.user_id)
    await note(query)
    if isinstance(query.message, Message):
        words, buttons = await _board(texts, desk, doorkeeper)
        await query.message.edit_text(words, reply_markup=buttons)


async def _board(
    texts: Texts, desk: Desk, doorkeeper: Doorkeeper
) -> tuple[str, InlineKeyboardMarkup]:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    numbers = await desk.archive.numbers(today)
    count = {phase.value: numbers.jobs.get(phase, 0) for phase in Phase}
    running = sum(numbers.jobs.get(phase, 0) for phase in Phase if phase.running)
    words = texts(
        "admin-board",
        waiting=count["queued"],
        running=running,
        done=count["done"],
        failed=count["failed"],
        refused=count["refused"],
        cancelled=count["cancelled"],
        users=numbers.users,
        door=texts("admin-open" if doorkeeper.accepting else "admin-closed"),
    )
    turn = not doorkeeper.accepting
    button = InlineKeyboardButton(
        text=texts("admin-resume" if turn else "admin-pause"),
        callback_data=DoorTap(open=turn).pack(),
        style="success" if turn else "danger",
    )
    return words, InlineKeyboardMarkup(inline_keyboard=[[button]])
