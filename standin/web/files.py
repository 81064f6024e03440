"""The files of a visitor's own chat, by the message that has them: no file has an address of its
own that could be guessed."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from standin.contents import format_of
from standin.views import Media, SeenMessage
from standin.web.questions import message_at
from standin.web.refusals import Refusal
from standin.web.seats import Seat
from standin.web.shown import COVER, FILE, THUMBNAIL
from standin.web.visitors import Visitor

# What a page may show, told by the bytes and never by a name; all else is for keeping alone.
_SHOWN = {
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "m4a": "audio/mp4",
    "mkv": "video/x-matroska",
    "mov": "video/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "png": "image/png",
    "webm": "video/webm",
    "webp": "image/webp",
}
_UNKNOWN = "application/octet-stream"
# Should somebody open one as a page of its own, it can do nothing.
_HARMLESS = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'none'; sandbox"


async def answer(request: web.Request, _visitor: Visitor, seat: Seat) -> web.StreamResponse:
    """The file, whole or in the range that was asked for. Raises Refusal."""
    path, name = _find(message_at(seat, request), request.match_info["part"])
    try:
        mime_type = _SHOWN.get(await asyncio.to_thread(format_of, path), _UNKNOWN)
    except OSError:
        raise Refusal(404, "gone") from None
    save = "save" in request.query or mime_type == _UNKNOWN
    return web.FileResponse(
        path,
        headers={
            "Content-Type": mime_type,
            "Content-Disposition": _disposition(name, save=save),
            "Content-Security-Policy": _HARMLESS,
            "Cache-Control": "private, no-cache",
        },
    )


def _find(message: SeenMessage, part: str) -> tuple[Path, str]:
    media = message.media
    path = None if media is None else _part(media, part)
    if media is None or path is None:
        raise Refusal(404, "gone")
    return path, media.file_name or f"{media.kind}-{message.id}{path.suffix}"


def _part(media: Media, part: str) -> Path | None:
    pictures = {THUMBNAIL: media.thumbnail, COVER: media.cover}
    if part == FILE:
        return media.path
    picture = pictures.get(part)
    return None if picture is None else picture.path


def _disposition(name: str, *, save: bool) -> str:
    kind = "attachment" if save else "inline"
    return f"{kind}; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
