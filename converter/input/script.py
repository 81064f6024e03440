"""ASS scripts: read field by field, and written anew. Pure.

What is written is our own from the first byte to the last: of what came, only numbers, colours,
short names and the words themselves are left. See docs/decisions/0011-subtitles.md.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

# More than any film has; the rest is left out.
MOST_EVENTS: Final = 50_000
_MOST_STYLES: Final = 1_000
_LONGEST_LINE: Final = 16_384
_LONGEST_NAME: Final = 128
_LATEST: Final = 100 * 3600.0
_FARTHEST: Final = 100_000.0
_SSA_TOP: Final = 4
_SSA_MIDDLE: Final = 8

# A style's fields as they are written, and what stands for one that is missing: as ffmpeg draws
# plain text.
_STYLE: Final[Mapping[str, str]] = {
    "name": "Default",
    "fontname": "Arial",
    "fontsize": "16",
    "primarycolour": "&H00FFFFFF",
    "secondarycolour": "&H00FFFFFF",
    "outlinecolour": "&H00000000",
    "backcolour": "&H00000000",
    "bold": "0",
    "italic": "0",
    "underline": "0",
    "strikeout": "0",
    "scalex": "100",
    "scaley": "100",
    "spacing": "0",
    "angle": "0",
    "borderstyle": "1",
    "outline": "1",
    "shadow": "0",
    "alignment": "2",
    "marginl": "10",
    "marginr": "10",
    "marginv": "10",
    "encoding": "1",
}
_TITLES: Final = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)
_EVENT: Final = (
    *("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"),
)
_EVENT_TITLES: Final = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
# What the head may say, and how it has to look.
_HEAD: Final[Mapping[str, tuple[str, str]]] = {
    "playresx": ("PlayResX", r"\d{1,5}"),
    "playresy": ("PlayResY", r"\d{1,5}"),
    "layoutresx": ("LayoutResX", r"\d{1,5}"),
    "layoutresy": ("LayoutResY", r"\d{1,5}"),
    "wrapstyle": ("WrapStyle", r"[0-3]"),
    "scaledborderandshadow": ("ScaledBorderAndShadow", r"(?i:yes|no)"),
    "kerning": ("Kerning", r"(?i:yes|no)"),
    "ycbcr matrix": ("YCbCr Matrix", r"(?i:none|(tv|pc)\.(601|709|240m|fcc))"),
}
_PLAIN: Final = {"PlayResX": "384", "PlayResY": "288"}
_TIME: Final = re.compile(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.:](\d{1,3}))?\s*")
_COLOUR: Final = re.compile(r"(&[hH])?([0-9a-fA-F]{1,8}|-?\d{1,10})&?")
_NO_LETTERS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TAG_COLOUR: Final = re.compile(r"(\\[1-4]?c&[hH])([0-9a-fA-F]{1,6})(?=&|[\\})])")

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Event:
    """Words between two moments, in seconds, with their override tags; `more` are the event's
    other fields by name."""

    start: float
    end: float
    text: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """A head, styles (values by the names of `_STYLE`) and events, all of them known to be
    harmless."""

    head: Mapping[str, str]
    styles: tuple[Mapping[str, str], ...]
    events: tuple[Event, ...]


def plain(events: Sequence[Event]) -> Script:
    """Words without a style of their own."""
    kept = [e for e in events if 0 <= e.start < e.end <= _LATEST][:MOST_EVENTS]
    return Script(_PLAIN, (_STYLE,), tuple(Event(e.start, e.end, _line(e.text)) for e in kept))


def read(text: str) -> Script:
    """What a script says. Never raises: a line that makes no sense is left out."""
    head: dict[str, str] = {}
    styles: list[Mapping[str, str]] = []
    events: list[Event] = []
    section, names = "", list(_STYLE)
    for raw in text.replace("\r", "\n").split("\n"):
        line = raw.strip("\ufeff \t")[:_LONGEST_LINE]
        if line.startswith("["):
            section, names = line.lower(), list(_EVENT if "events" in line.lower() else _STYLE)
            continue
        title, _, rest = line.partition(":")
        title = title.strip().lower()
        if title == "format":
            names = [name.strip().lower() for name in rest.split(",")]
        elif title == "style" and "styles" in section and len(styles) < _MOST_STYLES:
            styles.append(_style(rest, names, old="+" not in section))
        elif title == "dialogue" and len(events) < MOST_EVENTS:
            events += _event(rest, names if "text" in names else list(_EVENT))
        elif title in _HEAD and re.fullmatch(_HEAD[title][1], rest.strip()):
            head[_HEAD[title][0]] = rest.strip()
    return Script(head, tuple(styles) or (_STYLE,), tuple(events))


def later(script: Script, start: float) -> Script:
    """The part from `start` on, seconds, nothing in it coming before that."""
    events = [replace(e, start=max(e.start, start)) for e in script.events if e.end > start]
    return replace(script, events=tuple(events))


def write(script: Script, recolour: Callable[[Rgb], Rgb] | None = None) -> str:
    """A script that libass draws the same, in our own words; `recolour` changes its colours."""
    lines = ["[Script Info]", "; written by telegram-video-converter", "ScriptType: v4.00+"]
    lines += [f"{name}: {value}" for name, value in script.head.items()]
    lines += ["", "[V4+ Styles]", f"Format: {_TITLES}"]
    for style in script.styles:
        values = [
            _recoloured(value, recolour) if "colour" in name and recolour else value
            for name, value in style.items()
        ]
        lines.append("Style: " + ",".join(values))
    lines += ["", "[Events]", f"Format: {_EVENT_TITLES}"]
    for event in script.events:
        text = event.text
        if recolour is not None:
            text = _TAG_COLOUR.sub(lambda m: m[1] + _tagged(m[2], recolour), text)
        more = [event.more.get(name, "") for name in _EVENT[3:-1]]
        layer = event.more.get("layer", "0")
        times = [_clock(event.start), _clock(event.end)]
        lines.append("Dialogue: " + ",".join([layer, *times, *more, text]))
    return "\n".join(lines) + "\n"


def _style(rest: str, names: Sequence[str], *, old: bool) -> Mapping[str, str]:
    said = dict(zip(names, (part.strip() for part in rest.split(",")), strict=False))
    if old:
        # SSA paints the outline in the colour of the shadow, and counts places in its own way.
        said["outlinecolour"] = said.get("backcolour", "")
        said["alignment"] = _ass_place(said.get("alignment", ""))
    found: dict[str, str] = {}
    for name, usual in _STYLE.items():
        value = said.get(name, "")
        if name in {"name", "fontname"}:
            found[name] = _name(value) or usual
        elif "colour" in name:
            found[name] = _colour(value) or usual
        else:
            found[name] = _number(value) or usual
    return found


def _event(rest: str, names: Sequence[str]) -> list[Event]:
    parts = rest.split(",", len(names) - 1)
    if len(parts) != len(names):
        return []
    said = dict(zip(names, parts, strict=True))
    start, end = (_seconds(said.get(name, "")) for name in ("start", "end"))
    if start is None or end is None or start >= end:
        return []
    more = {
        "layer": _number(said.get("layer", "")) or "0",
        "style": _name(said.get("style", "").lstrip("*")) or "Default",
        "name": "",
        **{name: _number(said.get(name, "")) or "0" for name in ("marginl", "marginr", "marginv")},
        "effect": _name(said.get("effect", "")),
    }
    return [Event(start, end, _line(said["text"]), more)]


def _line(text: str) -> str:
    """Words on one line, without what is no letter."""
    lines = text[:_LONGEST_LINE].replace("\r\n", "\n").replace("\r", "\n")
    return _NO_LETTERS.sub("", lines.strip("\n").replace("\n", "\\N"))


def _name(text: str) -> str:
    return "".join(c for c in text.strip() if c.isprintable() and c != ",")[:_LONGEST_NAME]


def _number(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return ""
    return f"{number:.6g}" if math.isfinite(number) and abs(number) < _FARTHEST else ""


def _colour(text: str) -> str:
    found = _COLOUR.fullmatch(text.strip())
    if found is None:
        return ""
    try:
        number = int(found[2], 16 if found[1] else 10)
    except ValueError:
        return ""
    return f"&H{number & 0xFFFFFFFF:08X}"


def _ass_place(text: str) -> str:
    """1 to 3 at the bottom, 5 to 7 at the top, 9 to 11 in the middle: as a telephone's keys."""
    number = int(text) if re.fullmatch(r"\d|1[01]", text, re.ASCII) else 2
    if number > _SSA_MIDDLE:
        return str(number - 5)
    return str(number + 2) if number > _SSA_TOP else str(number)


def _seconds(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    moment = hours * 3600 + minutes * 60 + seconds + float(f"0.{found[4] or 0}")
    return moment if moment <= _LATEST else None


def _clock(moment: float) -> str:
    hundredths = round(moment * 100)
    minutes, hundredths = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"


def _recoloured(value: str, recolour: Callable[[Rgb], Rgb]) -> str:
    return f"{value[:4]}{_tagged(value[4:], recolour)}"


def _tagged(bgr: str, recolour: Callable[[Rgb], Rgb]) -> str:
    """Blue, green, red as these scripts write them."""
    number = int(bgr, 16)
    red, green, blue = recolour((number & 255, number >> 8 & 255, number >> 16 & 255))
    return f"{blue:02X}{green:02X}{red:02X}"
