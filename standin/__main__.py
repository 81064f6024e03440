"""A chat in the terminal with a bot that runs elsewhere: `python -m standin`."""

import argparse
import asyncio
import contextlib
import signal
import sys
import threading
from pathlib import Path

from standin.local import Local
from standin.people import User
from standin.standin import TEST_TOKEN, StandIn

_HELP = """\
Start the bot with TELEGRAM_API_URL={url} TELEGRAM_BOT_TOKEN={token}
Then type here:  any text or /command · send PATH · video PATH · tap BUTTON · quit
"""


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m standin", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes any free port")
    parser.add_argument("--token", default=TEST_TOKEN, help="digits, a colon, anything")
    parser.add_argument("--dir", type=Path, help="where files that the bot sends are kept")
    parser.add_argument(
        "--local", type=Path, help="be a server of the bot's own: the folder of its files"
    )
    parser.add_argument("--lang", default="en", help="language of the person who types")
    return parser.parse_args(argv)


async def serve(arguments: argparse.Namespace) -> None:
    """Run until somebody types `quit` or stops the program; the input may end before."""
    folder = arguments.local
    # Whatever the bot can name is on this machine.
    local = Local(folder.absolute(), outgoing=Path("/")) if folder is not None else None
    async with StandIn(
        arguments.token, folder=arguments.dir, port=arguments.port, local=local
    ) as standin:
        sys.stdout.write(_HELP.format(url=standin.url, token=standin.token))
        sys.stdout.flush()
        _stop_on_sigterm()
        user = standin.user(lang=arguments.lang, name="You")
        show = asyncio.create_task(_show(user))
        try:
            lines = _typed()
            while (line := await lines.get()) != "quit":
                await _obey(user, line)
        finally:
            show.cancel()


def _stop_on_sigterm() -> None:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _typed() -> asyncio.Queue[str]:
    """Lines of the terminal, read by a thread that nobody has to wait for at the end."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())

    threading.Thread(target=read, daemon=True).start()
    return lines


async def _obey(user: User, line: str) -> None:
    word, _, rest = line.partition(" ")
    try:
        if word == "send":
            await user.send_document(rest)
        elif word == "video":
            await user.send_video(rest)
        elif word == "tap":
            message = next(m for m in reversed(user.bot_messages) if m.buttons)
            sys.stdout.write(f"  {await user.tap(message, rest)!r}\n")
        elif line:
            await user.send_text(line)
    except (OSError, AssertionError, StopIteration) as error:
        sys.stdout.write(f"  {type(error).__name__}: {error}\n")


async def _show(user: User) -> None:
    """Print each message of the bot, again whenever it changed."""
    shown: dict[int, str] = {}

    def news() -> list[str] | None:
        now = {m.id: f"{m!r}" + _file(m.file_path if m.media else None) for m in user.bot_messages}
        lines = [line for number, line in now.items() if shown.get(number) != line]
        shown.update(now)
        return lines or None

    while True:
        for line in await user.wait_for(news):
            sys.stdout.write(f"  {line}\n")
        sys.stdout.flush()


def _file(path: Path | None) -> str:
    return "" if path is None else f"\n      {path}"


def main(argv: list[str] | None = None) -> None:
    """The command."""
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(serve(_arguments(argv)))


if __name__ == "__main__":
    main()
