"""What the log says of one job or one failure: its last lines, found from the end of the files."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# The newest first: what error.log still has when bot.log has turned over comes last.
_FILES: Final = ("bot.log", "bot.log.1", "error.log", "error.log.1")
_MOST_BYTES: Final = 4_000_000
_BLOCK: Final = 64 * 1024
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z?")
_TRACEBACK: Final = "    "
_TRACED: Final = 6


def lines_about(folder: Path, field: str, value: str, *, most: int = 60) -> list[str]:
    """The last events in which `field` is `value`, oldest first, each with the end of its
    traceback. Reads the last 4 MB of each file at most; `most` lines. Files that can't be read have
    nothing to say."""
    text, json_ = f" {field}={value} ", f'"{field}": "{value}"'
    found: dict[str, None] = {}
    for name in _FILES:
        events = (e for e in _events(folder / name) if json_ in e or text in _padded(e))
        lines = 0
        for event in events:
            found.setdefault(event)
            lines += event.count("\n") + 1
            if lines >= most:
                break
    ordered = sorted(found, key=_moment)
    return [line for event in ordered for line in event.split("\n")][-most:]


def _padded(event: str) -> str:
    first, _, _ = event.partition("\n")
    return f" {first} "


def _moment(event: str) -> str:
    found = _TIME.search(event)
    return found[0] if found else ""


def _events(path: Path) -> Iterator[str]:
    """The events of a file, the newest first; a traceback belongs to the line before it."""
    behind: list[str] = []
    for line in _backward(path):
        if line.startswith(_TRACEBACK):
            behind.append(line)
        elif line:
            yield "\n".join([line, *_end_of(behind[::-1])])
            behind.clear()


def _end_of(traceback: list[str]) -> list[str]:
    """Where it broke and why: the last lines, without those that only point at the others."""
    lines = [line for line in traceback if line.strip(" ^~")]
    return lines if len(lines) <= _TRACED else [f"{_TRACEBACK}…", *lines[-_TRACED:]]


def _backward(path: Path) -> Iterator[str]:
    """The lines of a file's end, the last first."""
    try:
        with path.open("rb") as file:
            at = file.seek(0, os.SEEK_END)
            least = max(0, at - _MOST_BYTES)
            rest = b""
            while at > least:
                size = min(_BLOCK, at - least)
                at -= size
                file.seek(at)
                rest, *lines = (file.read(size) + rest).split(b"\n")
                yield from (line.decode("utf-8", "replace") for line in reversed(lines))
            if not at:
                yield rest.decode("utf-8", "replace")
    except OSError:
        return
