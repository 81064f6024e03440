"""Messages that ask this bot for something in words: by its command, or by its name."""

from dataclasses import dataclass
from typing import Any, Final

from aiogram import Bot
from aiogram.enums import MessageEntityType
from aiogram.filters import BaseFilter, Command
from aiogram.types import Message

CONVERT: Final = "convert"
_command: Final = Command(CONVERT)


@dataclass(frozen=True, slots=True)
class Words:
    """What is asked for. `named`: the bot was called by its name, which people who talk to each
    other do too, without meaning any format."""

    words: str
    named: bool = False


class Asked(BaseFilter):
    """Gives the handler `asked`, the Words."""

    async def __call__(self, message: Message, bot: Bot) -> bool | dict[str, Any]:
        """Whether the message asks."""
        if not (message.text or message.caption):
            return False
        found = await _command(message, bot)
        if isinstance(found, dict):
            return {"asked": Words(found["command"].args or "")}
        words = await _behind_the_name(message, bot)
        return False if words is None else {"asked": Words(words, named=True)}


async def _behind_the_name(message: Message, bot: Bot) -> str | None:
    """The message without the bot's name; None where that isn't in it."""
    text = message.text or message.caption or ""
    mentions = [
        entity
        for entity in message.entities or message.caption_entities or ()
        if entity.type == MessageEntityType.MENTION
    ]
    if not mentions:
        return None
    name = f"@{(await bot.me()).username}"
    named = [e.extract_from(text) for e in mentions]
    ours = [one for one in named if one.casefold() == name.casefold()]
    if not ours:
        return None
    for one in ours:
        text = text.replace(one, " ")
    return " ".join(text.split())
