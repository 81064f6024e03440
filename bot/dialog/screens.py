"""The menus of a draft: from what is wished and what is known of the file to a screen. Pure.

What can't apply to the file isn't shown; the present choice is; and where a choice has a price, its
button says so before it is made. An action is a verb and its words, see `steps`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bot.dialog.card import card, clock, target_name, value_text
from bot.dialog.draft import MAIN, Draft
from bot.dialog.forecast import Expected
from bot.dialog.screen import Button, Screen, Style
from bot.dialog.wish import changed, said, targets_for
from bot.texts import Texts
from bot.texts.sentences import size
from bot.texts.wishes import takes_text
from converter.errors import Refused
from converter.formats import TARGETS, Kind
from converter.media import MediaInfo
from converter.options import OPTIONS, Option, Unit, options_for
from converter.request import Request, usual

OPTION_PAGE: Final = "opt-"
TYPE_PAGE: Final = "type-"
_SIZES: Final = (50_000_000, 25_000_000, 16_000_000, 8_000_000)
_HEIGHTS: Final = (1080, 720, 480, 360)
_PIECES: Final = (10, 30, 60)
_LOUDNESS: Final = ("-16.0", "-23.0")
_MOST_TRACKS: Final = 8
_WORTH_IT: Final = 0.9  # of the file's own size
# What is offered of options that take any number.
_PRESETS: Final[dict[str, tuple[str, ...]]] = {
    "height": tuple(map(str, _HEIGHTS)),
    "max_side": ("1920", "1280", "854", "640"),
    "max_fps": ("60.0", "30.0", "24.0", "15.0"),
    "max_bytes": tuple(map(str, _SIZES)),
    "loudness": ("-14.0", *_LOUDNESS),
    "speed": ("0.5", "0.75", "1.25", "1.5", "2.0"),
}
# They have a page of their own.
_ELSEWHERE: Final = frozenset({"start", "end"})
_OF_SUBTITLES: Final = frozenset({"subtitles", "subtitle"})
_PLAIN_FILES: Final = frozenset({Kind.VIDEO, Kind.ANIMATION, Kind.SOUND})

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
        """What the file is, None until somebody has looked."""
        return self.draft.seen.info if self.draft.seen else None

    def of(self, **values: str) -> Expected | None:
        """What would come of the wish with these options, None where they make no sense."""
        try:
            return self.foresee(changed(self.draft.request, **values))
        except Refused:
            return None


def screen(view: View) -> Screen:
    """The page that the draft is at."""
    page = view.draft.page
    if page.startswith(TYPE_PAGE):
        return _typing(view, page.removeprefix(TYPE_PAGE))
    text = card(view.texts, view.draft, view.foresee(view.draft.request))
    if page.startswith(OPTION_PAGE):
        option = OPTIONS[page.removeprefix(OPTION_PAGE)]
        help_ = f"page-{page}" if view.texts.has(f"page-{page}") else f"option-{option.name}-help"
        text += "\n\n" + view.texts(help_)
        return Screen(text, (*_option(view, option), _back(view, "more")))
    rows = PAGES.get(page, _main)(view)
    if page in PAGES and page != MAIN:
        text += "\n\n" + view.texts(f"page-{page}")
        rows = (*rows, _back(view))
    return Screen(text, rows)


def _main(view: View) -> tuple[Row, ...]:
    texts = view.texts
    start = Button(texts("menu-convert"), "go", Style.GOOD)
    if view.draft.trouble:
        return ((start,), (_close(texts),))
    pages = [page for page in PAGES if page != MAIN and _applies(view, page)]
    buttons = [Button(texts(f"menu-{page}"), f"p.{page}") for page in pages]
    return ((start,), *_in_rows([*buttons, _close(texts)], 2))


def _applies(view: View, page: str) -> bool:
    info, target = view.info, TARGETS[view.draft.request.target]
    if page == "sound":
        return target.sound is not None and (info is None or bool(info.audios))
    if page == "smaller":
        return target.picture is not None and (info is None or bool(info.videos))
    if page == "trim":
        return info is None or (info.duration or 1.0) > 1.0 / 2
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
    return _in_rows(buttons, 2)


def _smaller(view: View) -> tuple[Row, ...]:
    """A tap here starts too."""
    own = view.info.size if view.info else view.draft.source.size
    rows = [*_priced(view, "quality", ["small"], own), *_priced(view, "height", _lower(view), own)]
    sizes = [str(n) for n in _SIZES if not own or n < own]
    rows += _priced(view, "max_bytes", sizes, own)
    typed = Button(view.texts("menu-type-size"), "t.max_bytes")
    return (*_in_rows(rows, 2), (typed,))


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
        return [str(height) for height in _HEIGHTS]
    shorter = min(view.info.videos[0].display_size)
    return [str(height) for height in _HEIGHTS if height < shorter]


def _trim(view: View) -> tuple[Row, ...]:
    texts, length = view.texts, view.info.duration if view.info else None
    pieces = [n for n in _PIECES if length is None or n < length]
    first = [Button(texts("trim-first", seconds=n), f"s.start=&end={float(n)}") for n in pieces]
    last = [
        Button(texts("trim-last", seconds=n), f"s.start={round(length - n, 2)}&end=")
        for n in pieces
        if length is not None
    ]
    rows = [*_in_rows(first, 3), *_in_rows(last, 3), (Button(texts("trim-type"), "t.trim"),)]
    if view.draft.request.cuts:
        rows.append((Button(texts("trim-whole"), "s.start=&end="),))
    return tuple(rows)


def _sound(view: View) -> tuple[Row, ...]:
    texts, request = view.texts, view.draft.request
    rows: list[Row] = []
    if OPTIONS["mute"].means_something_for(TARGETS[request.target]):
        rows.append((_switch(texts, "mute", request.mute),))
    if not request.mute:
        rows += [(button,) for button in _tracks(view)]
        rows.append(
            tuple(
                _choice(view, "loudness", value, texts("sound-loudness", lufs=float(value)))
                for value in _LOUDNESS
            )
        )
    alone = [key for key in ("mp3", "m4a", "opus") if key != request.target]
    rows.append(tuple(Button(target_name(texts, key), f"go.target={key}") for key in alone))
    return tuple(rows)


def _tracks(view: View) -> list[Button]:
    if view.info is None or len(view.info.audios) < 2:  # noqa: PLR2004 - nothing to choose from
        return []
    buttons = []
    for number, track in enumerate(islice(view.info.audios, _MOST_TRACKS), 1):
        name = track.title or track.language or view.texts("language-unknown")
        label = view.texts("sound-track", number=number, name=name[:40])
        buttons.append(_choice(view, "audio", str(number), label))
    return buttons


def _more(view: View) -> tuple[Row, ...]:
    texts, request = view.texts, view.draft.request
    target = TARGETS[request.target]
    buttons = []
    for option in options_for(target):
        if option.name in _ELSEWHERE or not _has_use(view, option):
            continue
        if option.takes.unit is Unit.YES_OR_NO:
            on = getattr(request, option.name) != usual(option.name)
            buttons.append(_switch(texts, option.name, on))
            continue
        value = value_text(texts, option.name, said(request, option.name))
        label = f"{texts(f'option-{option.name}')}: {value}"
        buttons.append(Button(label, f"p.{OPTION_PAGE}{option.name}"))
    if target.kind in _PLAIN_FILES:
        mark = "☑️ " if view.draft.as_file else ""
        buttons.append(Button(mark + texts("menu-as-file"), f"f.{int(not view.draft.as_file)}"))
    buttons.append(Button(texts("menu-name"), "t.name"))
    return _in_rows(buttons, 2)


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


def _option(view: View, option: Option) -> tuple[Row, ...]:
    name, texts = option.name, view.texts
    target = TARGETS[view.draft.request.target]
    if option.takes.choices:
        values = [str(one) for one in option.takes.choices if option.suits(target, one)]
        if name == "target":
            values = [one.key for one in targets_for(view.info)]
    else:
        values = list(_PRESETS.get(name, ()))
    if name == "audio":
        buttons = _tracks(view)
    else:
        buttons = [_choice(view, name, v, _label(texts, name, v)) for v in values]
    rows = list(_in_rows(buttons, 2))
    if option.takes.unit in {Unit.WHOLE, Unit.NUMBER, Unit.BYTES, Unit.SECONDS, Unit.TRACK}:
        rows.append((Button(texts("menu-type"), f"t.{name}"),))
    if not option.takes.choices:
        rows.append((_choice(view, name, "", texts("value-usual")),))
    return tuple(rows)


def _label(texts: Texts, name: str, value: str) -> str:
    return target_name(texts, value) if name == "target" else value_text(texts, name, value)


def _typing(view: View, field: str) -> Screen:
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
    return Screen(f"{name}\n\n{words}", (_back(view),))


def _choice(view: View, name: str, value: str, label: str) -> Button:
    # What is as usual goes without saying, and comes back so.
    value = "" if name != "target" and value == str(usual(name)) else value
    chosen = said(view.draft.request, name) == value
    mark = "☑️ " if chosen else ""
    return Button(mark + label, f"s.{name}={value}", Style.MAIN if chosen else Style.PLAIN)


def _switch(texts: Texts, name: str, on: bool) -> Button:
    mark = "☑️ " if on else ""
    return Button(mark + texts(f"option-{name}"), f"s.{name}={'' if on else _turned(name)}")


def _turned(name: str) -> str:
    """What a switch is turned to from the usual."""
    return "false" if name == "exact" else "true"


def _back(view: View, page: str = MAIN) -> Row:
    return (Button(view.texts("menu-back"), f"p.{page}"),)


def _close(texts: Texts) -> Button:
    return Button(texts("menu-close"), "x", Style.BAD)


def _in_rows(buttons: Sequence[Button], width: int) -> tuple[Row, ...]:
    return tuple(_chunks(buttons, width))


def _chunks(buttons: Sequence[Button], width: int) -> Iterator[Row]:
    for at in range(0, len(buttons), width):
        yield tuple(buttons[at : at + width])


PAGES: Final[dict[str, Callable[[View], tuple[Row, ...]]]] = {
    MAIN: _main,
    "smaller": _smaller,
    "format": _format,
    "trim": _trim,
    "sound": _sound,
    "more": _more,
}
