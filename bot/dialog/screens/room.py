"""The page of an album that is too much for the queue, its person's own or everybody's: said before
anything starts."""

from typing import Final

from bot.dialog.screen import Button, Style
from bot.dialog.screens.view import Row, View
from bot.jobs.answers import Crowded, QueueFull
from bot.texts.house import crowded

# With how many of the files would be taken now; the second with the seconds until there is more
# room as well, or nothing where nobody knows.
_OWN: Final = "room-"
_HOUSE: Final = "crowd-"


def room_page(answer: QueueFull | Crowded) -> str:
    """The page that tells of it."""
    if isinstance(answer, QueueFull):
        return f"{_OWN}{answer.room}"
    seconds = "" if answer.seconds is None else f"-{answer.seconds:.0f}"
    return f"{_HOUSE}{answer.room}{seconds}"


def is_room_page(page: str) -> bool:
    """Whether it is one of these."""
    return page.startswith((_OWN, _HOUSE))


def text(view: View, page: str) -> str:
    """What it says."""
    texts, count = view.texts, len(view.draft.files)
    room, seconds = _facts(page)
    if page.startswith(_OWN):
        return texts("page-room", room=room, count=count)
    told = crowded(texts, seconds, briefly=True)
    return f"{told}\n{texts('page-crowd', room=room, count=count)}" if room else told


def rows(view: View, page: str, close: Button) -> tuple[Row, ...]:
    """What it offers: to begin with those that there is room for, to try all again, to close."""
    texts, (room, _) = view.texts, _facts(page)
    again = Button(texts("menu-convert"), "go")
    if not room:
        return ((again, close),)
    first = Button(texts("menu-first", room=room), f"first.{room}", Style.GOOD)
    return (first,), (again, close)


def _facts(page: str) -> tuple[int, float | None]:
    room, _, seconds = page.partition("-")[2].partition("-")
    return int(room), float(seconds) if seconds else None
