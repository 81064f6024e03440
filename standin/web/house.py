"""What goes for everybody who is here: troubles that are switched on, a bot that is away."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from standin.web.questions import content_of
from standin.web.seats import Seat
from standin.web.troubles import Troubles
from standin.web.visitors import Visitor

Json = dict[str, Any]
Asked = Callable[[web.Request, Visitor, Seat], Awaitable[web.StreamResponse]]
Known = Callable[[Asked], Callable[[web.Request], Awaitable[web.StreamResponse]]]


class House:
    """Handlers over the troubles; None: nobody here can make any."""

    def __init__(self, troubles: Troubles | None) -> None:
        self._troubles = troubles

    def state(self) -> Json:
        """As pages are told."""
        if self._troubles is None:
            return {"names": [], "on": [], "restarts": False, "away": False}
        return self._troubles.state

    def add_to(self, app: web.Application, known: Known) -> None:
        """Its addresses, where there is anything to be done."""
        if self._troubles is not None:
            app.router.add_post("/api/troubles", known(self._switch))
            app.router.add_post("/api/restart", known(self._kill))

    async def close(self) -> None:
        """All goes well from now on."""
        if self._troubles is not None:
            await self._troubles.close()

    async def _switch(self, request: web.Request, _visitor: Visitor, _seat: Seat) -> web.Response:
        asked = await content_of(request)
        if self._troubles is not None:
            self._troubles.switch(asked.get("name"), asked.get("on"))
        return web.json_response(self.state())

    async def _kill(self, _request: web.Request, _visitor: Visitor, _seat: Seat) -> web.Response:
        if self._troubles is not None:
            self._troubles.kill()
        return web.json_response(self.state())
