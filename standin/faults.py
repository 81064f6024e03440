"""What goes wrong on request: for the next calls of a method, or of a file download."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from aiohttp import web

from standin.errors import ApiError, ConnectionDropped

DOWNLOAD = "download"
_DESCRIPTIONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class FaultOptions(TypedDict, total=False):
    """The keywords of `Faults.add`: the fields of `Fault`, which explains them."""

    times: int | None
    skip: int
    when: Callable[[dict[str, Any]], bool]
    status: int
    description: str
    retry_after: int
    body: str
    delay: float
    drop_request: bool
    drop_reply: bool
    truncate: int
    reset_after: int
    cut_after: int
    stall_after: int
    bytes_per_second: float
    extra_bytes: int
    no_length: bool


@dataclass
class Fault:
    """One thing that goes wrong `times` times (None: for ever), after `skip` calls went well.

    For every method, and for `download` (a file's body):
      `delay` seconds, or until `release`, before anything happens; `status` with `description`,
      `retry_after` seconds or a raw `body` instead of executing; `drop_request` closes the
      connection at once.
    For methods alone:
      `drop_reply` executes, then closes the connection without an answer; `truncate` executes
      and sends only so many bytes of the answer.
    For both, counted in bytes of the body, a method's request or a download:
      `reset_after` resets the connection, `stall_after` falls silent until `release()` (nothing
      more of a request is read), `bytes_per_second` drips.
    For `download` alone:
      `cut_after` closes cleanly, `extra_bytes` follow the real ones, `no_length` leaves
      Content-Length out.
    `when` narrows it to calls whose parameters satisfy it, which are known only once the whole
    request was read.
    """

    method: str
    times: int | None = 1
    skip: int = 0
    when: Callable[[dict[str, Any]], bool] | None = None
    status: int | None = None
    description: str | None = None
    retry_after: int | None = None
    body: str | None = None
    delay: float = 0.0
    drop_request: bool = False
    drop_reply: bool = False
    truncate: int | None = None
    reset_after: int | None = None
    cut_after: int | None = None
    stall_after: int | None = None
    bytes_per_second: float | None = None
    extra_bytes: int = 0
    no_length: bool = False
    used: int = 0
    _held: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def damages(self) -> bool:
        """Whether it changes how a file's body is sent."""
        numbers = (self.reset_after, self.cut_after, self.stall_after, self.bytes_per_second)
        return bool(self.no_length or self.extra_bytes or any(n is not None for n in numbers))

    async def hold_up(self, seen: int) -> None:
        """Take a request's body as slowly as asked; `seen` bytes of it have come."""
        if self.stall_after is not None and seen >= self.stall_after:
            await self.released.wait()
        if self.bytes_per_second is not None:
            await asyncio.sleep((seen - self._held) / self.bytes_per_second)
            self._held = seen

    def release(self) -> None:
        """Let what is stalled go on."""
        self.released.set()

    @property
    def spent(self) -> bool:
        return self.times is not None and self.used >= self.times

    @property
    def wants_params(self) -> bool:
        """Whether it can be chosen only after the request's body was read."""
        return self.when is not None


class Faults:
    """The faults that are waiting, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self._all: list[Fault] = []

    def add(self, method: str, **what: Unpack[FaultOptions]) -> Fault:
        """Add a fault; the keywords are the fields of `Fault`.

        `method` may be `*`, which means every method and downloads too.
        """
        fault = Fault(method, **what)
        self.waiting.append(fault)
        self._all.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Let this one be over; what it stalls goes on."""
        fault.release()
        if fault in self.waiting:
            self.waiting.remove(fault)

    def clear(self) -> None:
        """From now on all goes well; what is stalled goes on."""
        for fault in self._all:
            fault.release()
        self.waiting.clear()

    def take(self, method: str, params: dict[str, Any] | None = None) -> Fault | None:
        """The fault for this call, which is thereby used once; None when all goes well.

        Without `params` (the body is still unread) faults with `when` are left for later.
        """
        for fault in self.waiting:
            if fault.method.lower() not in {method.lower(), "*"}:
                continue
            if fault.wants_params != (params is not None):
                continue
            if fault.when is not None and not fault.when(params or {}):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.used += 1
            if fault.spent:
                self.waiting.remove(fault)
            return fault
        return None


class RawAnswer(Exception):
    """A fault wants this text as the answer."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(status)
        self.status = status
        self.body = body

    def response(self) -> web.Response:
        """The text as a web page, which is what a broken gateway sends."""
        return web.Response(status=self.status, text=self.body, content_type="text/html")


def description_of(status: int) -> str:
    """What Telegram says with this HTTP status when there is nothing more to say."""
    return _DESCRIPTIONS.get(status, "Bad Request: fault")


async def strike(fault: Fault) -> None:
    """Wait, then fail as the fault asks: ApiError, RawAnswer, ConnectionDropped, or none."""
    if fault.delay:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(fault.released.wait(), fault.delay)
    if fault.drop_request:
        raise ConnectionDropped
    if fault.status is None:
        return
    if fault.body is not None:
        raise RawAnswer(fault.status, fault.body)
    parameters = None if fault.retry_after is None else {"retry_after": fault.retry_after}
    description = fault.description or description_of(fault.status)
    if fault.status == 429 and fault.description is None:  # noqa: PLR2004 - HTTP's word for it
        description = f"Too Many Requests: retry after {fault.retry_after or 1}"
        parameters = {"retry_after": fault.retry_after or 1}
    raise ApiError(fault.status, description, parameters)
