"""Python, the settings and the token."""

import sys
from typing import Final

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe

from bot.doctor.finding import Finding, Level, Problem
from bot.settings import Settings, SettingsError, load_settings
from bot.transfer.session import make_bot

LEAST_PYTHON: Final = (3, 11)
_ANSWER_SECONDS: Final = 10
_BOTFATHER: Final = (
    "open https://t.me/BotFather, send /newbot and put the token into .env as "
    "TELEGRAM_BOT_TOKEN=123456789:AAE…; `make demo` needs none"
)


async def python(version: tuple[int, ...] = sys.version_info[:3]) -> str:
    """Whether this Python is new enough."""
    found = ".".join(map(str, version))
    if version < LEAST_PYTHON:
        raise Problem(found, f"install Python {'.'.join(map(str, LEAST_PYTHON))} or newer")
    return found


def settings() -> tuple[Finding, Settings]:
    """Whether every setting can be read. Where one is wrong the rest is checked with defaults."""
    try:
        found = load_settings()
    except SettingsError as error:
        fix = "correct it in .env or the environment; .env.example lists every setting"
        wrong = Finding("settings", Level.FAULT, str(error), fix, works=False)
        return wrong, Settings.model_construct()
    told = f"RUNNER={found.runner}, GPU={found.gpu}, {found.max_concurrent_conversions} at once"
    return Finding("settings", Level.OK, told), found


async def token(known: Settings) -> str:
    """Whether Telegram knows the token: a real getMe, made once."""
    if known.telegram_bot_token is None:
        raise Problem("TELEGRAM_BOT_TOKEN is not set", _BOTFATHER)
    bot = make_bot(known.telegram_bot_token.get_secret_value(), known.telegram_api_url)
    try:
        # Past the session's retries: a doctor says what is, now.
        me = await bot.session.make_request(bot, GetMe(), timeout=_ANSWER_SECONDS)
    except (TelegramUnauthorizedError, TelegramNotFound):
        fix = "copy it whole from @BotFather, or send him /token for a new one"
        raise Problem("Telegram does not know this token", fix) from None
    except TelegramNetworkError:
        fix = "check the network, the proxy and TELEGRAM_API_URL"
        raise Problem(f"{known.telegram_api_url} can't be reached", fix) from None
    except (TelegramAPIError, ClientDecodeError) as error:
        fix = "try again in a minute; a wrong TELEGRAM_API_URL answers like this too"
        told = f"no good answer: {type(error).__name__}"
        raise Problem(told, fix, level=Level.WARNING) from None
    finally:
        await bot.session.close()
    return f"@{me.username} ({me.id})"
