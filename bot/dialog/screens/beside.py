"""Files that came beside the one to convert, as a card tells of them and offers to change. Pure."""

from typing import Final

from bot.dialog.draft import Draft
from bot.dialog.screen import Button, Style
from bot.dialog.screens.view import Row, View
from bot.jobs.extras import of_others
from bot.jobs.model import Extra, Role
from bot.texts import Texts
from bot.texts.sentences import cause, shown_name
from converter.formats import TARGETS
from converter.options import OPTIONS, Subtitles
from converter.planning import choice

_OFFERED: Final = (Subtitles.KEEP, Subtitles.BURN)


def lines(texts: Texts, draft: Draft) -> list[str]:
    """A line for each."""
    return [_line(texts, draft, extra) for extra in of_others(draft.extras)]


def rows(view: View) -> tuple[Row, ...]:
    """What becomes of subtitles, and a way to take each file off."""
    texts, draft = view.texts, view.draft
    found: list[Row] = []
    if draft.came(Role.SUBTITLE) is not None:
        found.append(tuple(_ways(view)))
    there = of_others(draft.extras)
    off = [Button(texts(f"extras-off-{e.role.value}"), f"e.{e.role.value}") for e in there]
    return tuple(row for row in (*found, *((button,) for button in off)) if row)


def _line(texts: Texts, draft: Draft, extra: Extra) -> str:
    if extra.trouble:
        picture = extra.role is Role.THUMBNAIL
        name = texts("extras-picture") if picture else shown_name(extra.source.name)
        return texts("extras-trouble", name=name, cause=cause(texts, extra.trouble, {}))
    if extra.role is Role.THUMBNAIL:
        return texts("extras-thumbnail")
    how = texts(f"extras-how-{_way(draft)}")
    return texts("extras-subtitle", name=shown_name(extra.source.name), how=how)


def _way(draft: Draft) -> str:
    """What becomes of the person's own subtitles: keep, burn, drop, none."""
    target, planned = TARGETS[draft.request.target], draft.planned
    if target.picture is None:
        return "none"
    if planned is not None:
        return choice.captioning(planned.info, draft.request).value
    if draft.request.subtitles is not Subtitles.AUTO:
        return draft.request.subtitles.value
    return (Subtitles.KEEP if target.subtitles else Subtitles.BURN).value


def _ways(view: View) -> list[Button]:
    """Those that the target has, where there is more than one."""
    draft, option = view.draft, OPTIONS["subtitles"]
    target = TARGETS[draft.request.target]
    offered = [way for way in _OFFERED if option.suits(target, way)]
    if len(offered) < len(_OFFERED):
        return []
    return [_button(view, way.value, chosen=_way(draft) == way) for way in offered]


def _button(view: View, way: str, *, chosen: bool) -> Button:
    mark, style = ("☑️ ", Style.MAIN) if chosen else ("", Style.PLAIN)
    return Button(mark + view.texts(f"extras-{way}"), f"s.subtitles={way}", style)
