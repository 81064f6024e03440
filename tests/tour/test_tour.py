"""The tour in the documents is what the bot says today."""

from tests.tour.__main__ import DOCUMENT
from tests.tour.play import play


async def test_the_tour_is_true() -> None:
    assert await play() == DOCUMENT.read_text(encoding="utf-8"), "make tour"
