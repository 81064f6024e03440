"""Telegram told where we listen: what the settings mean for that, and the telling."""

import asyncio
import re
import secrets
import ssl
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.types import BufferedInputFile, WebhookInfo

from bot.conversions import StartError
from bot.folders import complaint
from bot.settings import Settings
from bot.telegram.callers import Doorman
from bot.telegram.introduction import until_it_works
from bot.telegram.listener import is_path
from bot.telegram.session import TROUBLE

log = structlog.get_logger(__name__)

PORTS: Final = (443, 80, 88, 8443)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_KEPT_AS: Final = "webhook-secret"
_FIRST_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)
_WATCH: Final = 60.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How we can be reached. `certificate` is what Telegram has to be told of ours, b"" where it
    needs none or knows its issuer; `tls` is None where somebody in front has one."""

    url: str
    listen: str
    doorman: Doorman
    max_connections: int
    tls: ssl.SSLContext | None = None
    certificate: bytes = b""


def complaint_about(settings: Settings) -> str:
    """What is wrong with the settings of the webhook, in one line for the operator; "" for
    nothing."""
    if settings.webhook_url is None:
        return "UPDATES=webhook needs WEBHOOK_URL, the https:// address where Telegram finds us"
    parts = urlsplit(settings.webhook_url)
    if not settings.telegram_local and (
        parts.scheme != "https" or (parts.port or 443) not in PORTS
    ):
        ports = ", ".join(map(str, PORTS))
        return (
            f"WEBHOOK_URL: Telegram calls https:// on the ports {ports} alone (a server of your"
            " own, with TELEGRAM_LOCAL=true, any)"
        )
    if (
        settings.webhook_networks
        and is_path(settings.webhook_listen)
        and not settings.webhook_proxies
    ):
        return "WEBHOOK_NETWORKS on a socket needs WEBHOOK_PROXIES: a socket has no address"
    if (settings.webhook_cert is None) != (settings.webhook_key is None):
        return "WEBHOOK_CERT and WEBHOOK_KEY belong together"
    if settings.database_url is not None and settings.webhook_secret is None:
        return "WEBHOOK_SECRET is needed with DATABASE_URL: all front ends have the same"
    return ""


def terms_of(settings: Settings) -> Terms:
    """What the settings say. Blocking: reads files, and makes the secret where there is none.
    Raises StartError."""
    if wrong := complaint_about(settings):
        raise StartError(wrong)
    chosen = settings.webhook_secret
    secret = chosen.get_secret_value() if chosen else own_secret(settings.data_dir)
    networks = tuple(ip_network(network) for network in settings.webhook_networks)
    tls, certificate = None, b""
    if settings.webhook_cert is not None and settings.webhook_key is not None:
        tls, certificate = _tls(settings.webhook_cert, settings.webhook_key)
    return Terms(
        url=settings.webhook_url or "",
        listen=settings.webhook_listen,
        doorman=Doorman(secret.encode(), networks, settings.webhook_proxies),
        max_connections=settings.webhook_max_connections,
        tls=tls,
        certificate=certificate,
    )


def own_secret(folder: Path) -> str:
    """The secret that is kept in the data folder, for its owner alone; made where there is none.
    Raises StartError."""
    path = folder / _KEPT_AS
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            new.touch(0o600)
            new.write_text(secrets.token_urlsafe(32), encoding="ascii")
            new.replace(path)
        path.chmod(0o600)
        found = path.read_bytes().decode("ascii", "replace").strip()
    except OSError as error:
        raise StartError(complaint("DATA_DIR", folder, error)) from error
    if not _SECRET.fullmatch(found):
        raise StartError(f"{path}: no secret of A-Z a-z 0-9 _ -: delete it, and a new one is made")
    return found


async def hook(bot: Bot, terms: Terms, allowed: list[str], *, drop_pending: bool) -> None:
    """Tell Telegram where we are, until it is told. Raises RefusedError for a wrong token alone."""
    certificate = BufferedInputFile(terms.certificate, "cert.pem") if terms.certificate else None

    async def ask() -> None:
        await bot.set_webhook(
            terms.url,
            certificate=certificate,
            max_connections=terms.max_connections,
            allowed_updates=allowed,
            drop_pending_updates=drop_pending,
            secret_token=terms.doorman.secret.decode(),
        )
        if (await bot.get_webhook_info()).url != terms.url:
            log.warning("another program sets a webhook of its own with this token")

    await until_it_works(ask, "setWebhook")
    log.info("webhook set", url=terms.url)


async def stay_hooked(bot: Bot, terms: Terms, allowed: list[str]) -> None:
    """Until cancelled, see to it that Telegram still knows, and tell the operator what it complains
    of."""
    told: tuple[object, object] = (None, None)
    while True:
        await asyncio.sleep(_WATCH)
        try:
            info = await bot.get_webhook_info()
        except TROUBLE as error:
            log.warning("no word about the webhook", cause=type(error).__name__)
            continue
        if info.url != terms.url:
            log.error("the webhook was changed or taken away by another program")
            await hook(bot, terms, allowed, drop_pending=False)
        elif (info.last_error_date, info.last_error_message) != told:
            told = (info.last_error_date, info.last_error_message)
            _complain(info)


def _complain(info: WebhookInfo) -> None:
    if info.last_error_message:
        waiting = info.pending_update_count
        log.warning("Telegram can't deliver", cause=info.last_error_message, waiting=waiting)


def _tls(cert: Path, key: Path) -> tuple[ssl.SSLContext, bytes]:
    """Our side of TLS, and the certificate if Telegram has to be told it: it trusts no issuer but
    the known ones, unless it was given the certificate itself. Raises StartError."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key)
        chain = cert.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise StartError(f"WEBHOOK_CERT, WEBHOOK_KEY: cannot be used: {error}") from error
    first = _FIRST_CERTIFICATE.search(chain)
    return context, first[0].encode() + b"\n" if first and _signs_itself(first[0]) else b""


def _signs_itself(pem: str) -> bool:
    alone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    alone.load_verify_locations(cadata=pem)
    return any(known.get("subject") == known.get("issuer") for known in alone.get_ca_certs())
