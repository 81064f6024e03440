"""Wishes changed one option at a time: what no longer goes together gives way to what was said
last. Pure."""

from typing import Final

from converter.errors import Refused
from converter.formats import TARGETS, Target
from converter.media import MediaInfo
from converter.options import OPTIONS
from converter.request import Request, dump, parse, usual

_MOST_TURNS: Final = len(OPTIONS) + 1


def changed(request: Request, **values: str) -> Request:
    """The request with these options as said, "" for as usual, and without those that mean nothing
    beside them. Raises Refused (BAD_REQUEST) for a value that is none by itself."""
    words = dump(request)
    for name, value in values.items():
        if value:
            words[name] = value
        else:
            words.pop(name, None)
    for _ in range(_MOST_TURNS):
        try:
            return parse(words)
        except Refused as error:
            victim = _gives_way(error, values)
            if victim not in words:
                raise
            del words[victim]
    raise AssertionError("options that never agree")


def _gives_way(error: Refused, values: dict[str, str]) -> str:
    """The option to be left out: the one that was not just said."""
    option, other = str(error.facts.get("option", "")), str(error.facts.get("other", ""))
    if option not in values:
        return option
    return other if other and other not in values else ""


def said(request: Request, name: str) -> str:
    """What an option is, in the words of `dump`; "" for as usual."""
    return dump(request).get(name, "") if name != "target" else request.target


def is_usual(request: Request, name: str) -> bool:
    """Whether nobody spoke of it."""
    return bool(getattr(request, name) == usual(name))


def targets_for(info: MediaInfo | None) -> tuple[Target, ...]:
    """The targets that make sense of a file: none with a picture where there is none, no sound
    where there is none. All, as long as nobody has looked."""
    if info is None:
        return tuple(TARGETS.values())
    return tuple(
        target
        for target in TARGETS.values()
        if (info.videos if target.picture is not None else info.audios)
    )
