"""Several videos that are to become one: their order, and what a card says and offers of them.
Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.dialog.draft import JOIN_PAGE, MAIN, PART_PAGE, Draft
from bot.dialog.screen import Button, Style
from bot.dialog.screens.view import Row, View
from bot.jobs.extras import of_others, parts_of
from bot.jobs.model import Extra, Role
from bot.names import elided
from bot.texts import Texts
from bot.texts.sentences import clock, shown_name, size
from converter.join import MOST

_LONGEST: Final = 40
_TAIL: Final = 8
# What a button does with the part of a number, counted from 1.
UP, OFF, ALBUM = "up", "off", "all"


def parts(draft: Draft) -> tuple[Extra, ...]:
    """All of them in their order, the draft's own file first."""
    length = draft.seen.info.duration if draft.seen else None
    first = Extra(Role.PART, draft.source, seconds=length or 0.0)
    return (first, *parts_of(draft.extras))


def seconds(draft: Draft) -> float | None:
    """How long the whole will be; None where nobody knows it of all."""
    lengths = [part.seconds for part in parts(draft)]
    return sum(lengths) if all(lengths) else None


def bytes_of(draft: Draft) -> int:
    """Of all together, as far as they are known."""
    return sum(part.source.size for part in parts(draft))


def joinable(draft: Draft) -> bool:
    """Whether more videos may follow it."""
    return not draft.files and (not draft.trouble or bool(parts_of(draft.extras)))


def added(draft: Draft, part: Extra) -> Draft:
    """With one more, after those whose messages came before; the same message adds one."""
    there = parts_of(draft.extras)
    if part.message_id and any(one.message_id == part.message_id for one in there):
        return draft
    at = len(there)
    while at and _after(there[at - 1], part):
        at -= 1
    return _with(draft, (*there[:at], part, *there[at:]))


def _after(one: Extra, other: Extra) -> bool:
    numbers = [extra.message_id for extra in (one, other)]
    return all(n.isdecimal() for n in numbers) and int(numbers[0]) > int(numbers[1])


def arranged(draft: Draft, words: str) -> Draft | None:
    """After a tap: ``up.N``, ``off.N``, or ``all`` for an album; None where that means nothing."""
    if words == ALBUM:
        return _of_album(draft)
    verb, _, number = words.partition(".")
    everything = list(parts(draft))
    if not number.isdecimal() or not 1 <= int(number) <= len(everything) or len(everything) == 1:
        return None
    at = int(number) - 1
    if verb == UP and at > 0:
        everything[at - 1], everything[at] = everything[at], everything[at - 1]
    elif verb == OFF:
        del everything[at]
    else:
        return None
    return _in_order(draft, everything).at(JOIN_PAGE)


def _of_album(draft: Draft) -> Draft | None:
    if not draft.files:
        return None
    first, *others = draft.files
    found = tuple(
        Extra(Role.PART, sent.source, message_id=sent.message_id) for sent in others[: MOST - 1]
    )
    return _with(replace(draft, files=(), source=first.source), found).at(MAIN)


def _in_order(draft: Draft, everything: Sequence[Extra]) -> Draft:
    first, *others = everything
    draft = _with(draft, tuple(others))
    if first.source == draft.source:
        return draft
    return replace(draft, source=first.source, seen=None, trouble="")


def _with(draft: Draft, found: tuple[Extra, ...]) -> Draft:
    return replace(draft, extras=(*of_others(draft.extras), *found))


# --- what is said and offered


def line(texts: Texts, draft: Draft) -> str:
    """``➕ Joined: 3 videos, 1:25``."""
    length = seconds(draft)
    told = texts("join-line", count=len(parts(draft)))
    return told if length is None else f"{told}, {clock(round(length))}"


def lines(texts: Texts, draft: Draft) -> list[str]:
    """Each part by its name, as long and as large as it is known to be."""
    return [
        texts("join-part", number=number, part=_told(texts, part))
        for number, part in enumerate(parts(draft), 1)
    ]


def _told(texts: Texts, part: Extra) -> str:
    told = [elided(shown_name(part.source.name), _LONGEST, _TAIL)]
    told += [clock(round(part.seconds))] if part.seconds else []
    told += [size(texts, part.source.size)] if part.source.size else []
    return " · ".join(told)


def text(view: View, page: str) -> str:
    """What the page says below the card."""
    if page == JOIN_PAGE:
        told = [view.texts("page-join", most=MOST), *lines(view.texts, view.draft)]
        return "\n".join(told)
    return lines(view.texts, view.draft)[_number(view, page) - 1]


def page_rows(view: View, page: str) -> tuple[Row, ...]:
    """All parts to tap at, or what can be done with one of them."""
    texts = view.texts
    if page == JOIN_PAGE:
        found = [
            (Button(texts("join-tap", number=number, name=_short(part)), f"p.{PART_PAGE}{number}"),)
            for number, part in enumerate(parts(view.draft), 1)
        ]
        done = (Button(texts("join-done"), f"p.{MAIN}", Style.GOOD),)
        return (*(found if len(found) > 1 else ()), done)
    number, count = _number(view, page), len(parts(view.draft))
    rows: list[Row] = []
    if number > 1:
        rows.append((Button(texts("join-up"), f"j.{UP}.{number}"),))
    if count > 1:
        rows.append((Button(texts("join-off"), f"j.{OFF}.{number}"),))
    return (*rows, (Button(texts("menu-back"), f"p.{JOIN_PAGE}"),))


def _short(part: Extra) -> str:
    return elided(shown_name(part.source.name), _LONGEST, _TAIL)


def _number(view: View, page: str) -> int:
    """The part that a page is about; the last where there are fewer by now."""
    words = page.removeprefix(PART_PAGE)
    return max(1, min(int(words) if words.isdecimal() else 1, len(parts(view.draft))))


def rows(view: View) -> tuple[Row, ...]:
    """The way to them, where there are several already, or could be."""
    draft, texts = view.draft, view.texts
    if draft.files:
        return ((Button(texts("join-album"), f"j.{ALBUM}"),),)
    if len(parts(draft)) == 1:
        return ()
    return ((Button(texts("menu-join"), f"p.{JOIN_PAGE}"),),)
