"""The HTTP side: from a request to a method, an answer, or a fault."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientPayloadError, web

from standin import (
    downloads,
    input_media,
    methods_album,
    methods_bot,
    methods_copy,
    methods_edit,
    methods_inline,
    methods_photos,
    methods_send,
    reactions,
    schema,
    wire,
)
from standin.calls import CallLog
from standin.context import Call, Method
from standin.courier import Courier
from standin.errors import ApiError, ConnectionDropped
from standin.faults import DOWNLOAD, Fault, Faults, RawAnswer, strike
from standin.state import State
from standin.touched import Place, touched

_LARGEST_PLAIN_BODY = 8 * 1024 * 1024
_METHODS: dict[str, Method] = (
    methods_bot.METHODS
    | methods_copy.METHODS
    | methods_edit.METHODS
    | methods_send.METHODS
    | methods_album.METHODS
    | methods_inline.METHODS
    | methods_photos.METHODS
    | reactions.METHODS
)


class Server:
    """Answers like api.telegram.org for one bot; everything it knows is in `state`."""

    def __init__(self, token: str, state: State, uploads: Path) -> None:
        self.state = state
        self.faults = Faults()
        self.calls = CallLog(state.changed)
        self.unknown_parameters: list[str] = []
        self.received = 0
        self.served = 0
        self._token = token
        self._uploads = uploads
        self._schema = schema.load()
        self._runner: web.AppRunner | None = None
        self.courier = Courier(state.updates, self.faults, self.calls)
        self._bringing: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> str:
        """Listen; returns the URL. Port 0 takes any free one."""
        app = web.Application(client_max_size=_LARGEST_PLAIN_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._on_method)
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._on_download)
        app.router.add_route("*", "/{anything:.*}", self._on_nothing)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self._bringing = asyncio.create_task(self.courier.run(), name="courier")
        bound = self._runner.addresses[0]
        return f"http://{bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """Close every connection."""
        self.faults.clear()
        if self._bringing is not None:
            self._bringing.cancel()
            await asyncio.gather(self._bringing, return_exceptions=True)
        self.state.updates.interrupt(ApiError(500, "Internal Server Error: restart"))
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _on_nothing(self, _request: web.Request) -> web.Response:
        return wire.refusal(ApiError(404, "Not Found"))

    async def _on_method(self, request: web.Request) -> web.Response:
        began = time.time()
        if request.match_info["token"] != self._token:
            return wire.refusal(ApiError(401, "Unauthorized"))
        try:
            name = self._schema.method(request.match_info["method"])
        except ApiError as error:
            self.calls.add(request.match_info["method"], {}, error.status, began)
            return wire.refusal(error)
        early = self.faults.take(name)
        reset = None if early is None else 0 if early.drop_request else early.reset_after
        slow = None if early is None else early.hold_up
        reader = wire.BodyReader(self._uploads, self.state.limits.upload, reset, slow)
        try:
            return await self._read_and_run(request, reader, name, began, early)
        except (ConnectionDropped, ConnectionError, ClientPayloadError):
            self.calls.add(name, reader.body.params, 0, began, dropped=True)
            return wire.drop(request)
        finally:
            self.received += reader.seen
            reader.body.discard()

    async def _read_and_run(
        self,
        request: web.Request,
        reader: wire.BodyReader,
        name: str,
        began: float,
        fault: Fault | None,
    ) -> web.Response:
        status, description, params = 200, None, reader.body.params
        result: object = None
        try:
            body = await reader.read(request)
            input_media.check_types(name, body.params)
            checked = self._schema.check(name, body.params, body.uploads)
            params = checked.params
            self.unknown_parameters += [f"{name}.{unknown}" for unknown in checked.unknown]
            fault = fault or self.faults.take(name, params)
            result = await self._run(Call(self.state, name, params, dict(body.uploads)), fault)
            response = wire.answer(result)
        except ApiError as error:
            status, description = error.status, error.description
            response = wire.refusal(error)
        except web.HTTPRequestEntityTooLarge:
            status, description = 413, "Request Entity Too Large"
            response = wire.refusal(ApiError(status, description))
        except RawAnswer as raw:
            status, response = raw.status, raw.response()
        dropped = fault is not None and fault.drop_reply
        self.calls.add(
            name,
            params,
            status,
            began,
            description=description,
            dropped=dropped,
            messages=touched(params, result) | self._tapped(params),
        )
        if dropped:
            return wire.drop(request)
        return _truncated(response, fault)

    def _tapped(self, params: dict[str, Any]) -> frozenset[Place]:
        """The message whose button was tapped, where a call answers that."""
        query = self.state.queries.get(str(params.get("callback_query_id")))
        return frozenset() if query is None else frozenset({(query.chat.id, query.message_id)})

    async def _run(self, call: Call, fault: Fault | None) -> object:
        if fault is not None:
            await strike(fault)
        if self.state.logged_out:
            raise methods_bot.LOGGED_OUT
        method = _METHODS.get(call.method)
        if method is None:
            sentence = "method is not available in the stand-in"
            self.state.problems.append(f"{call.method}: {sentence}")
            raise ApiError(400, f"Bad Request: {sentence}")
        return await method(call)

    async def _on_download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            return wire.refusal(ApiError(401, "Unauthorized"))
        params = {"file_path": request.match_info["path"]}
        record = partial(self.calls.add, DOWNLOAD, params, began=time.time())
        fault = self.faults.take(DOWNLOAD) or self.faults.take(DOWNLOAD, params)
        try:
            return await self._send_file(request, params["file_path"], fault, record)
        except ApiError as error:
            record(status=error.status, description=error.description)
            return wire.refusal(error)
        except RawAnswer as raw:
            record(status=raw.status)
            return raw.response()
        except (ConnectionDropped, ConnectionError):
            record(status=0, dropped=True)
            return wire.drop(request)

    async def _send_file(
        self,
        request: web.Request,
        file_path: str,
        fault: Fault | None,
        record: Callable[..., None],
    ) -> web.StreamResponse:
        if fault is not None:
            await strike(fault)
        disk = self.state.disk
        if disk is not None and not disk.local.serves:
            raise ApiError(404, "Not Found")
        stored = self.state.files.follow(file_path)
        self.served += stored.real_size
        if fault is None or not fault.damages:
            return downloads.WholeFile(stored.path, record)
        response = await downloads.send_damaged(request, stored.path, stored.real_size, fault)
        record(status=200)
        return response


def _truncated(response: web.Response, fault: Fault | None) -> web.Response:
    if fault is not None and fault.truncate is not None and isinstance(response.body, bytes):
        response.body = response.body[: fault.truncate]
    return response
