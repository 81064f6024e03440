"""What Telegram is told at start: no webhook, our commands. Tried until it works."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)

from bot.telegram.routers.start import commands
from bot.telegram.wire.network import ProxyRefusedError
from bot.telegram.wire.session import TROUBLE
from bot.texts import LOCALES, Texts, languages_of

log = structlog.get_logger(__name__)

_LONGEST_PAUSE: Final = 60.0


class RefusedError(Exception):
    """Telegram won't have this bot: the operator has to act."""


def cure_for(error: Exception) -> str:
    """What an operator can do about trouble that may last, "" where only waiting helps."""
    text = str(error).lower()
    if isinstance(error, ProxyRefusedError):
        return "the proxy refuses or isn't there: see TELEGRAM_PROXY, HTTPS_PROXY and NO_PROXY"
    if isinstance(error, TelegramNotFound):
        return "no Bot API server answers at this address: see TELEGRAM_API_URL"
    if isinstance(error, TelegramConflictError) and "webhook" in text:
        return "a webhook is set by another program with this token: end that one"
    return ""


async def be_reachable(bot: Bot, *, drop_pending: bool) -> None:
    """Take an old webhook away, without which there are no updates to be fetched, and forget what
    is pending, if that is wished. Raises RefusedError for a wrong token alone."""

    async def ask() -> None:
        await bot.delete_webhook(drop_pending_updates=drop_pending)

    await until_it_works(ask, "deleteWebhook")


@dataclass(slots=True)
class Inline:
    """What BotFather's switch for inline mode was seen to say: without it nobody can ask us inline,
    and a button that leads there would be a dead end."""

    on: bool = False


async def introduce(bot: Bot, inline: Inline) -> None:
    """Learn whether we may be asked inline; tell Telegram our commands and what we are. However
    long that takes: nothing waits for it."""

    async def learn() -> None:
        inline.on = bool((await bot.get_me()).supports_inline_queries)

    await until_it_works(learn, "getMe")
    log.info("inline mode", on=inline.on)
    for locale in LOCALES:
        for code in languages_of(locale):

            async def ask(locale: str = locale, code: str | None = code) -> None:
                await bot.set_my_commands(commands(Texts(locale)), language_code=code)

            await until_it_works(ask, "setMyCommands")
            await _describe(bot, Texts(locale), code)


async def _describe(bot: Bot, texts: Texts, code: str | None) -> None:
    """What Telegram shows before the first word; the bot's name is its operator's."""

    async def shortly() -> None:
        await bot.set_my_short_description(texts("about-short"), language_code=code)

    async def at_length() -> None:
        await bot.set_my_description(texts("about-long"), language_code=code)

    await until_it_works(shortly, "setMyShortDescription")
    await until_it_works(at_length, "setMyDescription")


async def until_it_works(ask: Callable[[], Awaitable[None]], name: str) -> None:
    """Ask again and again. Raises RefusedError for a wrong token alone."""
    pause = 1.0
    while True:
        try:
            await ask()
        except TelegramUnauthorizedError as error:
            raise RefusedError("Telegram refuses TELEGRAM_BOT_TOKEN: is it whole?") from error
        except TROUBLE as error:
            log.warning(
                "not set up yet", method=name, cause=type(error).__name__, cure=cure_for(error)
            )
            await asyncio.sleep(pause * (0.75 + random.random() / 2))  # noqa: S311 - jitter
            pause = min(_LONGEST_PAUSE, pause * 2)
        else:
            return
