"""Packets of a subtitle track made into cues, and cues into files of our own. Pure."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from converter.input import codepages
from converter.input.script import MOST_EVENTS, Event

_LATEST: Final = 100 * 3600.0
# How long words stand that don't say it, in seconds.
_USUAL: Final = 4.0
_CLOCK: Final = re.compile(r"#tb 0: (\d{1,9})/(\d{1,9})")
_FIELDS: Final = 5
_LENGTH_BYTES: Final = 2
_PLACE: Final = re.compile(r"\{\\an?([1-9])\}")
# Our own commands' characters, while the words' are made harmless.
_ASIDE: Final = "\ue000\ue001\ue002"
_SET_ASIDE: Final = str.maketrans("{}\\", _ASIDE)
_OURS: Final = str.maketrans(_ASIDE, "{}\\")
_NOT_THEIRS: Final = str.maketrans("", "", _ASIDE)
_PARTS: Final = f"([{_ASIDE}])"
_BRACES: Final = re.compile(r"\{[^{}]*\}")
_MARK: Final = re.compile(r"</?([a-zA-Z]{1,8})(?:[^<>]{0,200})>")
_TIMES: Final = re.compile(r"<\d[\d:.]{4,15}>")
_DRAWN: Final = frozenset("bius")


@dataclass(frozen=True, slots=True)
class Packet:
    """What a container holds of one cue: between two moments, in seconds, as bytes."""

    start: float
    end: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Cue:
    """Words between two moments, in seconds, with the marks of their format."""

    start: float
    end: float
    text: str


def packets(index: str, data: bytes, codec: str) -> list[Packet]:
    """The packets that ffmpeg's ``framecrc`` lists and its ``data`` muxer wrote one after another.

    Never raises: what the list doesn't explain is left out.
    """
    clock = _CLOCK.search(index)
    if clock is None or int(clock[2]) == 0:
        return []
    tick = int(clock[1]) / int(clock[2])
    found: list[Packet] = []
    at = 0
    for line in index.splitlines():
        fields = [part.strip() for part in line.split(",")[:_FIELDS]]
        if line.startswith("#") or len(fields) < _FIELDS or len(found) >= MOST_EVENTS:
            continue
        if not all(re.fullmatch(r"-?\d{1,18}", part) for part in fields):
            continue
        _, _, start, length, size = (int(part) for part in fields)
        body = data[at : at + max(0, size)]
        at += max(0, size)
        words = _words(body, codec)
        if words.strip(b"\0 \r\n"):
            found.append(Packet(start * tick, (start + max(0, length)) * tick, words))
    return _timed(found)


def read(found: Sequence[Packet], language: str) -> list[Cue] | None:
    """The packets' words; None when nobody can read them."""
    texts = codepages.decode([packet.data for packet in found], language)
    if texts is None:
        return None
    return [
        Cue(packet.start, packet.end, text.replace("\0", "").replace("\r\n", "\n"))
        for packet, text in zip(found, texts, strict=True)
    ]


def after(cues: Sequence[Cue], start: float) -> list[Cue]:
    """Those of the part that begins at `start`, seconds, none of them before it."""
    return [replace(cue, start=max(cue.start, start)) for cue in cues if cue.end > start]


def subrip(cues: Sequence[Cue]) -> str:
    """A SubRip file of ours."""
    parts: list[str] = []
    for number, cue in enumerate(cues, 1):
        # A number and times under an empty line would be taken for the next cue.
        lines = [line for line in re.split(r"[\n\r]+", cue.text) if line.strip()]
        times = " --> ".join(_clock(moment) for moment in (cue.start, cue.end))
        parts.append("\n".join([str(number), times, *lines]) + "\n")
    return "\n".join(parts)


def event(cue: Cue) -> Event:
    """The cue as it is drawn: slanted, fat, underlined and placed as its marks say."""
    place = _PLACE.search(cue.text)
    bare = _BRACES.sub("", cue.text).translate(_NOT_THEIRS)
    drawn = _MARK.sub(lambda mark: _drawn(mark).translate(_SET_ASIDE), _TIMES.sub("", bare))
    words = (part if part in _ASIDE else _harmless(part) for part in re.split(_PARTS, drawn))
    text = "".join(words).translate(_OURS).strip()
    return Event(cue.start, cue.end, f"{{\\an{place[1]}}}{text}" if place else text)


def _harmless(words: str) -> str:
    """Words that are no command, nor is what an escape in them stands for."""
    plain = html.unescape(words).translate(_NOT_THEIRS)
    return plain.replace("{", "(").replace("}", ")").replace("\\", "/")


def _drawn(mark: re.Match[str]) -> str:
    name = mark[1].lower()
    if name not in _DRAWN:
        return ""
    return f"{{\\{name}{0 if mark[0].startswith('</') else 1}}}"


def _words(body: bytes, codec: str) -> bytes:
    if codec != "mov_text":
        return body
    # The length, the words, then boxes that say how they look.
    length = int.from_bytes(body[:_LENGTH_BYTES], "big")
    return body[_LENGTH_BYTES : _LENGTH_BYTES + length]


def _timed(found: Sequence[Packet]) -> list[Packet]:
    """Words that don't say how long they stand do so until the next come."""
    timed: list[Packet] = []
    for number, packet in enumerate(found):
        end = packet.end
        if end <= packet.start:
            following = found[number + 1].start if number + 1 < len(found) else packet.start + 9
            end = min(packet.start + _USUAL, max(following, packet.start + 0.1))
        start = max(0.0, packet.start)
        if start < end <= _LATEST:
            timed.append(replace(packet, start=start, end=end))
    return timed


def _clock(moment: float) -> str:
    seconds, thousandths = divmod(round(moment * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02},{thousandths:03}"
