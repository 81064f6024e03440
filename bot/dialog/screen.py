"""What is shown to a person: words and buttons, for any messenger to render. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# The shortest payload that a messenger's button carries, less what it adds itself.
LONGEST_ACTION: Final = 40


class Style(StrEnum):
    """How a button looks, where the messenger can."""

    PLAIN = ""
    GOOD = "success"
    BAD = "danger"
    MAIN = "primary"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is what a tap says: see `steps`. At most LONGEST_ACTION ASCII characters. With a
    `page`, an https address, a tap opens that within the messenger instead."""

    label: str
    action: str
    style: Style = Style.PLAIN
    page: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: its text, with marks (see `texts.marks`), and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
