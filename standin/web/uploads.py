"""Files from the page: taken in piece by piece under a cap, and sent as a messenger would."""

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from pathlib import Path

from aiohttp import ClientPayloadError, web

from standin import albums
from standin.content import FileOptions
from standin.contents import film, format_of
from standin.people import Person
from standin.views import SeenMessage
from standin.web.refusals import Refusal
from standin.web.visitors import Visitor, Waiting

_PIECE = 1024 * 1024
_PATIENCE = 60.0
_AT_ONCE = 3
_LONGEST_NAME = 200
_FILM = frozenset({"mp4", "mov"})
_SOUND = frozenset({"flac", "m4a", "mp3"})


async def receive(
    request: web.Request, visitor: Visitor, *, largest: int, room: int
) -> tuple[str, Waiting]:
    """Store the body of a request; bounds in bytes, of one file and of what there is room for."""
    length = request.content_length
    if length is None:
        raise Refusal(411, "length")
    if length == 0:
        raise Refusal(400, "empty")
    if length > largest:
        raise Refusal(413, "large")
    if length > room or visitor.uploading >= _AT_ONCE:
        raise Refusal(429, "full")
    name = clean(request.query.get("name", ""))
    path = visitor.folder / f"{secrets.token_hex(8)}{_suffix(name)}"
    visitor.stored += length
    visitor.uploading += 1
    waiting = None
    try:
        await _store(request, path)
        waiting = Waiting(path, name)
        return visitor.keep(waiting), waiting
    finally:
        visitor.uploading -= 1
        if waiting is None:
            visitor.stored -= length
            path.unlink(missing_ok=True)


async def _store(request: web.Request, path: Path) -> None:
    """Raises Refusal when nothing comes for too long, when whoever sends leaves, and when the disk
    is full; aiohttp ends a body at its length."""
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(await asyncio.to_thread(path.open, "wb"))
        while True:
            try:
                async with asyncio.timeout(_PATIENCE):
                    piece = await request.content.read(_PIECE)
            except TimeoutError:
                raise Refusal(408, "slow") from None
            except (ConnectionError, ClientPayloadError):
                raise Refusal(400, "network") from None
            if not piece:
                return
            try:
                await asyncio.to_thread(file.write, piece)
            except OSError:
                raise Refusal(507, "full") from None


def clean(name: str) -> str:
    """A file's name as a messenger passes it on: no folders, nothing invisible, not endless."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in last if c.isprintable()).strip(". ")
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > _LONGEST_NAME:
        seen = f"{stem[: _LONGEST_NAME - 20]}{dot}{ending[:12]}"
    return seen or "file"


def _suffix(name: str) -> str:
    """What of a name may be in one of ours on the disk."""
    ending = "".join(c for c in name.rpartition(".")[2] if c.isascii() and c.isalnum())
    return f".{ending[:8].lower()}" if "." in name and ending else ""


async def send(
    person: Person,
    files: Sequence[Waiting],
    caption: str,
    *,
    reply_to: SeenMessage | None,
    album: str | None,
) -> None:
    """Send them as a messenger does: films to be played as videos, several as an album, what
    doesn't mix as plain files. The first has the `caption`."""
    looked = await asyncio.gather(*(asyncio.to_thread(_look, file) for file in files))
    if albums.unmixable(kind for kind, _ in looked) is not None:
        looked = [("document", {}) for _ in looked]
    for file, (kind, facts) in zip(files, looked, strict=True):
        options: FileOptions = {"file_name": file.name, "caption": caption, "reply_to": reply_to}
        options |= facts
        if album is not None and len(files) > 1:
            options["album"] = album
        await person.send_file(kind, file.path, **options)
        caption = ""


def _look(file: Waiting) -> tuple[str, FileOptions]:
    """The kind that a messenger would make of it, and what it would say. Reads the file."""
    found = format_of(file.path)
    if found in _FILM and (seen := film(file.path)) is not None:
        seconds = max(1, round(seen.seconds))
        return "video", {"width": seen.width, "height": seen.height, "duration": seconds}
    if found in _SOUND:
        return "audio", {}
    return ("photo" if found == "jpeg" else "document"), {}
