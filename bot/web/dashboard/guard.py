"""Who may ask at all: pages that we served ourselves, under a name that is ours.

Any page of the web can make a browser send requests here, by DNS rebinding even under its own name.
So a request names one of our hosts, and one that changes something comes from one of our pages.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from bot.web.dashboard.address import Address

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {}"
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# Telegram's own page in a browser shows Mini Apps in a frame.
MESSENGER: Final = "https://web.telegram.org"
FRAMED: Final = web.ResponseKey("framed", bool)
_READING: Final = frozenset({"GET", "HEAD"})
_OURS: Final = frozenset({"same-origin", "none"})
_MISDIRECTED: Final = 421
_FORBIDDEN: Final = 403


class Guard:
    """Checks every request and signs every answer."""

    def __init__(self, address: Address) -> None:
        self._address = address

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse, or let the handler answer."""
        origin = self._address.origins.get(_host(request))
        if origin is None:
            return web.Response(status=_MISDIRECTED, text="No such host here: see WEB_URL.\n")
        if not _from_us(request, origin):
            return web.Response(status=_FORBIDDEN, text="Not from another page.\n")
        return await handler(request)

    async def sign(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Put the headers on an answer of any kind."""
        framed = response.get(FRAMED, False)
        response.headers["Content-Security-Policy"] = _POLICY.format(
            MESSENGER if framed else "'none'"
        )
        if not framed:
            response.headers["X-Frame-Options"] = "DENY"
        for name, value in _HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Server"] = "dashboard"


def _host(request: web.Request) -> str:
    return request.headers.get("Host", "").lower()


def _from_us(request: web.Request, origin: str) -> bool:
    came, fetched = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if request.method not in _READING:
        # A form's origin is hidden by our own no-referrer; what the browser says of it is not.
        return came == origin or (came == "null" and fetched == "same-origin")
    if came is not None and came != origin:
        return False
    opened = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return opened or fetched is None or fetched in _OURS
