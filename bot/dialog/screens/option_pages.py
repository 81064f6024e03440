"""The pages of options: all that mean something for a target, and one for each. Pure.

They follow from the converter's table, so a new option is in the menu by itself."""

from typing import Final

from bot.dialog.draft import JOIN_PAGE
from bot.dialog.forecast import Expected
from bot.dialog.screen import Button, Screen
from bot.dialog.screens import joining
from bot.dialog.screens.card import card, target_name, value_text
from bot.dialog.screens.view import Row, View, back, choice, in_rows, switch, tracks
from bot.dialog.wish import said, targets_for
from bot.texts import Texts
from bot.texts.sentences import clock
from bot.texts.wishes import takes_text
from converter.formats import TARGETS, Kind
from converter.options import OPTIONS, Option, Unit, options_for
from converter.request import usual

OPTION_PAGE: Final = "opt-"
TYPE_PAGE: Final = "type-"
SIZES: Final = (50_000_000, 25_000_000, 16_000_000, 8_000_000)
HEIGHTS: Final = (1080, 720, 480, 360)
LOUDNESS: Final = ("-16.0", "-23.0")
# What is offered of options that take any number.
_PRESETS: Final[dict[str, tuple[str, ...]]] = {
    "height": tuple(map(str, HEIGHTS)),
    "max_side": ("1920", "1280", "854", "640"),
    "max_fps": ("60.0", "30.0", "24.0", "15.0"),
    "max_bytes": tuple(map(str, SIZES)),
    "loudness": ("-14.0", *LOUDNESS),
    "speed": ("0.5", "0.75", "1.25", "1.5", "2.0"),
}
# They have a page of their own.
_ELSEWHERE: Final = frozenset({"start", "end"})
_OF_SUBTITLES: Final = frozenset({"subtitles", "subtitle"})
_PLAIN_FILES: Final = frozenset({Kind.VIDEO, Kind.ANIMATION, Kind.SOUND})


def more(view: View) -> tuple[Row, ...]:
    texts, request = view.texts, view.draft.request
    target = TARGETS[request.target]
    buttons = []
    for option in options_for(target):
        if option.name in _ELSEWHERE or not _has_use(view, option):
            continue
        if option.takes.unit is Unit.YES_OR_NO:
            on = getattr(request, option.name) != usual(option.name)
            buttons.append(switch(texts, option.name, on))
            continue
        value = value_text(texts, option.name, said(request, option.name))
        label = f"{texts(f'option-{option.name}')}: {value}"
        buttons.append(Button(label, f"p.{OPTION_PAGE}{option.name}"))
    if target.kind in _PLAIN_FILES:
        mark = "☑️ " if view.draft.as_file else ""
        buttons.append(Button(mark + texts("menu-as-file"), f"f.{int(not view.draft.as_file)}"))
    if not view.draft.files:
        buttons.append(Button(texts("menu-name"), "t.name"))
    if joining.joinable(view.draft):
        buttons.append(Button(texts("menu-join"), f"p.{JOIN_PAGE}"))
    return in_rows(buttons, 2)


def _has_use(view: View, option: Option) -> bool:
    """Whether it could change anything about this file."""
    info = view.info
    if info is None:
        return True
    if option.name in _OF_SUBTITLES and not info.subtitles:
        return False
    if option.needs is not None and str(getattr(view.draft.request, option.needs[0])) != str(
        option.needs[1]
    ):
        return False
    if option.name == "audio" and len(info.audios) < 2:  # noqa: PLR2004 - nothing to choose from
        return False
    if option.name in {"mute", "loudness", "audio"} and not info.audios:
        return False
    deep = any(video.bit_depth > 8 or video.hdr for video in info.videos)  # noqa: PLR2004
    return option.name != "ten_bit" or deep


def option_page(view: View, option: Option) -> tuple[Row, ...]:
    name, texts = option.name, view.texts
    target = TARGETS[view.draft.request.target]
    if option.takes.choices:
        values = [str(one) for one in option.takes.choices if option.suits(target, one)]
        if name == "target":
            values = [one.key for one in targets_for(view.info)]
    else:
        values = list(_PRESETS.get(name, ()))
    if name == "audio":
        buttons = tracks(view)
    else:
        buttons = [choice(view, name, v, _label(texts, name, v)) for v in values]
    rows = list(in_rows(buttons, 2))
    if option.takes.unit in {Unit.WHOLE, Unit.NUMBER, Unit.BYTES, Unit.SECONDS, Unit.TRACK}:
        rows.append((Button(texts("menu-type"), f"t.{name}"),))
    if not option.takes.choices:
        rows.append((choice(view, name, "", texts("value-usual")),))
    return tuple(rows)


def _label(texts: Texts, name: str, value: str) -> str:
    return target_name(texts, value) if name == "target" else value_text(texts, name, value)


def typing_page(view: View, field: str) -> Screen:
    """Something is to be typed."""
    texts = view.texts
    if texts.has(f"type-{field}"):
        words = texts(f"type-{field}")
    else:
        takes = takes_text(texts, OPTIONS[field].takes)
        words = texts("type-option", option=texts(f"option-{field}"), takes=takes)
    length = view.info.duration if view.info else None
    if field in {"trim", "at"} and length:
        words += "\n" + texts("type-length", length=clock(length))
    name = card(texts, view.draft, Expected())
    return Screen(f"{name}\n\n{words}", (back(view),))
