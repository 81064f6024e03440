"""What a person wants every time, and the screen to change it. Pure."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from bot.dialog.card import target_name, value_text
from bot.dialog.screen import Button, Screen, Style
from bot.dialog.wish import changed, said
from bot.texts import LOCALES, Texts
from converter.errors import Refused
from converter.formats import TARGETS
from converter.options import Quality
from converter.request import Request, dump, parse

MAIN: Final = "main"
_SWITCHES: Final = ("ask", "quiet")


@dataclass(frozen=True, slots=True)
class Preferences:
    """`ask`: show the menu first instead of converting at once. `request` is the wish to begin
    with. `locale` is a catalogue, "" for the messenger's word. `quiet`: no sound when a result is
    there."""

    ask: bool = False
    quiet: bool = False
    locale: str = ""
    request: Request = field(default_factory=Request)

    def dump(self) -> dict[str, Any]:
        """As JSON takes it."""
        wish = dump(self.request)
        return {"ask": self.ask, "quiet": self.quiet, "locale": self.locale, "request": wish}

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self:
        """What `dump` made; what another version made and this one can't read is as usual."""
        try:
            request = parse(data.get("request", {}))
        except Refused:
            request = Request()
        locale = str(data.get("locale", ""))
        return cls(
            ask=data.get("ask") is True,
            quiet=data.get("quiet") is True,
            locale=locale if locale in LOCALES else "",
            request=request,
        )


def step(preferences: Preferences, action: str) -> tuple[Preferences, str] | None:
    """What a tap does: the preferences and the page after it. ``p.PAGE``, ``ask``, ``quiet``,
    ``l.LOCALE``, ``target.KEY``, ``quality.KEY``; None for what nobody knows."""
    verb, _, word = action.partition(".")
    if verb == "p":
        return (preferences, word) if word in _PAGES else None
    after = _after(preferences, verb, word)
    return None if after is None else (after, MAIN)


def _after(now: Preferences, verb: str, word: str) -> Preferences | None:
    if (verb, word) == ("ask", ""):
        return replace(now, ask=not now.ask)
    if (verb, word) == ("quiet", ""):
        return replace(now, quiet=not now.quiet)
    if verb == "l" and word in {"", *LOCALES}:
        return replace(now, locale=word)
    if (verb == "target" and word in TARGETS) or (verb == "quality" and word in set(Quality)):
        with contextlib.suppress(Refused):  # a quality that this format doesn't know
            return replace(now, request=changed(now.request, **{verb: word}))
        return now
    return None


def screen(texts: Texts, preferences: Preferences, page: str = MAIN) -> Screen:
    """A page of /settings."""
    rows = _PAGES[page](texts, preferences)
    if page != MAIN:
        rows = (*rows, (Button(texts("menu-back"), f"p.{MAIN}"),))
    return Screen(texts("settings"), rows)


Row = tuple[Button, ...]


def _main(texts: Texts, now: Preferences) -> tuple[Row, ...]:
    quality = value_text(texts, "quality", str(now.request.quality))
    named = {
        "format": target_name(texts, now.request.target),
        "quality": quality,
        "language": texts(f"language-{now.locale or 'auto'}"),
    }
    pages = [
        (Button(texts(f"settings-{page}", now=value), f"p.{page}"),)
        for page, value in named.items()
    ]
    switches = [
        (Button(("☑️ " if getattr(now, name) else "") + texts(f"settings-{name}"), name),)
        for name in _SWITCHES
    ]
    return (*pages, *switches)


def _formats(texts: Texts, now: Preferences) -> tuple[Row, ...]:
    buttons = [
        _one(target_name(texts, key), f"target.{key}", now.request.target == key) for key in TARGETS
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _qualities(texts: Texts, now: Preferences) -> tuple[Row, ...]:
    chosen = said(now.request, "quality") or str(now.request.quality)
    return tuple(
        (_one(value_text(texts, "quality", str(q)), f"quality.{q}", chosen == str(q)),)
        for q in Quality
    )


def _languages(texts: Texts, now: Preferences) -> tuple[Row, ...]:
    return tuple(
        (_one(texts(f"language-{locale or 'auto'}"), f"l.{locale}", now.locale == locale),)
        for locale in ("", *LOCALES)
    )


def _one(label: str, action: str, chosen: bool) -> Button:
    return Button(("☑️ " if chosen else "") + label, action, Style.MAIN if chosen else Style.PLAIN)


_PAGES: Final = {MAIN: _main, "format": _formats, "quality": _qualities, "language": _languages}
