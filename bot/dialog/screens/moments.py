"""A part of a film chosen by its pictures: the moment where it begins, then the one where it ends.
Pure.

The pages are ``moments`` and, once the beginning is chosen, ``moments-N`` with its number from 0.
An action is ``m.N``, ``m.N.N``, or ``m.all`` for the whole film.
"""

from typing import Final

from bot.dialog.draft import MAIN, Draft
from bot.dialog.screen import Button
from bot.dialog.screens.view import Row, View, in_rows
from bot.dialog.wish import changed
from bot.texts.moments import rounded
from bot.texts.sentences import clock
from converter.planning import moments

PAGE: Final = "moments"
# As many as a sheet has room for.
MOST: Final = 9
_IN_A_ROW: Final = 3
_WHOLE: Final = "all"


def offered(draft: Draft) -> tuple[float, ...]:
    """The moments of its file, in seconds; none where they aren't known or can't be shown."""
    if draft.several or draft.seen is None or not moments.findable(draft.seen.info):
        return ()
    found = rounded(moments.spread(draft.seen.info.duration, MOST))
    return tuple(found) if len(found) >= moments.FEWEST else ()


def labels(draft: Draft) -> tuple[str, ...]:
    """What stands on each picture, and on its button."""
    return tuple(f"{number}  {clock(at)}" for number, at in enumerate(offered(draft), 1))


def is_page(page: str) -> bool:
    """Whether pictures of the moments belong beside it."""
    return page == PAGE or page.startswith(f"{PAGE}-")


def words(view: View) -> str:
    """What the page asks for."""
    begun = _begun(view.draft)
    if begun is None:
        return view.texts("page-moments")
    return view.texts("page-moments-end", start=clock(offered(view.draft)[begun]))


def rows(view: View) -> tuple[Row, ...]:
    """A button for each moment that can be chosen now."""
    begun, texts = _begun(view.draft), view.texts
    first, so_far = (0, "m") if begun is None else (begun + 1, f"m.{begun}")
    told = labels(view.draft)
    buttons = [Button(told[n], f"{so_far}.{n}") for n in range(first, len(told))]
    whole = Button(texts("trim-whole"), f"m.{_WHOLE}")
    rest = (whole,) if begun is None else (Button(texts("moments-to-end"), f"p.{MAIN}"), whole)
    return (*in_rows(buttons, _IN_A_ROW), rest)


def tapped(draft: Draft, said: str) -> Draft | None:
    """The draft after such a tap; None for what is no moment of its file."""
    if said == _WHOLE:
        return _cut(draft, "", "").at(MAIN)
    if not all(word.isdecimal() for word in said.split(".")):
        return None
    found = offered(draft)
    match [int(word) for word in said.split(".")]:
        case [begin] if begin < len(found):
            return _cut(draft, str(found[begin]), "").at(f"{PAGE}-{begin}")
        case [begin, end] if begin < end < len(found):
            return _cut(draft, str(found[begin]), str(found[end])).at(MAIN)
    return None


def _begun(draft: Draft) -> int | None:
    """Which moment was chosen as the beginning."""
    number = draft.page.removeprefix(f"{PAGE}-")
    known = number.isdecimal() and int(number) < len(offered(draft))
    return int(number) if known else None


def _cut(draft: Draft, start: str, end: str) -> Draft:
    return draft.wishing(changed(draft.request, start=start, end=end))
