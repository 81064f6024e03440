"""The tour in the documents is what the bot says today."""

from pathlib import Path

import pytest

from tests.support import footage as footage_
from tests.support.footage import Footage
from tests.tour.__main__ import DOCUMENT
from tests.tour.play import HEAD, played
from tests.tour.programme import TOUR

TITLES = [title for title, _ in TOUR]


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Clips to send."""
    return footage_.make(tmp_path_factory.mktemp("footage"))


def written() -> list[str]:
    """The document's head and its conversations."""
    head, *conversations = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    return [head, *(f"## {conversation}" for conversation in conversations)]


def test_the_tour_has_these_conversations_and_no_others() -> None:
    head, *conversations = written()
    assert head == HEAD, "make tour"
    assert [text.partition("\n")[0] for text in conversations] == [f"## {t}" for t in TITLES]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("title", TITLES)
async def test_the_tour_is_true(title: str, footage: Footage, tmp_path: Path) -> None:
    conversation = dict(TOUR)[title]
    text = await played(title, conversation, footage, tmp_path)
    assert text.rstrip() == written()[TITLES.index(title) + 1].rstrip(), "make tour"
