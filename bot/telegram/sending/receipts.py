"""What must be known of a message that can't be sent twice without being seen twice."""

from typing import Protocol

from bot.jobs.model import Job


class Receipts(Protocol):
    """Keeps, for each job, whether its result was sent.

    An edit needs none: made twice, it shows one result. When the person asks for another try after
    an unsure one ("Send again"), whoever keeps receipts takes the intention back first.
    """

    async def intend(self, job: Job) -> bool:
        """Save, durably, that a send begins now. False when an earlier attempt began one whose end
        nobody knows."""
        ...

    async def sent(self, job: Job, message_id: str) -> None:
        """It was sent, as this message, or as several with spaces between."""
        ...

    async def failed(self, job: Job) -> None:
        """It was certainly not sent: the intention is taken back."""
        ...
