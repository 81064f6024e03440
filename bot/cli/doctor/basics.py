"""Python, the settings and the token."""

import json
import sys
from typing import Any, Final

import aiohttp

from bot.cli.doctor import hooked
from bot.cli.doctor.finding import Finding, Level, Problem
from bot.settings import Settings, SettingsError, load_settings
from bot.telegram.wire.proxy import PROXY_TROUBLE, TROUBLE, client, proxy_for

LEAST_PYTHON: Final = (3, 11)
_ANSWER_SECONDS: Final = 10
_UNKNOWN: Final = (401, 404)
_NO_INLINE: Final = "; results have no Share button: send /setinline to @BotFather for one"
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
    return known(found), found


def known(found: Settings) -> Finding:
    """What settings say that were read."""
    told = f"RUNNER={found.runner}, GPU={found.gpu}, {found.max_concurrent_conversions} at once"
    return Finding("settings", Level.OK, told)


async def token(known: Settings) -> str:
    """Whether Telegram knows the token: a real getMe, made once and without retries, since a
    doctor says what is, now."""
    if known.telegram_bot_token is None:
        raise Problem("TELEGRAM_BOT_TOKEN is not set", _BOTFATHER)
    secret = known.telegram_bot_token.get_secret_value()
    try:
        answer = await ask(known, secret, "getMe")
    # Whatever these say may hold the address, and so the token.
    except PROXY_TROUBLE:
        fix = "check TELEGRAM_PROXY, or HTTPS_PROXY and NO_PROXY"
        raise Problem("the proxy refuses or isn't there", fix) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        fix = "check the network, the proxy and TELEGRAM_API_URL"
        raise Problem(f"{known.telegram_api_url} can't be reached", fix) from None
    except ValueError:
        answer = {}
    if answer.get("error_code") in _UNKNOWN:
        fix = "copy it whole from @BotFather, or send him /token for a new one"
        raise Problem("Telegram does not know this token", fix)
    me = answer.get("result")
    if not isinstance(me, dict) or "username" not in me:
        fix = "try again in a minute; a wrong TELEGRAM_API_URL answers like this too"
        raise Problem("no good answer from Telegram", fix, level=Level.WARNING)
    # Nothing is broken without it, so it is no warning.
    hint = "" if me.get("supports_inline_queries") else _NO_INLINE
    return f"@{me['username']} ({me['id']}){hint}"


async def feed(known: Settings) -> str:
    """How updates come, and how many wait; nothing is said of a server that `token` complained
    of."""
    if known.telegram_bot_token is None:
        raise Problem("no token, no updates", level=Level.WARNING)
    try:
        answer = await ask(known, known.telegram_bot_token.get_secret_value(), "getWebhookInfo")
    except (*TROUBLE, TimeoutError, OSError, ValueError):
        answer = {}
    told = answer.get("result")
    if not isinstance(told, dict):
        raise Problem("nobody says how updates come", "see the token's row", level=Level.WARNING)
    if known.updates == "webhook":
        return hooked.judge(known, told)
    waiting = f"{told.get('pending_update_count', 0)} updates wait"
    if told.get("url"):
        fix = "the bot takes it away at start; end the program that set it"
        raise Problem(f"a webhook is set, {waiting}", fix, level=Level.WARNING)
    return f"long polling, {waiting}"


async def ask(known: Settings, secret: str, method: str) -> dict[str, Any]:
    """Telegram's answer, empty when it is no object. Raises ValueError for one that is no JSON."""
    # By aiohttp alone: importing aiogram takes seconds.
    limit = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
    chosen = known.telegram_proxy
    way = proxy_for(known.telegram_api_url, chosen.get_secret_value() if chosen else None)
    address = f"{known.telegram_api_url}/bot{secret}/{method}"
    async with client(way, timeout=limit) as http, http.get(address) as response:
        answer = json.loads(await response.read())
    return answer if isinstance(answer, dict) else {}
