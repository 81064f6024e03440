"""The body of a file, whole or damaged as a fault asks."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from standin.faults import Fault
from standin.wire import BLOCK, drop

_DRIPS_PER_SECOND = 20


class _Unmeasured(web.StreamResponse):
    """Neither Content-Length nor chunks: the body ends where the connection does."""

    _length_check = False


class WholeFile(web.FileResponse):
    """The file with its Content-Length; `record` learns whether it was sent to its end."""

    def __init__(self, path: Path, record: Callable[..., None]) -> None:
        super().__init__(
            path, chunk_size=BLOCK, headers={"Content-Type": "application/octet-stream"}
        )
        self._record = record

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        sent = False
        try:
            writer = await super().prepare(request)
            sent = True
        finally:
            self._record(status=200, dropped=not sent)
        return writer


async def send_damaged(
    request: web.Request, path: Path, size: int, fault: Fault
) -> web.StreamResponse:
    """Stream the file slowly, too short, too long, without a length, or not to its end."""
    kind = _Unmeasured if fault.no_length else web.StreamResponse
    response = kind(headers={"Content-Type": "application/octet-stream"})
    if fault.no_length:
        response.force_close()
        response.headers["Connection"] = "close"
    else:
        response.content_length = size + fault.extra_bytes
    await response.prepare(request)
    sent = 0
    for block in _blocks(path, fault):
        await response.write(block)
        sent += len(block)
        if fault.stall_after is not None and sent == fault.stall_after:
            await fault.released.wait()
        if sent in {fault.reset_after, fault.cut_after}:
            return _break(request, response, reset=sent == fault.reset_after)
        if fault.bytes_per_second is not None:
            await asyncio.sleep(len(block) / fault.bytes_per_second)
    await response.write_eof()
    return response


def _break(
    request: web.Request, response: web.StreamResponse, *, reset: bool
) -> web.StreamResponse:
    if reset:
        drop(request)
    elif request.transport is not None:
        request.transport.close()
    response.force_close()
    return response


def _blocks(path: Path, fault: Fault) -> Iterator[bytes]:
    """Blocks of the file that end exactly where the fault has something to do."""
    stops = sorted(n for n in (fault.stall_after, fault.reset_after, fault.cut_after) if n)
    largest = BLOCK
    if fault.bytes_per_second is not None:
        largest = max(1, min(BLOCK, int(fault.bytes_per_second / _DRIPS_PER_SECOND)))
    at = 0
    with path.open("rb") as file:
        while True:
            end = next((stop for stop in stops if stop > at), at + largest)
            block = file.read(min(largest, end - at))
            if not block:
                break
            at += len(block)
            yield block
    for begin in range(0, fault.extra_bytes, largest):
        yield b"\0" * min(largest, fault.extra_bytes - begin)
