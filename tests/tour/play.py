"""Plays the tour: a stand-in, the real bot on the host's ffmpeg, one conversation after another."""

import tempfile
from pathlib import Path
from typing import Final

from standin import StandIn
from tests.support import footage as footage_
from tests.support.stage import UNPACED, Stage
from tests.tour.conversations import TOUR
from tests.tour.scribe import Scribe, settled

_HEAD: Final = """\
# A tour

What a person sees: conversations with the real bot, played through a Telegram stand-in, with real
videos. Written by `make tour`; a test keeps it true. Times and sizes are put as two seconds and a
tenth of a megabyte, whatever they were.

A message is shown as it was in the end, or where the conversation looked at it.
"""


async def play() -> str:
    """The whole tour as Markdown."""
    parts = [_HEAD]
    with tempfile.TemporaryDirectory(prefix="tour-") as name:
        folder = Path(name)
        clips = folder / "clips"
        clips.mkdir()
        footage = footage_.make(clips)
        async with (
            StandIn(folder=folder / "telegram", pace=UNPACED) as standin,
            Stage(standin, folder / "bot").bot(),
        ):
            for title, lang, conversation in TOUR:
                scribe = Scribe(standin.user(lang=lang, name="Ann"), title)
                await conversation(scribe, footage)
                parts.append(settled(scribe.text()))
    return "\n".join(parts)
