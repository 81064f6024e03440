"""Which way leads to Telegram, and an HTTP client that takes it. Without aiogram, whose import
takes seconds: `doctor` uses it too."""

import urllib.request
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
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
