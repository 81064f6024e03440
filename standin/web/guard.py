"""Who may ask at all: pages that we served ourselves, under an address that is ours.

Any web page can make a browser send requests to this machine, and by DNS rebinding even under its
own name. So a request must name one of our addresses as its host; one that changes something must
come from a page of ours, and so must one for data, as far as the browser says.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from standin.web.rates import Rates
from standin.web.refusals import Refusal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_READING: Final = frozenset({"GET", "HEAD"})
_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
# The port that browsers leave out of an address.
_UNSAID: Final = 80


class Guard:
    """Checks every request to a page at `host`; `port` is its port, once that is known. A `public`
    page has whatever name its operator gives it. `acts`: requests that change something, of one
    address in a minute."""

    def __init__(self, host: str, *, public: bool = False, acts: int | None = None) -> None:
        self.port = 0
        self._names = (*_NAMES, bracketed(host).lower())
        self._public = public
        self._rates = Rates(acts)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse, or let the handler answer; what it refuses becomes JSON as well."""
        try:
            self._check(request)
            return await handler(request)
        except Refusal as refusal:
            return refusal.response()

    async def sign(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Put the headers on an answer of any kind."""
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")

    def _is_ours(self, host: str) -> bool:
        named = host in {f"{name}:{self.port}" for name in self._names}
        return named or (self.port == _UNSAID and host in self._names)

    def _check(self, request: web.Request) -> None:
        host = request.headers.get("Host", "")
        if not (self._public or self._is_ours(host.lower())):
            raise Refusal(421, "host")
        origin = request.headers.get("Origin")
        # Whoever serves it to the public may have a proxy with a certificate before it.
        schemes = ("http", "https") if self._public else ("http",)
        ours = bool(host) and origin in {f"{scheme}://{host}" for scheme in schemes}
        if (origin is not None or request.method not in _READING) and not ours:
            raise Refusal(403, "origin")
        if request.method not in _READING and not self._rates.take(request.remote or ""):
            raise Refusal(429, "often")
        said = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.path != "/" and said not in {"same-origin", "none"}:
            raise Refusal(403, "origin")


def bracketed(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host else host
