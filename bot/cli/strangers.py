"""Settings that nobody reads: misspelt variables, and lines of `.env` that are none. Pure, but for
reading that file."""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

# Variables of ours begin so; what else a machine's environment holds is nobody's mistake.
_PREFIXES: Final = ("TELEGRAM_", "FFMPEG_", "POLLING_", "CONVERSION_")
_LIKE: Final = 0.85
_LINE: Final = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")


def strangers(environment: Mapping[str, str], env_file: Path, fields: frozenset[str]) -> list[str]:
    """One sentence for each variable or line that is passed over, with the nearest right name."""
    known = {name.upper() for name in fields}
    known |= {f"{name}_FILE" for name in known}
    found = [_about(name, "", known) for name in environment if _looks_like_ours(name, known)]
    return [*found, *_lines(env_file, known)]


def _looks_like_ours(name: str, known: set[str]) -> bool:
    upper = name.upper()
    if upper in known:
        return False
    near = difflib.get_close_matches(upper, known, 1, _LIKE)
    return bool(near) or upper.startswith(_PREFIXES)


def _lines(env_file: Path, known: set[str]) -> Iterator[str]:
    try:
        lines = env_file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for number, line in enumerate(lines, start=1):
        where = f" (line {number} of {env_file})"
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line)
        if found is None:
            # Its text may hold a secret.
            yield f"this is no NAME=value{where}"
        elif found[1].upper() not in known:
            yield _about(found[1], where, known)


def _about(name: str, where: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, 1, 0.6)
    return f"there is no setting {name}{where}" + (f"; do you mean {near[0]}?" if near else "")
