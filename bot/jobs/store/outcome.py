"""How an attempt ended, as data: it is kept until it is written."""

from dataclasses import dataclass
from typing import Self

from bot.jobs.model import Phase
from bot.jobs.status import Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """The phase the job goes to: a final one with its `code` and, for the operator, a `detail`; or
    QUEUED, in `delay` seconds at the earliest, `failed` by `code` or not. `status` is what the
    person sees of it, None where there is nothing to say or nobody to hear it."""

    phase: Phase
    code: str | None
    status: Status | None
    failed: bool = False
    delay: float = 0.0
    detail: str = ""

    @classmethod
    def end(cls, phase: Phase, code: str | None, status: Status | None, detail: str = "") -> Self:
        """For ever."""
        return cls(phase, code, status, detail=detail)

    @classmethod
    def put_back(cls, status: Status, code: str | None = None, delay: float = 0.0) -> Self:
        """To be tried again, after a failure of that `code` or without one."""
        return cls(Phase.QUEUED, code, status, code is not None, delay)
