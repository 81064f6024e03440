"""What a tap or a typed text does to a draft. Pure.

An action is ``verb.words``: ``p.PAGE`` shows a page, ``s.NAME=VALUE&…`` sets options, ``go`` starts
(``go.NAME=VALUE`` sets first), ``t.FIELD`` asks for something to be typed, ``f.0`` and ``f.1`` say
whether the result comes as a plain file, ``e.ROLE`` takes a file off that came beside it,
``j.up.N`` moves the part of a number up and ``j.off.N`` takes it off, ``j.all`` makes one video of
an album's; ``first.N`` starts with the first N of an album's files, ``parts.TARGET`` with a film
in several parts, ``shots`` with several pictures of it, ``m.WORDS`` chooses a part by its moments
(see `moments`), ``x`` closes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.dialog.draft import JOIN_PAGE, MAIN, PART_PAGE, Draft
from bot.dialog.screens import joining, moments, pieces, shots
from bot.dialog.screens.option_pages import OPTION_PAGE, TYPE_PAGE
from bot.dialog.screens.screens import PAGES
from bot.dialog.typed import typed
from bot.dialog.wish import changed
from bot.jobs.model import Role
from bot.names import clean
from converter.formats import TARGETS
from converter.options import OPTIONS
from converter.request import Request

# Beside the options' own names.
FIELDS: Final = frozenset({"trim", "name"})
LONGEST_NAME: Final = 100


class Then(StrEnum):
    """What follows."""

    SHOW = "show"
    START = "start"
    CLOSE = "close"
    TYPE = "type"
    DETACH = "detach"
    COLLECT = "collect"
    ARRANGE = "arrange"


@dataclass(frozen=True, slots=True)
class Step:
    """The draft after an event, and what follows; `field` is what is to be typed, the role of what
    is taken off, or how parts are arranged; `wishes` are several to start with, instead of the
    draft's own."""

    draft: Draft
    then: Then = Then.SHOW
    field: str = ""
    wishes: tuple[Request, ...] = ()


def tap(draft: Draft, action: str) -> Step | None:
    """A button was tapped; None for an action that nobody knows: forged, or another version's.
    Raises Refused for a value that is none."""
    verb, _, words = action.partition(".")
    known = _VERBS.get(verb)
    return None if known is None else known(draft, words)


def type_in(draft: Draft, field: str, text: str) -> Step:
    """Something was typed. Raises ValueError for what can't be understood, Refused for what makes
    no sense."""
    if field == "name":
        name = clean(text)[:LONGEST_NAME]
        if not name:
            raise ValueError("a name that nobody can see")
        return Step(replace(draft, source=replace(draft.source, name=name)).at(MAIN))
    seconds = draft.planned.info.duration if draft.planned else None
    return Step(_with(draft, typed.read(field, text, seconds)).at(MAIN))


def unworded(draft: Draft) -> Draft:
    """Without what was wished for subtitles, where the file has none of its own."""
    if draft.seen is not None and draft.seen.info.subtitles:
        return draft
    return _with(draft, {"subtitles": ""})


def _page(draft: Draft, words: str) -> Step | None:
    number = words.removeprefix(PART_PAGE)
    if words == JOIN_PAGE or (words.startswith(PART_PAGE) and number.isdecimal()):
        return Step(draft.at(words), Then.COLLECT) if joining.joinable(draft) else None
    option = words.removeprefix(OPTION_PAGE)
    known = words in PAGES or (words.startswith(OPTION_PAGE) and option in OPTIONS)
    known |= words == moments.PAGE and bool(moments.offered(draft))
    return Step(draft.at(words)) if known else None


def _set(draft: Draft, words: str) -> Step | None:
    values = _values(words)
    if values is None:
        return None
    after = "more" if draft.page.startswith(OPTION_PAGE) else draft.page
    return Step(_with(draft, values).at(after))


def _go(draft: Draft, words: str) -> Step | None:
    values = _values(words) if words else {}
    if values is None:
        return None
    return Step(_with(draft, values).at(MAIN) if values else draft, Then.START)


def _type(draft: Draft, words: str) -> Step | None:
    if words not in FIELDS and words not in OPTIONS:
        return None
    return Step(draft.at(TYPE_PAGE + words), Then.TYPE, words)


def _file(draft: Draft, words: str) -> Step | None:
    return Step(replace(draft, as_file=words == "1")) if words in {"0", "1"} else None


def _take_off(draft: Draft, words: str) -> Step | None:
    if words not in set(Role) or words == Role.PART:
        return None
    return Step(unworded(draft) if words == Role.SUBTITLE else draft, Then.DETACH, words)


def _arrange(draft: Draft, words: str) -> Step | None:
    after = joining.arranged(draft, words)
    return None if after is None else Step(draft.at(after.page), Then.ARRANGE, words)


def _parts(draft: Draft, words: str) -> Step | None:
    wishes = pieces.parts(draft, words) if words in TARGETS else ()
    return Step(draft, Then.START, wishes=wishes) if wishes else None


def _moment(draft: Draft, words: str) -> Step | None:
    chosen = moments.tapped(draft, words)
    return None if chosen is None else Step(chosen)


def _shots(draft: Draft, words: str) -> Step | None:
    if words or not shots.count(draft):
        return None
    return Step(shots.wanted(draft), Then.START)


def _first(draft: Draft, words: str) -> Step | None:
    if not words.isdecimal() or not 0 < int(words) <= len(draft.files):
        return None
    files = draft.files[: int(words)]
    return Step(replace(draft, files=files).at(MAIN), Then.START)


def _close(draft: Draft, words: str) -> Step | None:
    return None if words else Step(draft, Then.CLOSE)


_VERBS: Final[Mapping[str, Callable[[Draft, str], Step | None]]] = {
    "p": _page,
    "s": _set,
    "go": _go,
    "t": _type,
    "f": _file,
    "first": _first,
    "parts": _parts,
    "e": _take_off,
    "shots": _shots,
    "m": _moment,
    "j": _arrange,
    "x": _close,
}


def _with(draft: Draft, values: Mapping[str, str]) -> Draft:
    return replace(draft, request=changed(draft.request, **values))


def _values(words: str) -> dict[str, str] | None:
    """``a=1&b=`` as options; None for what holds another name, or none."""
    pairs = [part.partition("=") for part in words.split("&")]
    if not all(name in OPTIONS and equals for name, equals, _ in pairs):
        return None
    return {name: value for name, _, value in pairs}
