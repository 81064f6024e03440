"""The pages' own files, the same for everybody."""

import hashlib
import mimetypes
from dataclasses import dataclass
from importlib import resources

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Static:
    """A file, and what names its content."""

    body: bytes
    mime_type: str
    tag: str


class StaticFiles:
    """Every file of two folders by its name. There is no way from a name to any other file."""

    def __init__(self) -> None:
        here = resources.files("bot.web.dashboard")
        self._files = {
            item.name: _static(item.name, item.read_bytes())
            for folder in ("static", "vendored")
            for item in (here / folder).iterdir()
        }

    def serve(self, request: web.Request) -> web.Response:
        """A file, unless the browser has it."""
        found = self._files.get(request.match_info["name"])
        if found is None:
            return web.Response(status=404, text="No such file.\n")
        headers = {"ETag": f'"{found.tag}"', "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=found.body, content_type=found.mime_type, headers=headers)


def _static(name: str, body: bytes) -> Static:
    mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Static(body, mime_type, hashlib.sha256(body).hexdigest()[:16])
