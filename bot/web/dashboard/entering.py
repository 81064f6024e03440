"""Coming in and going out: a link, Telegram's word, a Mini App; cookies."""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

import structlog
from aiohttp import web

from bot.storage.clock import utc_now
from bot.web.dashboard import telegram_word
from bot.web.dashboard.address import Address
from bot.web.dashboard.links import Links
from bot.web.dashboard.parts import Parts
from bot.web.dashboard.sessions import LONGEST, Session, Sessions, Way
from bot.web.dashboard.throttle import Throttle
from bot.web.dashboard.visit import Visit

log = structlog.get_logger(__name__)

_COOKIES: Final = {Way.LINK: "dashboard", Way.TELEGRAM: "dashboard", Way.APP: "dashboard_app"}
_MOST_BYTES: Final = 16_384
_REFUSED: Final = 403
_TOO_MANY: Final = 429


class Entrance:
    """Lets admins in. Methods may raise StorageError."""

    def __init__(self, parts: Parts, sessions: Sessions, throttle: Throttle) -> None:
        self._parts = parts
        self._sessions = sessions
        self._links = Links(parts.transactions)
        self._throttle = throttle

    async def by_link(self, visit: Visit) -> web.Response:
        """The word of a link, which stood behind the `#` of its address: so it was in no request's
        address, no log and no Referer."""
        return await self._enter(visit, Way.LINK)

    async def by_telegram(self, visit: Visit) -> web.Response:
        """The Login Widget's fields."""
        return await self._enter(visit, Way.TELEGRAM)

    async def by_app(self, visit: Visit) -> web.Response:
        """A Mini App's initData. Under https alone: its cookie has to be sent from a frame."""
        if not visit.address.secure(visit.host):
            return web.Response(status=_REFUSED)
        return await self._enter(visit, Way.APP)

    async def leave(self, visit: Visit) -> web.Response:
        """Log out, here alone."""
        response = web.Response(status=303, headers={"Location": "/login"})
        if visit.session is not None:
            await self._sessions.end(visit.session.word)
            log.info("dashboard", did="logged out", admin=visit.session.user_id)
            name = visit.address.cookie(visit.host, _COOKIES[visit.session.way])
            response.headers.add("Set-Cookie", _cookie(visit, name, "", visit.session.way, 0))
        return response

    async def _enter(self, visit: Visit, way: Way) -> web.Response:
        address = visit.request.remote or ""
        user_id = await self._user_id(await _said(visit.request), way)
        if user_id is None or not self._parts.may_enter(user_id):
            return self._refused(way, address)
        name = visit.address.cookie(visit.host, _COOKIES[way])
        before = visit.request.cookies.get(name, "")
        word = await self._sessions.begin(user_id, way, instead_of=before)
        log.warning("dashboard", did="logged in", way=way.value, admin=user_id, address=address)
        lasts = int(LONGEST.total_seconds())
        return web.Response(
            status=204, headers={"Set-Cookie": _cookie(visit, name, word, way, lasts)}
        )

    def _refused(self, way: Way, address: str) -> web.Response:
        """Some hear, and the log, that it was wrong; who goes on and on, that they shall wait."""
        if (wait := self._throttle.wait(address)) > 0:
            return web.Response(status=_TOO_MANY, headers={"Retry-After": str(math.ceil(wait))})
        self._throttle.failed(address)
        log.warning("dashboard", did="was refused", way=way.value, address=address)
        return web.Response(status=_REFUSED)

    async def _user_id(self, said: Mapping[str, Any], way: Way) -> str | None:
        if way is Way.TELEGRAM:
            return telegram_word.of_widget(self._parts.token, said, utc_now())
        word = said.get("word")
        if not isinstance(word, str):
            return None
        if way is Way.APP:
            return telegram_word.of_app(self._parts.token, word, utc_now())
        return await self._links.use(word)


async def session_of(request: web.Request, address: Address, sessions: Sessions) -> Session | None:
    """The session that a request's cookies carry, or None. A frame's cookie is another than a
    window's: see `_cookie`."""
    host = request.headers.get("Host", "").lower()
    for name in dict.fromkeys(reversed(_COOKIES.values())):
        word = request.cookies.get(address.cookie(host, name), "")
        if (session := await sessions.find(word)) is not None:
            return session
    return None


def _cookie(visit: Visit, name: str, word: str, way: Way, seconds: int) -> str:
    """A Set-Cookie line.

    Strict keeps the cookie from every request that another site causes. A frame on
    web.telegram.org is another site's, so there a Strict cookie never comes back: a Mini App's
    session has one of its own, which a browser sends from within a frame (None) but keeps for
    frames on this very site alone (Partitioned). What Strict would keep off, the check of Origin
    and the page's proof do.
    """
    manner = "Secure; SameSite=None; Partitioned" if way is Way.APP else "SameSite=Strict"
    if way is not Way.APP and visit.address.secure(visit.host):
        manner += "; Secure"
    return f"{name}={word}; Path=/; Max-Age={seconds}; HttpOnly; {manner}"


async def _said(request: web.Request) -> Mapping[str, Any]:
    """The JSON object in a request's body, empty for anything else."""
    if request.content_type != "application/json":
        return {}
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > _MOST_BYTES:
            return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
