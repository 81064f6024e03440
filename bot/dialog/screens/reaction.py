"""How what people do with drafts ended, and who shows drafts: for the messenger."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.dialog.draft import Draft
from converter.errors import Refused


class Cards(Protocol):
    """Shows drafts in the chats of one messenger."""

    def show(self, draft: Draft) -> None:
        """Show the draft as it is now, in its message or in a new one, some time soon."""
        ...

    def move(self, draft: Draft) -> None:
        """The same, as the newest message of the chat."""
        ...

    async def release(self, draft: Draft) -> str | None:
        """Say nothing more in the draft's message: it becomes something else. Its id, None when
        there is none."""
        ...

    async def remove(self, draft: Draft) -> None:
        """Take the draft's message away."""
        ...


class Ending(StrEnum):
    """How an event ended, for whoever answers the person."""

    SHOWN = "shown"
    STARTED = "started"
    CLOSED = "closed"
    TYPING = "typing"
    TAKEN_OFF = "taken-off"
    COLLECTING = "collecting"
    FULL_OF_PARTS = "full-of-parts"
    TOO_LARGE = "too-large"
    GONE = "gone"
    ALREADY = "already"
    NOT_YOURS = "not-yours"
    FULL = "full"
    CROWDED = "crowded"
    NO_SPACE = "no-space"
    OVER_QUOTA = "over-quota"
    SHUT = "shut"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"
    SENSELESS = "senseless"


@dataclass(frozen=True, slots=True)
class Reaction:
    """`draft` as it is now, `field` that is to be typed, `refused` why a wish makes no sense,
    `seconds` until there is room again, None where nobody knows."""

    ending: Ending
    draft: Draft | None = None
    field: str = ""
    refused: Refused | None = None
    seconds: float | None = None
