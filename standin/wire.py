"""HTTP in and out: parameters of a request in every encoding, and the answers."""

import json
import shutil
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from aiohttp import BodyPartReader, MultipartReader, web

from standin.errors import ApiError, ConnectionDropped, bad_request

BLOCK = 256 * 1024
_LONGEST_FIELD = 4 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"


@dataclass
class Upload:
    """A file that came with a request, at `path` until somebody takes it and moves it away."""

    name: str
    mime_type: str | None
    path: Path
    size: int = 0
    taken: bool = False

    def take(self, target: Path) -> None:
        """Move it to `target`; whoever takes it again, as a second item may, gets a copy."""
        if self.taken:
            shutil.copyfile(self.path, target)
        else:
            self.path = self.path.rename(target)
        self.taken = True


@dataclass
class Body:
    """The parameters of a request and its uploads by field name."""

    params: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def discard(self) -> None:
        """Delete the uploads that nobody took."""
        for upload in self.uploads.values():
            if not upload.taken:
                upload.path.unlink(missing_ok=True)


class BodyReader:
    """Reads one request; uploads go to `folder` in blocks, never whole into memory.

    `upload_limit` bytes of files end in ApiError 413, but only after the rest was read and thrown
    away, so that the client sees the answer. `reset_after` bytes end in ConnectionDropped;
    `on_bytes` is awaited with how many have come, and may take its time.
    """

    def __init__(
        self,
        folder: Path,
        upload_limit: int,
        reset_after: int | None = None,
        on_bytes: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        self._folder = folder
        self._limit = upload_limit
        self._reset_after = reset_after
        self._on_bytes = on_bytes
        self.seen = 0
        self._uploaded = 0
        self.body = Body()

    async def read(self, request: web.Request) -> Body:
        self._count(0)
        self.body.params.update(request.query)
        if request.content_type.startswith("multipart/"):
            await self._multipart(request)
        elif request.can_read_body:
            self._count(request.content_length or 0)
            self.body.params.update(await _plain(request))
        if self._uploaded > self._limit:
            raise ApiError(413, "Request Entity Too Large")
        _check_encoding(self.body.params)
        return self.body

    async def _multipart(self, request: web.Request) -> None:
        try:
            reader = await request.multipart()
            while (part := await reader.next()) is not None:
                if isinstance(part, MultipartReader):
                    raise bad_request("can't parse multipart/form-data request")
                await self._part(part)
        except ValueError:
            raise bad_request("can't parse multipart/form-data request") from None

    async def _part(self, part: BodyPartReader) -> None:
        name = part.name or ""
        if part.filename is None:
            self.body.params[name] = await self._field(part)
            return
        target = self._folder / f"upload-{uuid.uuid4().hex}"
        upload = Upload(part.filename, part.headers.get("Content-Type"), target)
        self.body.uploads[name] = upload
        with _writer(target) as file:
            while block := await part.read_chunk(BLOCK):
                self._count(len(block))
                if self._on_bytes is not None:
                    await self._on_bytes(self.seen)
                self._uploaded += len(block)
                if self._uploaded <= self._limit:
                    file.write(block)
                upload.size += len(block)

    async def _field(self, part: BodyPartReader) -> str:
        value = bytearray()
        while block := await part.read_chunk(BLOCK):
            self._count(len(block))
            value += block
            if len(value) > _LONGEST_FIELD:
                raise ApiError(413, "Request Entity Too Large")
        return _utf8(bytes(value))

    def _count(self, size: int) -> None:
        self.seen += size
        if self._reset_after is not None and self.seen >= self._reset_after:
            raise ConnectionDropped


def _writer(path: Path) -> IO[bytes]:
    return path.open("xb")


async def _plain(request: web.Request) -> Mapping[str, Any]:
    if request.content_type == "application/json":
        return _json_object(await request.read())
    if request.content_type == _FORM:
        return {name: str(value) for name, value in (await request.post()).items()}
    await request.read()
    return {}


def _json_object(raw: bytes) -> dict[str, Any]:
    if not raw.strip():
        return {}
    try:
        value = json.loads(_utf8(raw))
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object: expected an object")
    return value


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _check_encoding(params: Mapping[str, Any]) -> None:
    """JSON can spell half of a surrogate pair, which is no text."""
    try:
        json.dumps(params, ensure_ascii=False).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        raise bad_request("strings must be encoded in UTF-8") from None


def answer(result: object) -> web.Response:
    """`{"ok": true, "result": …}`."""
    return web.json_response({"ok": True, "result": result}, dumps=_dumps)


def refusal(error: ApiError) -> web.Response:
    """`{"ok": false, …}` with the HTTP status of the error."""
    content: dict[str, Any] = {
        "ok": False,
        "error_code": error.status,
        "description": error.description,
    }
    if error.parameters is not None:
        content["parameters"] = error.parameters
    response = web.json_response(content, status=error.status, dumps=_dumps)
    if error.parameters and "retry_after" in error.parameters:
        response.headers["Retry-After"] = str(error.parameters["retry_after"])
    return response


def drop(request: web.Request) -> web.Response:
    """Reset the connection now. The response returned never reaches anybody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
