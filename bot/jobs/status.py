"""What a job's status message says, as data: whoever shows it finds the words and the buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """One sentence each."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    DOWNLOADING = "downloading"
    CONVERTING = "converting"
    SENDING = "sending"
    RETRYING = "retrying"
    NO_SPACE = "no_space"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Status:
    """The state to show.

    `facts` are the sentence's numbers: ``place`` in the queue, ``percent`` 0-100, ``speed`` as a
    multiple of real time, ``seconds`` left, ``bytes`` … `code` is the error's for FAILED.
    `can_retry` asks for a Retry button. `trace` is what the operator finds a failure by, "" where
    the operator can do nothing about it. STOPPED is by the operator, CANCELLED by its person.
    """

    kind: State
    facts: Mapping[str, float | str] = field(default_factory=lambda: MappingProxyType({}))
    code: str = ""
    can_retry: bool = False
    trace: str = ""

    @property
    def final(self) -> bool:
        """Nothing follows: it must reach the person, and no Cancel button is left."""
        return self.kind in {State.FAILED, State.CANCELLED, State.STOPPED}
