"""A Bot API server of the operator's own: how it was started, and which folders both see."""

import asyncio
import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from bot.cli.doctor.basics import ask
from bot.cli.doctor.finding import Finding, Level, Problem, look, untried
from bot.cli.doctor.storage import existing, writable
from bot.settings import Settings
from bot.telegram.files.server_files import NotHereError, ServerFiles
from bot.telegram.wire.proxy import TROUBLE

MODE: Final = "own server"
FILES: Final = "its files"
OUTGOING: Final = "LOCAL_FILES_DIR"
MOVED: Final = "logOut"

_CLOUD: Final = "api.telegram.org"
_NO_FILE: Final = (
    "answers; whether it runs with --local is seen once it has a file: give the bot a picture"
    " (/setuserpic at @BotFather) and ask again"
)
_WITHOUT_LOCAL: Final = "start it with --local, or set TELEGRAM_LOCAL=false"
_SAME_PATH: Final = (
    "mount the server's folder here under the path that it has there, in a container too"
)
_GROUP: Final = (
    "add this user to the server's group, which is 101 in its image (usermod -aG 101, or"
    ' group_add: ["101"] in compose.yaml), and log in anew'
)
_DELETE: Final = (
    "let this user write there, or leave it: the server takes its copies away after a day or so"
)
_LOGGED_OUT: Final = (
    "not asked, since any request to api.telegram.org would log the bot in there again; if people"
    " write and no updates come, it still is: call logOut there once (curl"
    " https://api.telegram.org/bot<token>/logOut), and nothing else of that server afterwards"
)


async def examine(settings: Settings) -> list[Finding]:
    """Every row about it; none without one."""
    if not settings.telegram_local:
        idle = "set, but TELEGRAM_LOCAL is false: results are uploaded"
        fix = "set TELEGRAM_LOCAL=true if the server is your own, or take it out"
        unused = settings.local_files_dir is not None
        return [Finding(OUTGOING, Level.WARNING, idle, fix, works=False)] if unused else []
    told: list[str] = []
    mode = await look(MODE, _mode(settings, told))
    if told and mode.works:
        files = await look(FILES, _files(settings, told[0]), lacking=Level.WARNING)
    else:
        files = untried(FILES, "no file of the server's is known", Level.OK)
    outgoing = await look(OUTGOING, _outgoing(settings), lacking=Level.WARNING)
    return [mode, files, outgoing, Finding(MOVED, Level.OK, _LOGGED_OUT)]


async def _mode(known: Settings, told: list[str]) -> str:
    """Whether the server runs with --local, by what it says of a picture that it has; `told` gets
    the path of that."""
    if urlsplit(known.telegram_api_url).hostname == _CLOUD:
        fix = "set TELEGRAM_API_URL to the address of yours, or TELEGRAM_LOCAL=false"
        raise Problem(f"TELEGRAM_LOCAL=true, but {_CLOUD} is Telegram's own", fix)
    if known.telegram_bot_token is None:
        raise Problem("not tried: no token", level=Level.WARNING)
    secret = known.telegram_bot_token.get_secret_value()
    try:
        path = await _any_path(known, secret)
    except (*TROUBLE, TimeoutError, OSError, ValueError):
        raise Problem("it doesn't answer", "see the token's row", level=Level.WARNING) from None
    if path is None:
        return _NO_FILE
    if not path.startswith("/"):
        raise Problem("it was started without --local: no file over 20 MB", _WITHOUT_LOCAL)
    told.append(path)
    return "started with --local"


async def _any_path(known: Settings, secret: str) -> str | None:
    """What the server calls the smallest picture of the bot or of an admin."""
    for person in (secret.partition(":")[0], *known.admins):
        answer = await ask(known, secret, f"getUserProfilePhotos?user_id={person}&limit=1")
        photos = _result(answer).get("photos") or []
        if photos and photos[0]:
            name = quote(str(photos[0][0].get("file_id", "")))
            found = _result(await ask(known, secret, f"getFile?file_id={name}")).get("file_path")
            if isinstance(found, str):
                return found
    return None


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    result = answer.get("result")
    return result if isinstance(result, dict) else {}


async def _files(known: Settings, told: str) -> str:
    """Whether the server's files can be read here, and taken away after use."""
    token = known.telegram_bot_token
    secret = token.get_secret_value() if token is not None else ""
    try:
        path = await ServerFiles(secret, 0).look(told)
    except NotHereError as error:
        denied = os.strerror(errno.EACCES) in str(error)
        raise Problem(
            f"{error}: they are streamed, or lost", _GROUP if denied else _SAME_PATH
        ) from None
    if not await asyncio.to_thread(os.access, path.parent, os.W_OK | os.X_OK):
        raise Problem("read where they lie, but can't be deleted after use", _DELETE)
    return "read where they lie, and deleted after use"


async def _outgoing(known: Settings) -> str:
    """Whether results can be handed over by their path."""
    folder = known.local_files_dir
    if folder is None:
        return "not set: results are uploaded to the server, which writes them to its disk"
    await writable(OUTGOING, folder)
    try:
        await asyncio.to_thread(_linked, known.data_dir, folder)
    except OSError as error:
        reason = (
            "it is on another file system than DATA_DIR, or another mount"
            if error.errno == errno.EXDEV
            else f"no hard link can be made there: {error.strerror}"
        )
        fix = "put both on one file system; in a container, into one volume"
        raise Problem(f"{reason}: results are uploaded", fix) from None
    shut = await asyncio.to_thread(_shut, folder)
    if shut is not None:
        raise Problem(f"the server's user can't enter {shut}", f"chmod o+x {shut}")
    return f"{folder}: results go there without being copied; the server must see it there too"


def _linked(data_dir: Path, folder: Path) -> None:
    """Try it. Raises OSError."""
    here, there = existing(data_dir), existing(folder)
    with (
        tempfile.NamedTemporaryFile(dir=here, prefix="doctor-") as file,
        tempfile.TemporaryDirectory(dir=there, prefix="doctor-") as place,
    ):
        os.link(file.name, Path(place) / "link")


def _shut(folder: Path) -> Path | None:
    """The first folder on the way that only its own people may enter."""
    way = [place for place in (folder, *folder.parents) if place.is_dir()]
    closed = [place for place in way if not place.stat().st_mode & stat.S_IXOTH]
    return closed[-1] if closed else None
