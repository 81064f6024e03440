"""What admins order in words: who may come in, how much they may ask for, which job ends."""

import re
from typing import Final

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from aiogram.utils.deep_linking import create_start_link

from bot.dialog.admin.office import Office
from bot.dialog.stores import allowances
from bot.dialog.stores.allowances import NAMES, UnclearError
from bot.dialog.stores.doorkeeper import Word
from bot.jobs.desk import Person, TapResult
from bot.telegram.reading.people import person_of
from bot.telegram.routers.admin import ForAdmins, show_report
from bot.telegram.showing.screens import keyboard, of_admin
from bot.texts import Texts

_ID: Final = re.compile(r"-?[0-9]{1,20}")
_TRACE: Final = re.compile(r"[0-9a-f]{6,32}")
_SAYS: Final = {"ban": Word.BANNED, "allow": Word.ALLOWED, "unban": None}
_LONGEST_WORD: Final = 60


def router() -> Router:
    """Commands of admins."""
    made = Router(name="orders")
    made.message.filter(ForAdmins(), F.text)
    made.message.register(say, Command(*_SAYS))
    made.message.register(invite, Command("invite"))
    made.message.register(quota, Command("quota"))
    made.message.register(stop, Command("stop"))
    made.message.register(error, Command("error"))
    return made


async def say(
    message: Message, command: CommandObject, person: Person, texts: Texts, office: Office
) -> None:
    """``/ban 123``, ``/unban 123``, ``/allow 123``, or as an answer to somebody's message."""
    answered = person_of(message.reply_to_message) if message.reply_to_message else None
    user_id = (command.args or "").strip() or (answered.user_id if answered else "")
    if not _ID.fullmatch(user_id) or office.doorkeeper.is_admin(user_id):
        await message.reply(texts("admin-whom"))
        return
    stopped = await office.say(person, user_id, _SAYS[command.command])
    await message.reply(texts(f"admin-{command.command}", user=user_id, stopped=stopped))


async def invite(message: Message, bot: Bot, person: Person, texts: Texts, office: Office) -> None:
    """A link that lets one person in."""
    code = await office.doorkeeper.invite(person.user_id)
    if code is None:
        await message.reply(texts("admin-no-invites"))
        return
    await message.reply(texts("admin-invite", link=await create_start_link(bot, code)))


async def quota(
    message: Message, command: CommandObject, person: Person, texts: Texts, office: Office
) -> None:
    """``/quota 123 jobs_per_day=50``; with the id alone, how it is."""
    whom, *words = (command.args or "").split()[:20] or [""]
    if not _ID.fullmatch(whom):
        await message.reply(texts("admin-quota-whom"))
        return
    try:
        quotas = allowances.read(words)
    except UnclearError as unclear:
        await message.reply(_unclear(texts, unclear))
        return
    if quotas:
        await office.allowances.say(person.platform, whom, quotas, person.user_id)
    screen = await office.page(texts, person.platform, f"quota.{whom}")
    if screen is not None:
        await message.answer(screen.text, reply_markup=keyboard(screen, of_admin))


async def stop(
    message: Message, command: CommandObject, person: Person, texts: Texts, office: Office
) -> None:
    """``/stop 3fccbd80``."""
    trace = _trace(command)
    if trace is None:
        await message.reply(texts("admin-stop-which"))
        return
    job = await office.live_job(trace)
    if job is None:
        await message.reply(texts("admin-stop-unknown", trace=trace))
        return
    outcome = await office.stop(person, job.id)
    if outcome is TapResult.DONE:
        await message.reply(texts("admin-stopped", trace=job.trace))
    else:
        await message.reply(texts(f"tap-{outcome.value.replace('_', '-')}"))


async def error(
    message: Message, command: CommandObject, person: Person, texts: Texts, office: Office
) -> None:
    """``/error 3fccbd80``."""
    trace = _trace(command)
    if trace is None:
        await message.reply(texts("admin-error-which"))
        return
    report = await office.look_into(person, trace)
    if report is None:
        await message.reply(texts("admin-error-unknown"))
    else:
        await show_report(message, texts, report)


def _trace(command: CommandObject) -> str | None:
    """The number behind a command, however it was copied."""
    words = (command.args or "").casefold().strip("№ \n\t")
    return words if _TRACE.fullmatch(words) else None


def _unclear(texts: Texts, unclear: UnclearError) -> str:
    word = unclear.word[:_LONGEST_WORD]
    match unclear.why:
        case "name":
            return texts("admin-quota-bad-name", word=word, names=", ".join(NAMES))
        case "value":
            kind = "size" if unclear.name.startswith("bytes") else "number"
            takes = texts(f"admin-quota-takes-{kind}")
            return texts("admin-quota-bad-value", name=unclear.name, takes=takes, word=word)
    return texts("admin-quota-bad-word", word=word)
