"""``/broadcast``: what an admin says to everybody, asked for twice before it is said."""

import contextlib
from typing import Final

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.dialog.admin import broadcast_screens
from bot.dialog.counter.crier import Crier
from bot.dialog.stores.broadcasts import Broadcast, Stage
from bot.jobs.desk import Person
from bot.telegram.reading.taps import note
from bot.telegram.routers.admin import ForAdmins
from bot.telegram.showing.screens import BroadcastTap, keyboard, of_broadcast
from bot.telegram.wire.session import TROUBLE
from bot.texts import Texts

_SEND: Final = "send"


def router() -> Router:
    """The command, and the buttons of its message."""
    made = Router(name="broadcast")
    made.message.filter(ForAdmins(), F.text)
    made.callback_query.filter(ForAdmins())
    made.message.register(ask, Command("broadcast"))
    made.callback_query.register(tapped, BroadcastTap.filter())
    return made


async def ask(
    message: Message, command: CommandObject, person: Person, texts: Texts, crier: Crier
) -> None:
    """What would be sent, and to how many."""
    answered, words = message.reply_to_message, (command.args or "").strip()
    if answered is None and not words:
        await message.reply(texts("broadcast-how"))
        return
    wanted = Broadcast(
        id="",
        platform=person.platform,
        by_user=person.user_id,
        chat_id=person.chat_id,
        locale=texts.locale,
        message_id=None if words or answered is None else str(answered.message_id),
        words=words or None,
    )
    broadcast, count = await crier.ask(wanted)
    screen = broadcast_screens.ask(texts, broadcast, count)
    await message.reply(screen.text, reply_markup=keyboard(screen, of_broadcast))


async def tapped(
    query: CallbackQuery, callback_data: BroadcastTap, person: Person, texts: Texts, crier: Crier
) -> None:
    """Send it, don't, or stop."""
    broadcast = await crier.store.get(callback_data.broadcast_id)
    if broadcast is None or not isinstance(query.message, Message):
        await note(query, texts("tap-unknown"))
        return
    if callback_data.act == _SEND:
        done = await crier.begin(broadcast, str(query.message.message_id), person.user_id)
    else:
        done = await crier.stop(broadcast, person.user_id)
    await note(query, None if done else texts("broadcast-over"))
    # One that is being sent reports by itself.
    if broadcast.stage is Stage.ASKED and done and callback_data.act != _SEND:
        with contextlib.suppress(*TROUBLE):
            await query.message.delete()
