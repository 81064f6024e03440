"""Marks in texts, which each messenger renders in its own way.

In a catalogue `__bold__` is bold. Loaded, a mark is a character of Unicode's private use, which no
keyboard types: so nothing that a person writes can be taken for one by mistake, and if somebody
sends such a character on purpose, it makes something bold, or disappears.
"""

import re
from typing import Final

BOLD: Final = "\ue000"
END: Final = "\ue001"

_WRITTEN: Final = re.compile(r"__(.+?)__")
_PAIR: Final = re.compile(f"{BOLD}([^{BOLD}{END}]*){END}")


def marked(source: str) -> str:
    """A catalogue's source with its marks as characters."""
    return _WRITTEN.sub(rf"{BOLD}\1{END}", source)


def plain(text: str) -> str:
    """A text without its marks, for what can't show them."""
    return text.replace(BOLD, "").replace(END, "")


def rendered(text: str, bold: str) -> str:
    """A text whose marks are written as a messenger wants them: `bold` has ``{}`` where the bold
    words go."""
    return plain(_PAIR.sub(lambda found: bold.format(found[1]), text))
