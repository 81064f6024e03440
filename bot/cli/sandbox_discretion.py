"""Words for other people's eyes: no names of files, no places on this machine. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from standin.web import Section

_NAME: Final = "<name>"
_PLACE: Final = "<place>"
# Folders of a runner's own, the same everywhere.
_INNER: Final = re.compile(r"/(?:in|out|dev|proc)/")
_PATH: Final = re.compile(r"(?<![\w.<)])/[^\W\d][^\s/'\",=]*(?:/[^\s/'\",=]+)+/?")
# What ffmpeg said of a file may be what stands in it: its titles, its comments.
_SAID: Final = re.compile(r" (detail|error|stderr|said|output)=(\"(?:[^\"\\]|\\.)*\"|\S+)")
# Of a traceback only where and what: an error's words may be a file's.
_TRACEBACK: Final = "    "
_WHERE: Final = re.compile(r'\s+File ".*", line \d+, in \S+')
_WHAT: Final = re.compile(r"\s+[\w.]*(?:Error|Exception|Refused|Failed|Exit|Interrupt)\b")
_SHORTEST: Final = 3


class Discretion:
    """Takes out the `names`, the `places`, and whatever looks like a path of this machine."""

    def __init__(self, names: Iterable[str], places: Sequence[Path]) -> None:
        known = {spelling: _NAME for name in names for spelling in _spellings(name)}
        known |= {str(place): _PLACE for place in places if len(str(place)) >= _SHORTEST}
        self._known = known
        # The longest first: a name may begin with another.
        ordered = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<!\w)(?:{ordered})(?!\w)") if known else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        text = _PATH.sub(lambda found: found[0] if _INNER.match(found[0]) else _PLACE, text)
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._known[found[0]], text)

    def over(self, section: Section) -> Section:
        """A section without them; the first cell of a row is a word of ours."""
        rows = tuple((row[0], *map(self, row[1:])) for row in section.rows)
        return replace(section, lines=tuple(map(self, section.lines)), rows=rows)

    def over_log(self, lines: Iterable[str]) -> Iterator[str]:
        """Lines of a log without them, and without what was said of a file."""
        for line in lines:
            if not line.startswith(_TRACEBACK):
                yield self(_SAID.sub(_counted, line))
            elif found := _WHERE.match(line) or _WHAT.match(line):
                yield self(found[0])


def _counted(found: re.Match[str]) -> str:
    return f" {found[1]}=<{len(found[2])} characters>"


def _spellings(name: str) -> set[str]:
    """As it is, without its ending, and as logs write it."""
    found = {name, name.rpartition(".")[0]}
    escaped = {text.encode("unicode_escape", "surrogatepass").decode("ascii") for text in found}
    quoted = {json.dumps(text)[1:-1] for text in found}
    doubled = {text.replace("\\", "\\\\").replace('"', '\\"') for text in found}
    # A letter or two would take half of every line along.
    return {text for text in found | escaped | quoted | doubled if len(text) >= _SHORTEST}
