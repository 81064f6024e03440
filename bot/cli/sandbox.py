"""`sandbox`: the whole bot on this machine, with a stand-in for Telegram and a page to chat on."""

import asyncio
import contextlib
import ipaddress
import os
import secrets
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.cli.borrowed import apart
from bot.cli.sandbox_insight import Insight
from bot.cli.sandbox_keeper import Keeper
from bot.cli.sandbox_words import page_words
from bot.conversions import StartError
from bot.logs.records import configure_logging
from bot.settings import Settings, SettingsError, load_settings
from standin import Local, StandIn
from standin.web import Backstage, Page, PortTakenError, sandbox

_LOOPBACK: Final = "127.0.0.1"
_PROJECT: Final = Path(__file__).parents[2]
_NOT_PUBLIC: Final = "--listen is for a page that strangers may use: give --public with it"


@dataclass(frozen=True, slots=True)
class Manner:
    """Where the page is served, and for whom: `public` is for strangers; `show` opens it where
    there is a screen."""

    port: int
    listen: str = _LOOPBACK
    public: bool = False
    show: bool = False


def run_sandbox(manner: Manner) -> int:
    """Serve until SIGINT or SIGTERM. 0 = ended in good order, 1 = could not start or go on, 2 =
    wrong call."""
    if not (manner.public or _is_loopback(manner.listen)):
        sys.stderr.write(f"{_NOT_PUBLIC}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        close_logs = configure_logging(Path(folder) / "page", console=False)
        try:
            asyncio.run(_sandbox(Path(folder), manner))
        except PortTakenError as error:
            return _complain(f"{error}; choose another with --port")
        except (StartError, SettingsError) as error:
            return _complain(str(error))
        finally:
            close_logs()
    return 0


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _complain(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


async def _sandbox(folder: Path, manner: Manner) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # A server of the bot's own has no bound of 20 MB for files.
    local = Local(folder / "server")
    # Nobody else on this machine, and no page of another site, can be the bot.
    token = f"1:{secrets.token_hex(20)}"
    async with StandIn(token, folder=folder / "telegram", local=local) as standin:
        given = apart(standin, folder) | {"telegram_local": True}
        settings = load_settings(**given)
        keeper = Keeper(standin, given, folder)
        backstage = Backstage(Insight(settings, _places(folder)), keeper.restart)
        async with sandbox(
            standin,
            page_words(),
            host=manner.listen,
            port=manner.port,
            public=manner.public,
            backstage=backstage,
        ) as page:
            await _until_stopped(_serve(keeper, page, settings, manner), stop)


async def _serve(keeper: Keeper, page: Page, settings: Settings, manner: Manner) -> None:
    """Until the bot can't go on. Raises StartError."""
    async with keeper.running():
        _announce(page, settings.log_dir, show=manner.show)
        await keeper.ended()


async def _until_stopped(serving: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    task, stopped = asyncio.create_task(serving), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not task.done():
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _places(folder: Path) -> list[Path]:
    """Whose names tell who runs this, and where."""
    return [folder, Path(tempfile.gettempdir()), _PROJECT, Path.cwd(), Path.home()]


def _announce(page: Page, logs: Path, *, show: bool) -> None:
    sys.stdout.write(
        f"The sandbox is open: {page.url}\n"
        f"Ctrl-C ends it and removes its files; until then its log is {logs / 'bot.log'}\n"
    )
    sys.stdout.flush()
    has_screen = sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    if show and has_screen:
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(page.url)
