"""The report for people and the one for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tests.conformance.kinds import Kind
from tests.conformance.outcome import Word
from tests.conformance.row import Row

# Said even when there is none.
_ALWAYS: Final = ("crash", "hang")
_WIDTH: Final = 160
_ORDER: Final = (*(kind.value for kind in Kind), "unknown")


def table(rows: Sequence[Row]) -> str:
    """Per kind of file: how many, and how they ended."""
    lines = [_line("kind", ("files", *(word.value for word in Word)))]
    for kind in _ORDER:
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            lines.append(_line(kind, _counts(of_kind)))
    lines.append(_line("all", _counts(rows)))
    return "\n".join([*lines, *_asides(rows)])


def wrong(rows: Iterable[Row]) -> str:
    """Every wrong file with its faults."""
    lines = []
    for row in rows:
        if row.word is Word.WRONG:
            lines.append(f"wrong: {row.file}")
            lines += [f"    {fault.kind}: {_short(fault.detail)}" for fault in row.all_faults]
    return "\n".join(lines)


def faults(rows: Iterable[Row]) -> str:
    """How often each kind of fault is there."""
    counts = Counter(kind for row in rows for kind in {fault.kind for fault in row.all_faults})
    names = [*_ALWAYS, *sorted(set(counts) - set(_ALWAYS))]
    return "faults: " + ", ".join(f"{name} {counts[name]}" for name in names)


def write_json(path: Path, rows: Iterable[Row], *, target: str, runner: str) -> None:
    """One entry for each file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"target": target, "runner": runner, "files": [row.as_json() for row in rows]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def all_right(rows: Iterable[Row]) -> bool:
    """Nothing is wrong."""
    return all(row.word is not Word.WRONG for row in rows)


def _asides(rows: Sequence[Row]) -> list[str]:
    also = [row.also for row in rows if row.also is not None]
    newer = sum(row.remark != "" for row in rows)
    lines = []
    if also:
        right = sum(row.word is Word.RIGHT for row in also)
        lines.append(f"sounds, made {also[0].target} too: {right}/{len(also)} right")
    if newer:
        lines.append(f"right thanks to a newer decoder than the index was made with: {newer}")
    return lines


def _counts(rows: Sequence[Row]) -> tuple[str, ...]:
    return (str(len(rows)), *(str(sum(row.word is word for row in rows)) for word in Word))


def _line(name: str, cells: tuple[str, ...]) -> str:
    return f"{name:<20}" + "".join(f"{cell:>17}" for cell in cells)


def _short(text: str) -> str:
    """The last line of a traceback says most."""
    line = text.strip().splitlines()[-1] if text.strip() else ""
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
