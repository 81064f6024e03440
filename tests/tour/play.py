"""Plays the tour: for each conversation a stand-in and the real bot on the host's ffmpeg."""

import tempfile
from pathlib import Path
from typing import Final

from bot.logs.records import configure_logging
from standin import StandIn
from tests.support import footage as footage_
from tests.support.footage import Footage
from tests.support.stage import UNPACED, Stage
from tests.tour.programme import TOUR, Conversation
from tests.tour.theatre import Theatre

HEAD: Final = """\
# A tour

What people see: conversations with the real bot, played through a Telegram stand-in, with real
videos. Written by `make tour`; a test keeps it true. Times and sizes are put as two seconds and a
tenth of a megabyte, numbers of failures as 3fccbd80, whatever they were.

A message is shown as it was in the end, or where the conversation looked at it.
"""


async def play() -> str:
    """The whole tour as Markdown."""
    parts = [HEAD]
    with tempfile.TemporaryDirectory(prefix="tour-") as name:
        clips = Path(name) / "clips"
        clips.mkdir()
        footage = footage_.make(clips)
        for number, (title, conversation) in enumerate(TOUR, 1):
            parts.append(await played(title, conversation, footage, Path(name) / str(number)))
    return "\n".join(parts)


async def played(title: str, conversation: Conversation, footage: Footage, folder: Path) -> str:
    """One conversation as Markdown; the bot and its log lie in `folder`."""
    home = folder / "bot"
    home.mkdir(parents=True)
    async with StandIn(folder=folder / "telegram", pace=UNPACED, username="the_bot") as standin:
        theatre = Theatre(standin, Stage(standin, home), footage)
        close = configure_logging(theatre.stage.logs, console=False, secrets=[standin.token])
        try:
            await conversation(theatre)
        finally:
            close()
    return theatre.text(title)
