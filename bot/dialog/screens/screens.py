"""The menus of a draft: from what is wished and what is known of the file to a screen. Pure.

What can't apply to the file isn't shown; the present choice is; and where a choice has a price, its
button says so before it is made. An action is a verb and its words, see `steps`.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bot.dialog.draft import JOIN_PAGE, MAIN, PART_PAGE
from bot.dialog.screen import Button, Screen, Style
from bot.dialog.screens import beside, joining, moments, room, shots
from bot.dialog.screens.card import card, target_name, value_text
from bot.dialog.screens.option_pages import (
    HEIGHTS,
    LOUDNESS,
    OPTION_PAGE,
    SIZES,
    TYPE_PAGE,
    more,
    option_page,
    typing_page,
)
from bot.dialog.screens.pieces import parts, reach
from bot.dialog.screens.view import Row, View, back, choice, in_rows, switch, tracks
from bot.dialog.wish import targets_for
from bot.texts import Texts
from bot.texts.sentences import clock, size
from converter.formats import TARGETS
from converter.options import OPTIONS

# With the bytes of the file that is too large, in whose place a smaller copy stands.
COPY_PAGE: Final = "copy-"
_PIECES: Final = (10, 30, 60)
_WORTH_IT: Final = 0.9  # of the file's own size


def screen(view: View) -> Screen:
    """The page that the draft is at."""
    page = view.draft.page
    if page.startswith(TYPE_PAGE):
        return typing_page(view, page.removeprefix(TYPE_PAGE))
    text = card(view.texts, view.draft, view.foresee(view.draft.request))
    if page.startswith(OPTION_PAGE):
        option = OPTIONS[page.removeprefix(OPTION_PAGE)]
        help_ = f"page-{page}" if view.texts.has(f"page-{page}") else f"option-{option.name}-help"
        text += "\n\n" + view.texts(help_)
        return Screen(text, (*option_page(view, option), back(view, "more")))
    if moments.is_page(page):
        text += "\n\n" + moments.words(view)
        return Screen(text, (*moments.rows(view), back(view, "trim")))
    if page == JOIN_PAGE or page.startswith(PART_PAGE):
        return Screen(f"{text}\n\n{joining.text(view, page)}", joining.page_rows(view, page))
    if room.is_room_page(page):
        return Screen(
            f"{text}\n\n{room.text(view, page)}", room.rows(view, page, _close(view.texts))
        )
    if page.startswith(COPY_PAGE):
        whole = size(view.texts, int(page.removeprefix(COPY_PAGE)))
        text += "\n\n" + view.texts("page-copy", size=whole)
    rows = PAGES.get(page, _main)(view)
    if page in PAGES and page != MAIN:
        text += "\n\n" + view.texts(f"page-{page}")
        text += "\n" + view.texts("extras-hint") if page == "more" else ""
        rows = (*rows, back(view))
    return Screen(text, rows)


def _main(view: View) -> tuple[Row, ...]:
    texts = view.texts
    start = Button(texts("menu-convert"), "go", Style.GOOD)
    if view.draft.trouble:
        return ((start,), *beside.rows(view), *joining.rows(view), (_close(texts),))
    pages = [page for page in PAGES if page != MAIN and _applies(view, page)]
    buttons = [Button(texts(f"menu-{page}"), f"p.{page}") for page in pages]
    rows = (*beside.rows(view), *joining.rows(view))
    return ((start,), *rows, *in_rows([*buttons, _close(texts)], 2))


def _applies(view: View, page: str) -> bool:
    info, target = view.info, TARGETS[view.draft.request.target]
    if page == "sound":
        return target.sound is not None and (info is None or bool(info.audios))
    if page == "smaller":
        return target.picture is not None and (info is None or bool(info.videos))
    if page == "trim":
        # Each file of an album has a length of its own.
        return not view.draft.files and (info is None or (info.duration or 1.0) > 1.0 / 2)
    return True


def _format(view: View) -> tuple[Row, ...]:
    """A tap here starts: two taps for any format."""
    buttons = []
    for target in targets_for(view.info):
        expected = view.of(target=target.key)
        if expected is None or expected.refused is not None:
            continue
        chosen = target.key == view.draft.request.target
        label = target_name(view.texts, target.key)
        style = Style.MAIN if chosen else Style.PLAIN
        buttons.append(Button(label, f"go.target={target.key}", style))
        if wishes := parts(view.draft, target.key):
            told = view.texts("menu-parts", target=label, count=len(wishes))
            if (until := reach(view.draft, wishes)) is not None:
                told += f" ({clock(wishes[0].start)}–{clock(until)})"
            buttons.append(Button(told, f"parts.{target.key}"))
    count, picture = shots.count(view.draft), view.of(target="frame")
    if count and picture is not None and picture.refused is None:
        buttons.append(Button(view.texts("menu-shots", count=count), "shots"))
    return in_rows(buttons, 2)


def _smaller(view: View) -> tuple[Row, ...]:
    """A tap here starts too."""
    own = view.info.size if view.info else view.draft.largest
    rows = [*_priced(view, "quality", ["small"], own), *_priced(view, "height", _lower(view), own)]
    sizes = [str(n) for n in SIZES if not own or n < own]
    rows += _priced(view, "max_bytes", sizes, own)
    typed = Button(view.texts("menu-type-size"), "t.max_bytes")
    return (*in_rows(rows, 2), (typed,))


def _priced(view: View, name: str, values: Sequence[str], own: int) -> list[Button]:
    """Buttons that say what would come out, without those that would make nothing smaller."""
    buttons = []
    for value in values:
        expected = view.of(**{name: value})
        if expected is None or expected.refused is not None:
            continue
        if expected.size and own and expected.size > own * _WORTH_IT:
            continue
        label = view.texts(f"smaller-{name}", value=value_text(view.texts, name, value))
        if expected.size and name != "max_bytes":
            label += f" ≈ {size(view.texts, expected.size)}"
        buttons.append(Button(label, f"go.{name}={value}"))
    return buttons


def _lower(view: View) -> list[str]:
    """Heights below the picture's own."""
    if view.info is None or not view.info.videos:
        return [str(height) for height in HEIGHTS]
    shorter = min(view.info.videos[0].display_size)
    return [str(height) for height in HEIGHTS if height < shorter]


def _trim(view: View) -> tuple[Row, ...]:
    texts, length = view.texts, view.info.duration if view.info else None
    pieces = [n for n in _PIECES if length is None or n < length]
    first = [Button(texts("trim-first", seconds=n), f"s.start=&end={float(n)}") for n in pieces]
    last = [
        Button(texts("trim-last", seconds=n), f"s.start={round(length - n, 2)}&end=")
        for n in pieces
        if length is not None
    ]
    rows = [*in_rows(first, 3), *in_rows(last, 3), (Button(texts("trim-type"), "t.trim"),)]
    if moments.offered(view.draft):
        rows.append((Button(texts("trim-moments"), f"p.{moments.PAGE}"),))
    if view.draft.request.cuts:
        rows.append((Button(texts("trim-whole"), "s.start=&end="),))
    return tuple(rows)


def _sound(view: View) -> tuple[Row, ...]:
    texts, request = view.texts, view.draft.request
    rows: list[Row] = []
    if OPTIONS["mute"].means_something_for(TARGETS[request.target]):
        rows.append((switch(texts, "mute", request.mute),))
    if not request.mute:
        rows += [(button,) for button in tracks(view)]
        rows.append(
            tuple(
                choice(view, "loudness", value, texts("sound-loudness", lufs=float(value)))
                for value in LOUDNESS
            )
        )
    alone = [key for key in ("mp3", "m4a", "opus") if key != request.target]
    rows.append(tuple(Button(target_name(texts, key), f"go.target={key}") for key in alone))
    return tuple(rows)


def _close(texts: Texts) -> Button:
    return Button(texts("menu-close"), "x", Style.BAD)


PAGES: Final[dict[str, Callable[[View], tuple[Row, ...]]]] = {
    MAIN: _main,
    "smaller": _smaller,
    "format": _format,
    "trim": _trim,
    "sound": _sound,
    "more": more,
}
