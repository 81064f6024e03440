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
        self._on: set[str] = set()
        self._faults: list[Fault] = []
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
        if on != (name in self._on):
            self._on ^= {name}
            self._begin_anew()
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

    def _begin_anew(self) -> None:
        faults = self._standin.faults
        for fault in self._faults:
            faults.remove(fault)
        delay = _SLOW_SECONDS if SLOW in self._on else 0.0
        turns = _Turns([name for name in _EACH if name in self._on])
        self._faults = []
        for name in turns.names:
            what: FaultOptions = {**_EACH[name], "times": None, "delay": delay}
            what["when"] = turns.when(name)
            self._faults += [faults.add(call, **what) for call in _SEEN]
        if delay:
            # Whatever was not said to fail: the first fault that fits a call is the only one.
            self._faults.append(faults.add("*", times=None, when=lambda _: True, delay=delay))


class _Turns:
    """Which trouble strikes a call, in turn; every other call comes through, so one that is made
    again does."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self._last: Json | None = None
        self._count = -1

    def when(self, name: str) -> Callable[[Json], bool]:
        """Whether this one strikes; asked of each call by each trouble that is switched on."""

        def strikes(params: Json) -> bool:
            if params is not self._last:
                self._last, self._count = params, self._count + 1
            round_, comes_through = divmod(self._count, 2)
            return not comes_through and self.names[round_ % len(self.names)] == name

        return strikes
