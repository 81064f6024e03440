"""A subtitle file that somebody sent beside a video (SubRip, WebVTT, ASS or SSA in any code page),
made into words and written anew. Pure: no program ever sees a byte of the file itself."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from converter.errors import Code, Refused
from converter.input import codepages, cues, script
from converter.input.cues import Cue
from converter.input.script import MOST_EVENTS, Event, Script
from converter.media import OWN_TRACK, SubtitleStream

# A film's subtitles take 0.1 MB, a script with every letter placed by hand some more.
MOST_BYTES: Final = 5_000_000
SUFFIXES: Final = (".srt", ".ass", ".ssa", ".vtt")
# A file of blank lines would take a processor's minute.
_MOST_LINES: Final = 250_000
_LATEST: Final = 100 * 3600.0
_LONGEST_LINE: Final = 16_384
_TITLE: Final = 64
_CLOCK: Final = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?"
_TIMES: Final = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?", re.ASCII)
_SECTION: Final = re.compile(
    r"^[ \t]*\[(?:script info|v4\+? styles|events)\]", re.IGNORECASE | re.MULTILINE
)
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_NO_LETTERS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
# Marks of WebVTT that SubRip doesn't know.
_FOREIGN_MARK: Final = re.compile(r"</?(?!/?[biu]>)[^<>]{0,200}>")
_EMPTY: Final = re.compile(r"\{[^{}]*\}|<[^<>]*>|\\[Nnh]")

Timed = TypeVar("Timed", Cue, Event)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Understood: a script with its looks, or cues without."""

    script: Script | None = None
    cues: tuple[Cue, ...] = ()

    @property
    def kind(self) -> str:
        """The suffix of a file of ours that holds them."""
        return "ass" if self.script is not None else "srt"

    def file(self, start: float, end: float, speed: float) -> str | None:
        """The part between two moments, in seconds of the video, as a file of ours: times go on
        counting from the video's beginning, `speed` times as fast. None where nothing is said."""
        if self.script is not None:
            events = tuple(_within(self.script.events, start, end, speed))
            return script.write(replace(self.script, events=events)) if events else None
        found = _within(self.cues, start, end, speed)
        return cues.subrip(found) if found else None

    def drawn(self) -> Script:
        """As it is painted into a picture."""
        if self.script is not None:
            return self.script
        return script.plain([cues.event(cue) for cue in self.cues])


def read(data: bytes, language: str = "") -> OwnWords:
    """What a file says. `language` (three letters, "" unknown) tells code pages apart. Raises
    Refused (NO_SUBTITLES) for what holds no words with times, or none that anybody can read."""
    if not data.strip():
        raise Refused(Code.NO_SUBTITLES, "empty")
    if len(data) > MOST_BYTES or data.count(b"\n") + data.count(b"\r") > 2 * _MOST_LINES:
        raise Refused(Code.NO_SUBTITLES, f"{len(data)} bytes")
    text = _text(data, language)
    if text is None:
        raise Refused(Code.NO_SUBTITLES, "in no code page")
    if _SECTION.search(text):
        found = OwnWords(script=script.read(text))
    else:
        found = OwnWords(cues=_cues(text.lstrip(), web=text.lstrip().startswith("WEBVTT")))
    if not any(_EMPTY.sub("", timed.text).strip() for timed in _all(found)):
        raise Refused(Code.NO_SUBTITLES, "no words with times")
    return found


def stream(kind: str, language: str = "", title: str = "") -> SubtitleStream:
    """The track that such a file is, as plans see it; `kind` as `OwnWords` has it, or the file's
    suffix."""
    codec = "ass" if kind.strip(".").lower() in {"ass", "ssa"} else "subrip"
    file = name("ass" if codec == "ass" else "srt")
    shown = "".join(c for c in title if c.isprintable())[:_TITLE].strip()
    return SubtitleStream(OWN_TRACK, codec, language, default=True, title=shown, file=file)


def name(kind: str) -> str:
    """What the file of ours is called, beside the input."""
    return f"own.{kind}"


def _all(found: OwnWords) -> Sequence[Cue | Event]:
    return found.script.events if found.script is not None else found.cues


def _text(data: bytes, language: str) -> str | None:
    # Two bytes a letter: a line is no part by itself.
    whole = data.startswith(_WIDE) or b"\0" in data
    lines = codepages.decode([data] if whole else data.split(b"\n"), language)
    if lines is None:
        return None
    text = "\n".join(lines).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _NO_LETTERS.sub("", text)


def _cues(text: str, *, web: bool) -> tuple[Cue, ...]:
    lines = [line[:_LONGEST_LINE] for line in text.split("\n")]
    timed = [(at, times) for at, line in enumerate(lines) if (times := _times(line)) is not None]
    ends = [at for at, _ in timed[1:]] + [len(lines)]
    found: list[Cue] = []
    for (at, (start, end)), following in zip(timed[:MOST_EVENTS], ends, strict=False):
        body = lines[at + 1 : following]
        words = _until_blank(body) if web else _without_number(body, last=following == len(lines))
        told = "\n".join(line for line in words if line.strip())
        if told.strip() and start < end <= _LATEST:
            found.append(Cue(start, end, _of_the_web(told) if web else told))
    return tuple(sorted(found, key=lambda cue: cue.start))


def _times(line: str) -> tuple[float, float] | None:
    found = _TIMES.fullmatch(line) if "-->" in line else None
    return None if found is None else (_moment(found.groups()[:4]), _moment(found.groups()[4:8]))


def _moment(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    return hours * 3600 + minutes * 60 + seconds + float(f"0.{parts[3] or 0}")


def _until_blank(lines: Sequence[str]) -> list[str]:
    blank = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    return list(lines[:blank])


def _without_number(lines: Sequence[str], *, last: bool) -> list[str]:
    """What is said, without the number of the cue that comes next."""
    words = [line for line in lines if line.strip()]
    return words[:-1] if words and not last and words[-1].strip().isdecimal() else words


def _of_the_web(text: str) -> str:
    return html.unescape(_FOREIGN_MARK.sub("", text)).replace("-->", "→")


def _within(found: Sequence[Timed], start: float, end: float, speed: float) -> list[Timed]:
    kept = [one for one in found if one.end > start and one.start < end]
    return [
        replace(one, start=max(one.start, start) / speed, end=min(one.end, end) / speed)
        for one in kept
    ]
