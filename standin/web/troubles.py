"""Switches for what goes wrong between the bot and its messenger, and a bot that is killed: for
people to watch how it survives. They are one house's: everybody here has the same bot."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from standin.faults import Fault, FaultOptions
from standin.standin import StandIn
from standin.web.refusals import Refusal

Json = dict[str, Any]
Restart = Callable[[], Awaitable[None]]

_SLOW_SECONDS: Final = 1.5
_WAIT_SECONDS: Final = 3
# What people see comes by these.
_SEEN: Final = (
    "sendMessage",
    "sendVideo",
    "sendAnimation",
    "sendAudio",
    "sendDocument",
    "sendPhoto",
    "sendVoice",
    "sendVideoNote",
    "sendSticker",
    "sendMediaGroup",
    "editMessageText",
    "editMessageCaption",
    "editMessageMedia",
)
_EACH: Final[dict[str, FaultOptions]] = {
    "busy": {"status": 429, "retry_after": _WAIT_SECONDS},
    "broken": {"status": 500},
    "lost": {"drop_reply": True},
}
SLOW: Final = "slow"
NAMES: Final = (SLOW, *_EACH)


class Troubles:
    """What is switched on; `restart` kills the bot and returns once it is there again, None where
    nobody can."""

    def __init__(self, standin: StandIn, restart: Restart | None) -> None:
        self._standin = standin
        self._restart = restart
        self._on: dict[str, list[Fault]] = {}
        self._restarting: asyncio.Task[None] | None = None

    @property
    def state(self) -> Json:
        """As a page shows it."""
        return {
            "names": list(NAMES),
            "on": [name for name in NAMES if name in self._on],
            "restarts": self._restart is not None,
            "away": self._restarting is not None,
        }

    def switch(self, name: object, on: object) -> None:
        """Turn a trouble on or off. Raises Refusal for one that there isn't."""
        if not (isinstance(name, str) and name in NAMES and isinstance(on, bool)):
            raise Refusal(400, "wrong")
        if on and name not in self._on:
            self._on[name] = self._begin(name)
        elif not on:
            for fault in self._on.pop(name, []):
                self._standin.faults.remove(fault)
        self._standin.state.changed.fire()

    def kill(self) -> None:
        """Kill the bot; it comes again. Raises Refusal where it can't be, or is away already."""
        if self._restart is None:
            raise Refusal(403, "off")
        if self._restarting is not None:
            raise Refusal(409, "away")
        self._restarting = asyncio.create_task(self._bring_back(self._restart()))
        self._standin.state.changed.fire()

    async def close(self) -> None:
        """Nothing goes wrong any more, and nobody is waited for."""
        for name in NAMES:
            self.switch(name, on=False)
        if self._restarting is not None:
            self._restarting.cancel()
            await asyncio.gather(self._restarting, return_exceptions=True)

    async def _bring_back(self, coming: Awaitable[None]) -> None:
        try:
            await coming
        finally:
            self._restarting = None
            self._standin.state.changed.fire()

    def _begin(self, name: str) -> list[Fault]:
        faults = self._standin.faults
        if name == SLOW:
            return [faults.add("*", times=None, delay=_SLOW_SECONDS)]
        every_other = _EveryOther()
        what: FaultOptions = {"times": None, "when": every_other, **_EACH[name]}
        return [faults.add(call, **what) for call in _SEEN]


class _EveryOther:
    """Every other call, whatever it asks: one that is made again comes through."""

    def __init__(self) -> None:
        self._struck = False

    def __call__(self, _params: Json) -> bool:
        self._struck = not self._struck
        return self._struck
