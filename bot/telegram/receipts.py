"""What must be known of a message that can't be sent twice without being seen twice."""

from typing import Protocol

from bot.jobs.model import Job


class Receipts(Protocol):
    """Keeps, for each job, whether its result was sent.

    An edit needs none: made twice, it shows one result. A job that was sent is finished, never
    delivered again: that is up to whoever keeps receipts, and so is taking an intention back when
    the person asks for another try after an unsure one ("Send again").
    """

    async def intend(self, job: Job) -> bool:
        """Save, durably, that a send begins now. False when an earlier attempt began one whose end
        nobody knows."""
        ...

    async def sent(self, job: Job, message_id: int) -> None:
        """It was sent, as this message."""
        ...

    async def failed(self, job: Job) -> None:
        """It was certainly not sent: the intention is taken back."""
        ...


class NoReceipts:
    """Keeps nothing: an unsure end is noticed at once, but not by the next process."""

    async def intend(self, job: Job) -> bool:  # noqa: ARG002 - see Receipts
        """Always a first time."""
        return True

    async def sent(self, job: Job, message_id: int) -> None:
        """See `Receipts.sent`."""

    async def failed(self, job: Job) -> None:
        """See `Receipts.failed`."""
