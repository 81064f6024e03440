"""What can go wrong outside the conversion itself: on the way in, on the way out, in the store."""

from enum import StrEnum
from typing import ClassVar


class TransferCode(StrEnum):
    """Why a file did not come or go. The value is stable: it is stored and printed."""

    TOO_BIG_TO_FETCH = "too_big_to_fetch"
    FILE_GONE = "file_gone"
    DOWNLOAD_STALLED = "download_stalled"
    DOWNLOAD_INCOMPLETE = "download_incomplete"
    DOWNLOAD_FAILED = "download_failed"
    TELEGRAM_UNAVAILABLE = "telegram_unavailable"
    UPLOAD_TOO_LARGE = "upload_too_large"
    UPLOAD_REJECTED = "upload_rejected"
    UNSURE_IF_SENT = "unsure_if_sent"
    BLOCKED = "blocked"


# The same file ends the same way, however often a person tries.
NO_USE = frozenset({TransferCode.TOO_BIG_TO_FETCH, TransferCode.UPLOAD_TOO_LARGE})


class TransferError(Exception):
    """A transfer that failed, with the numbers a sentence about it needs in `facts`.

    `retryable`: another try, made at once and by itself, may succeed.
    """

    retryable: ClassVar[bool] = False

    def __init__(self, code: TransferCode, detail: str = "", **facts: float | str) -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail
        self.facts = facts

    @property
    def worth_retrying(self) -> bool:
        """Whether a person who tries the same again, some time later, may fare better: all but a
        file that is too large for Telegram can pass (a file that isn't available for now, a right
        that the bot lacked)."""
        return self.code not in NO_USE


class PassingTransferError(TransferError):
    """The network or the other side was the cause: a later try may succeed, but none before
    `not_before` seconds have passed."""

    retryable: ClassVar[bool] = True

    def __init__(self, code: TransferCode, detail: str = "", *, not_before: float = 0.0) -> None:
        super().__init__(code, detail)
        self.not_before = not_before


class BlockedError(TransferError):
    """The person blocked the bot or left: nobody is there to be told."""

    def __init__(self) -> None:
        super().__init__(TransferCode.BLOCKED)


class KeptRefusedError(Exception):
    """The messenger won't send a result by the name that it gave it once: it has to be made anew.
    `gone`: the name means nothing any more, to nobody."""

    def __init__(self, detail: str, *, gone: bool) -> None:
        super().__init__(detail)
        self.gone = gone


class LeaseLostError(Exception):
    """A fenced write found that the job has moved on: whoever holds the old attempt must stop."""


class TooMuchError(Exception):
    """A video that is longer than its person may still have converted today. `facts` in seconds:
    ``actual``, ``used`` so far, the ``limit``."""

    code: ClassVar[str] = "over_minutes"

    def __init__(self, **facts: float) -> None:
        super().__init__(self.code)
        self.facts = facts
