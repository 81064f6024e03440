"""What a person wants every time, and the screen to change it. Pure."""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from bot.dialog.screen import Button, Screen, Style
from bot.dialog.screens.card import target_name, value_text
from bot.dialog.wish import changed, said
from bot.jobs.model import NewJob
from bot.names import elided
from bot.texts import LOCALES, Texts
from bot.texts.templates import CAPTION_WORDS, NAME_WORDS, checked, name_of
from converter.errors import Refused
from converter.formats import TARGETS
from converter.options import Quality
from converter.request import Request, dump, parse

MAIN: Final = "main"
# The pages where something is to be typed, by the field; and the words that may stand in it.
TYPE: Final = "type-"
TYPED: Final[Mapping[str, Collection[str]]] = {"caption": CAPTION_WORDS, "name": NAME_WORDS}
_SWITCHES: Final = ("ask", "quiet")
# What some taps do to the templates.
_TEMPLATES: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("caption", "none"): {"caption": ""},
    ("usual", "caption"): {"caption": None},
    ("usual", "name"): {"name": None},
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """`ask`: show the menu first instead of converting at once. `request` is the wish to begin
    with. `locale` is a catalogue, "" for the messenger's word. `quiet`: no sound when a result is
    there. `caption` and `name` are templates, see `templates`; None as usual, and an empty caption
    for none."""

    ask: bool = False
    quiet: bool = False
    locale: str = ""
    caption: str | None = None
    name: str | None = None
    request: Request = field(default_factory=Request)

    def dump(self) -> dict[str, Any]:
        """As JSON takes it."""
        wish = dump(self.request)
        switches = {"ask": self.ask, "quiet": self.quiet}
        templates = {"caption": self.caption, "name": self.name}
        return {**switches, **templates, "locale": self.locale, "request": wish}

    def named(self, new: NewJob) -> NewJob:
        """A job with its file called as this person wants it."""
        if self.name is None:
            return new
        return replace(new, source=replace(new.source, name=name_of(self.name, new.source.name)))

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
            caption=_template(data.get("caption"), CAPTION_WORDS),
            name=_template(data.get("name"), NAME_WORDS),
            request=request,
        )


def _template(text: object, words: Collection[str]) -> str | None:
    if text == "":
        return ""
    try:
        return checked(text, words) if isinstance(text, str) else None
    except ValueError:  # another version's
        return None


def typed(now: Preferences, field: str, text: str) -> Preferences:
    """The preferences with a template that was typed for a field of TYPED. Raises ValueError, see
    templates.checked."""
    template = checked(text, TYPED[field])
    if field == "name" and "{name}" not in template:
        raise ValueError("")
    return replace(now, caption=template) if field == "caption" else replace(now, name=template)


def step(preferences: Preferences, action: str) -> tuple[Preferences, str] | None:
    """What a tap does: the preferences and the page after it. ``p.PAGE``, ``ask``, ``quiet``,
    ``l.LOCALE``, ``target.KEY``, ``quality.KEY``, ``caption.none``, ``usual.FIELD``; None for what
    nobody knows."""
    verb, _, word = action.partition(".")
    if verb == "p":
        return (preferences, word) if word in _PAGES else None
    after = _after(preferences, verb, word)
    return None if after is None else (after, MAIN)


def _after(now: Preferences, verb: str, word: str) -> Preferences | None:
    if verb in _SWITCHES and not word:
        turned: dict[str, Any] = {verb: not getattr(now, verb)}
        return replace(now, **turned)
    if (verb, word) in _TEMPLATES:
        return replace(now, **_TEMPLATES[verb, word])
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
    told = texts("settings")
    if texts.has(f"settings-how-{page}"):
        told += "\n\n" + texts(f"settings-how-{page}")
    return Screen(told, rows)


Row = tuple[Button, ...]


def _main(texts: Texts, now: Preferences) -> tuple[Row, ...]:
    quality = value_text(texts, "quality", str(now.request.quality))
    named = {
        "format": target_name(texts, now.request.target),
        "quality": quality,
        "caption": _shown(texts, now.caption),
        "name": _shown(texts, now.name),
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


def _captions(texts: Texts, now: Preferences) -> tuple[Row, ...]:
    return (
        (_one(texts("value-usual"), "usual.caption", now.caption is None),),
        (_one(texts("settings-no-caption"), "caption.none", now.caption == ""),),
        (Button(texts("menu-type"), "p.type-caption"),),
    )


def _names(texts: Texts, now: Preferences) -> tuple[Row, ...]:
    return (
        (_one(texts("value-usual"), "usual.name", now.name is None),),
        (Button(texts("menu-type"), "p.type-name"),),
    )


def _nothing(_texts: Texts, _now: Preferences) -> tuple[Row, ...]:
    return ()


def _shown(texts: Texts, template: str | None) -> str:
    if template is None:
        return texts("value-usual")
    return elided(" ".join(template.split()), 30, 8) or texts("settings-no-caption")


def _one(label: str, action: str, chosen: bool) -> Button:
    return Button(("☑️ " if chosen else "") + label, action, Style.MAIN if chosen else Style.PLAIN)


_PAGES: Final = {
    MAIN: _main,
    "format": _formats,
    "quality": _qualities,
    "caption": _captions,
    "name": _names,
    "language": _languages,
    **{f"{TYPE}{field}": _nothing for field in TYPED},
}
