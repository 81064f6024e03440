"""What the settings mean for a webhook. Without aiogram, whose import takes seconds: `doctor` asks
too."""

import re
import secrets
import ssl
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.conversions import StartError
from bot.folders import complaint
from bot.settings import Settings
from bot.telegram.ways.callers import Doorman
from bot.telegram.ways.listener import is_path

PORTS: Final = (443, 80, 88, 8443)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_KEPT_AS: Final = "webhook-secret"
_FIRST_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)


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


def with_own_secret(settings: Settings) -> Settings:
    """The same, with the secret of the data folder where a webhook needs one and none was given, so
    that `Settings.secrets` knows it too. Blocking. Raises StartError."""
    given = settings.webhook_secret is not None or settings.database_url is not None
    if settings.updates != "webhook" or given:
        return settings
    secret = SecretStr(own_secret(settings.data_dir))
    return settings.model_copy(update={"webhook_secret": secret})


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
