"""The conversations of the tour."""

from collections.abc import Awaitable, Callable
from typing import Final

from standin import SeenMessage
from tests.support.footage import Footage
from tests.tour.scribe import Scribe

Conversation = Callable[[Scribe, Footage], Awaitable[None]]


def says(words: str) -> Callable[[SeenMessage], bool]:
    """A look for a message with these words."""
    return lambda message: words in message.text


async def first_video(scribe: Scribe, footage: Footage) -> None:
    """Nothing to read, nothing to tap."""
    await scribe.writes("/start")
    await scribe.sees(says("Send me a video"))
    await scribe.sends(footage.quick, "holiday.avi")
    await scribe.gets("video")
    await scribe.sees(says("Ready"))


async def russian(scribe: Scribe, footage: Footage) -> None:
    """The same in Russian."""
    await scribe.sends(footage.remux, "отпуск.mkv")
    await scribe.gets("video")


async def another_format(scribe: Scribe, footage: Footage) -> None:
    """A running job is stopped and made into something else: two taps."""
    await scribe.sends(footage.slow, "concert.mkv")
    status = await scribe.sees(says("Converting"))
    await scribe.taps(status, "Change…")
    await scribe.sees_it(status, "re-encoded")
    await scribe.taps(status, "Picture")
    await scribe.gets("document")


async def ask_first(scribe: Scribe, footage: Footage) -> None:
    """A card says what a file is, and what a choice costs."""
    await scribe.writes("/settings")
    settings = await scribe.sees(says("Settings"))
    await scribe.taps(settings, "ask me first")
    await scribe.sends(footage.quick, "clip.avi")
    card = await scribe.sees(lambda message: "re-encoded" in message.text)
    await scribe.taps(card, "Smaller…")
    await scribe.sees_it(card, "A tap converts")
    await scribe.taps(card, "Back")
    await scribe.taps(card, "Trim…")
    await scribe.taps(card, "From")
    await scribe.sees_it(card, "as a message")
    await scribe.writes("0:00.5-0:01.5")
    moved = await scribe.sees(says("✂️ 0:00.5"))
    await scribe.taps(moved, "Convert")
    await scribe.gets("video")


async def by_command(scribe: Scribe, footage: Footage) -> None:
    """A format in a few words."""
    film = await scribe.sends(footage.remux, "film.mkv")
    first = await scribe.gets("video")
    await scribe.writes("/convert gif", reply_to=film)
    await scribe.gets("document", besides=(first,))
    await scribe.sends(footage.quick, "talk.avi", caption="/convert mp3")
    await scribe.gets("audio")
    await scribe.writes("/convert exe")
    await scribe.sees(says("I don't know"))


async def under_a_result(scribe: Scribe, footage: Footage) -> None:
    """The same again, and the history of it."""
    await scribe.sends(footage.quick, "clip.avi")
    result = await scribe.gets("video")
    await scribe.taps(result, "As a file")
    await scribe.gets("document")
    await scribe.taps(result, "Delete")
    await scribe.writes("/history")
    await scribe.sees(says("Your last files"))


async def no_video(scribe: Scribe, footage: Footage) -> None:
    """What can't be converted is said in a sentence."""
    notes = footage.quick.with_name("notes.txt")
    notes.write_text("not a video\n" * 50)
    await scribe.sends(notes, "holiday.mp4")
    await scribe.sees(says("This is a text"))


async def forgotten(scribe: Scribe, footage: Footage) -> None:
    """What is kept, and how all of it goes."""
    await scribe.writes("/privacy")
    await scribe.sees(says("What I keep"))
    await scribe.writes("/forget")
    ask = await scribe.sees(says("Shall I delete"))
    await scribe.taps(ask, "Yes")
    await scribe.sees_it(ask, "Deleted")


TOUR: Final[tuple[tuple[str, str, Conversation], ...]] = (
    ("A first video", "en", first_video),
    ("По-русски", "ru", russian),
    ("Another format, two taps", "en", another_format),
    ("Asked first", "en", ask_first),
    ("A format in a few words", "en", by_command),
    ("Under a result", "en", under_a_result),
    ("No video", "en", no_video),
    ("What is kept", "en", forgotten),
)
