"""What every page of a menu is made of: the view, and its commonest buttons. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.dialog.draft import MAIN, Draft
from bot.dialog.forecast import Expected
from bot.dialog.screen import Button, Style
from bot.dialog.wish import changed, said
from bot.texts import Texts
from converter.errors import Refused
from converter.media import MediaInfo
from converter.request import Request, usual

_MOST_TRACKS: Final = 8

Row = tuple[Button, ...]
Foresee = Callable[[Request], Expected]


@dataclass(frozen=True, slots=True)
class View:
    """What a screen is made of. `foresee` says what a wish about this file would cost."""

    texts: Texts
    draft: Draft
    foresee: Foresee

    @property
    def info(self) -> MediaInfo | None:
        """What the file is, with what came beside it; None until somebody has looked."""
        planned = self.draft.planned
        return planned.info if planned else None

    def of(self, **values: str) -> Expected | None:
        """What would come of the wish with these options, None where they make no sense."""
        try:
            return self.foresee(changed(self.draft.request, **values))
        except Refused:
            return None


def choice(view: View, name: str, value: str, label: str) -> Button:
    # What is as usual goes without saying, and comes back so.
    value = "" if name != "target" and value == str(usual(name)) else value
    chosen = said(view.draft.request, name) == value
    mark = "☑️ " if chosen else ""
    return Button(mark + label, f"s.{name}={value}", Style.MAIN if chosen else Style.PLAIN)


def switch(texts: Texts, name: str, on: bool) -> Button:
    mark = "☑️ " if on else ""
    return Button(mark + texts(f"option-{name}"), f"s.{name}={'' if on else _turned(name)}")


def _turned(name: str) -> str:
    """What a switch is turned to from the usual."""
    return "false" if name == "exact" else "true"


def back(view: View, page: str = MAIN) -> Row:
    return (Button(view.texts("menu-back"), f"p.{page}"),)


def tracks(view: View) -> list[Button]:
    if view.info is None or len(view.info.audios) < 2:  # noqa: PLR2004 - nothing to choose from
        return []
    buttons = []
    for number, track in enumerate(islice(view.info.audios, _MOST_TRACKS), 1):
        name = track.title or track.language or view.texts("language-unknown")
        label = view.texts("sound-track", number=number, name=name[:40])
        buttons.append(choice(view, "audio", str(number), label))
    return buttons


def in_rows(buttons: Sequence[Button], width: int) -> tuple[Row, ...]:
    return tuple(_chunks(buttons, width))


def _chunks(buttons: Sequence[Button], width: int) -> Iterator[Row]:
    for at in range(0, len(buttons), width):
        yield tuple(buttons[at : at + width])
