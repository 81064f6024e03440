"""Telegram told where we listen, and held to it."""

import asyncio
from typing import Final

import structlog
from aiogram import Bot
from aiogram.types import BufferedInputFile, WebhookInfo

from bot.telegram.ways.introduction import until_it_works
from bot.telegram.ways.pending import Pending
from bot.telegram.ways.terms import Terms
from bot.telegram.wire.session import TROUBLE

log = structlog.get_logger(__name__)

_WATCH: Final = 60.0


async def hook(bot: Bot, terms: Terms, allowed: list[str], pending: Pending) -> None:
    """Tell Telegram where we are, until it is told. Raises RefusedError for a wrong token alone."""

    forget = pending.to_be_forgotten()

    async def ask() -> None:
        nonlocal forget
        pem = terms.certificate
        await bot.set_webhook(
            terms.url,
            certificate=BufferedInputFile(pem, "cert.pem") if pem else None,
            max_connections=terms.max_connections,
            allowed_updates=allowed,
            drop_pending_updates=forget,
            secret_token=terms.doorman.secret.decode(),
        )
        # What comes from now on is for us, though it may have to be set again.
        forget = False

    pause = 1.0
    while True:
        await until_it_works(ask, "setWebhook")
        if await _is_set(bot, terms):
            log.info("webhook set", url=terms.url)
            return
        log.warning("not set up yet", method="setWebhook", cause="another address is set")
        await asyncio.sleep(pause)
        pause = min(_WATCH, pause * 2)


async def _is_set(bot: Bot, terms: Terms) -> bool:
    try:
        return (await bot.get_webhook_info()).url == terms.url
    except TROUBLE:
        return False


async def stay_hooked(bot: Bot, terms: Terms, allowed: list[str], *, every: float = _WATCH) -> None:
    """Until cancelled, see to it that Telegram still knows, and tell the operator what it complains
    of; `every` so many seconds."""
    told: tuple[object, object] = (None, None)
    while True:
        await asyncio.sleep(every)
        try:
            info = await bot.get_webhook_info()
        except TROUBLE as error:
            log.warning("no word about the webhook", cause=type(error).__name__)
            continue
        if info.url != terms.url:
            log.error("the webhook was changed or taken away by another program")
            await hook(bot, terms, allowed, Pending(False))
        elif (info.last_error_date, info.last_error_message) != told:
            told = (info.last_error_date, info.last_error_message)
            _complain(info)


def _complain(info: WebhookInfo) -> None:
    if info.last_error_message:
        waiting = info.pending_update_count
        log.warning("Telegram can't deliver", cause=info.last_error_message, waiting=waiting)
