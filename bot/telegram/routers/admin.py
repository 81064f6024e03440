"""The pages of /admin, as messages that their buttons change."""

import contextlib

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import BaseFilter, Command
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot.dialog.admin import reports
from bot.dialog.admin.facts import Report
from bot.dialog.admin.office import Office
from bot.dialog.screen import Screen
from bot.dialog.stores.doorkeeper import Doorkeeper
from bot.jobs.desk import Person
from bot.telegram.reading.taps import note
from bot.telegram.showing.screens import AdminTap, keyboard, of_admin
from bot.telegram.wire.session import TROUBLE
from bot.texts import Texts

_LONGEST_MESSAGE = 4000
_LONGEST_NOTE = 180


class ForAdmins(BaseFilter):
    """Nobody else learns that there is such a command, and nobody hears of it in a group."""

    async def __call__(
        self, event: Message | CallbackQuery, person: Person, doorkeeper: Doorkeeper
    ) -> bool:
        """Whether an admin speaks, under their own name and alone with the bot."""
        user = event.from_user
        there = event.message if isinstance(event, CallbackQuery) else event
        alone = there is not None and there.chat.type == ChatType.PRIVATE
        known = user is not None and not user.is_bot and doorkeeper.is_admin(person.user_id)
        return alone and known


def router() -> Router:
    """/admin and its pages."""
    made = Router(name="admin")
    made.message.filter(ForAdmins(), F.text)
    made.callback_query.filter(ForAdmins())
    made.message.register(admin, Command("admin"))
    made.callback_query.register(tapped, AdminTap.filter())
    return made


async def admin(message: Message, person: Person, texts: Texts, office: Office) -> None:
    """What is going on."""
    screen = await office.page(texts, person.platform)
    if screen is not None:
        await message.answer(screen.text, reply_markup=keyboard(screen, of_admin))


async def tapped(
    query: CallbackQuery, callback_data: AdminTap, person: Person, texts: Texts, office: Office
) -> None:
    """A button of a page."""
    done = await office.tap(texts, person, callback_data.action)
    await note(query, texts(done.note)[:_LONGEST_NOTE] if done.note else None)
    if not isinstance(query.message, Message):
        return
    if done.report is not None:
        await show_report(query.message, texts, done.report)
    if done.screen is not None:
        await _turn_to(query.message, done.screen)


async def show_report(message: Message, texts: Texts, report: Report) -> None:
    """A failure, in a message, or in a text file where it is long."""
    head, body = reports.head(texts, report), reports.body(texts, report)
    whole = f"{head}\n\n{body}"
    if len(whole) <= _LONGEST_MESSAGE:
        await message.answer(whole)
        return
    file = BufferedInputFile(body.encode("utf-8", "replace"), f"{report.trace}.txt")
    await message.answer_document(file, caption=head)


async def _turn_to(message: Message, screen: Screen) -> None:
    with contextlib.suppress(*TROUBLE):  # a page that shows the same already
        await message.edit_text(screen.text, reply_markup=keyboard(screen, of_admin))
