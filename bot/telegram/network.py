"""The way to Telegram: directly, or through a proxy; for requests and for files alike."""

import urllib.request
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

PROXY_TROUBLE: Final = (
    aiohttp.ClientProxyConnectionError,
    aiohttp.ClientHttpProxyError,
    ProxyConnectionError,
    ProxyError,
    ProxyTimeoutError,
)
"""What a proxy that refuses, or isn't there, raises."""
TROUBLE: Final = (aiohttp.ClientError, *PROXY_TROUBLE)
_MOST_CONNECTIONS: Final = 100
_PROXY_WANTS_PASSWORD: Final = 407


class ProxyRefusedError(TelegramNetworkError):
    """The proxy is the trouble, not Telegram."""


def proxy_for(api_url: str, chosen: str | None) -> str | None:
    """The proxy for the Bot API server: TELEGRAM_PROXY, else what the usual environment variables
    say (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, but for what NO_PROXY names); None for none."""
    if chosen:
        return chosen
    parts = urlsplit(api_url)
    usual = urllib.request.getproxies_environment()
    if _bypassed(parts.hostname or "", usual.get("no", "")):
        return None
    return usual.get(parts.scheme) or usual.get("all")


def _bypassed(host: str, names: str) -> bool:
    """Whether NO_PROXY's list names this host, or a domain that it is in."""
    wanted = [name.strip().lstrip("*").lstrip(".").lower() for name in names.split(",")]
    host = host.lower()
    if names.strip() == "*":
        return True
    return any(name and (host == name or host.endswith("." + name)) for name in wanted)


def client(proxy: str | None, **options: Any) -> aiohttp.ClientSession:  # noqa: ANN401 - aiohttp's
    """An HTTP client that goes that way. Call it in the event loop that uses it."""
    if proxy is not None and urlsplit(proxy).scheme.startswith("socks"):
        # Names are looked up behind the proxy, where they may be known.
        plain = proxy.replace("socks5h://", "socks5://", 1)
        socks = ProxyConnector.from_url(plain, rdns=True, limit=_MOST_CONNECTIONS)
        return aiohttp.ClientSession(connector=socks, **options)
    direct = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS)
    return aiohttp.ClientSession(connector=direct, proxy=proxy, **options)


class Session(AiohttpSession):
    """aiogram's session on our client. No error of it quotes the proxy, which may hold a
    password."""

    def __init__(self, api_url: str, proxy: str | None, timeout: float) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url.rstrip("/")), timeout=timeout)
        self._way = proxy

    async def create_session(self) -> aiohttp.ClientSession:
        """The one client, made when it is first needed."""
        if self._session is None or self._session.closed:
            self._session = client(self._way)
        return self._session

    async def close(self) -> None:
        """Close it; at the end of the program nobody waits for the last goodbyes of TLS."""
        if self._session is not None and not self._session.closed:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """See BaseSession; only a proxy asks for its own password."""
        if status_code == _PROXY_WANTS_PASSWORD:
            raise ProxyRefusedError(method, "407 Proxy Authentication Required")
        return super().check_response(bot, method, status_code, content)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """See AiohttpSession; a proxy's refusal is told from Telegram's silence."""
        try:
            return await super().make_request(bot, method, timeout)
        except PROXY_TROUBLE as error:
            raise ProxyRefusedError(method, type(error).__name__) from None
        except TelegramNetworkError as error:
            if isinstance(error.__cause__, PROXY_TROUBLE):
                cause = type(error.__cause__).__name__
                raise ProxyRefusedError(method, cause) from None
            raise
