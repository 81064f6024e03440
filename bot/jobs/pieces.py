"""A result that stands in a chat, one of several."""

from dataclasses import dataclass

from bot.jobs.made import Kept
from bot.jobs.model import Job


@dataclass(frozen=True, slots=True)
class Piece:
    """A result that stands in the chat, as the message `message_id`."""

    job: Job
    kept: Kept
    message_id: str
