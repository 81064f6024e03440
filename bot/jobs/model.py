"""What a job is: a frozen record, its phases, and the one table of allowed moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from converter.request import Request

TRACE_LENGTH: Final = 8
KEEP_FINISHED: Final = timedelta(days=30)
"""How long an ended job is known, and all that was written down of it."""


class Phase(StrEnum):
    """Where a job stands. The first four are alive, the others are for ever."""

    QUEUED = "queued"
    DOWNLOADING = "downloading"
    CONVERTING = "converting"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def running(self) -> bool:
        """A worker holds it now."""
        return self in {Phase.DOWNLOADING, Phase.CONVERTING, Phase.SENDING}

    @property
    def final(self) -> bool:
        """Nothing more will happen to it."""
        return not ALLOWED[self]


_ENDS = frozenset({Phase.REFUSED, Phase.FAILED, Phase.CANCELLED})

ALLOWED: Mapping[Phase, frozenset[Phase]] = MappingProxyType(
    {
        Phase.QUEUED: frozenset({Phase.DOWNLOADING, Phase.FAILED, Phase.CANCELLED}),
        # Done at once: its result was there already.
        Phase.DOWNLOADING: frozenset({Phase.CONVERTING, Phase.DONE, Phase.QUEUED}) | _ENDS,
        Phase.CONVERTING: frozenset({Phase.SENDING, Phase.QUEUED}) | _ENDS,
        Phase.SENDING: frozenset({Phase.DONE, Phase.QUEUED}) | _ENDS,
        Phase.DONE: frozenset(),
        Phase.REFUSED: frozenset(),
        Phase.FAILED: frozenset(),
        Phase.CANCELLED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """The file a person sent, as the messenger names it. `size` in bytes, 0 when unknown."""

    file_id: str
    unique_id: str
    name: str
    size: int
    mime: str = ""


class Role(StrEnum):
    """What a file that came beside a video is for."""

    SUBTITLE = "subtitle"
    THUMBNAIL = "thumbnail"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Extra:
    """A file that a person sent beside the video; `trouble` is the code of an error where it can't
    be used. There is one of each role, but for parts: videos that follow the first in one, in their
    order. `seconds` is how long one plays by the messenger's word, 0 when unknown; `message_id`
    the message that brought it, "" where that doesn't matter."""

    role: Role
    source: Source
    trouble: str = ""
    seconds: float = 0.0
    message_id: str = ""


Extras = tuple[Extra, ...]


class Receipt(StrEnum):
    """What is known of a result that is sent, not edited in: no second one may follow unasked."""

    NONE = ""
    INTENDED = "intended"  # sending began; how it ended nobody knows until one of the others stands
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class NewJob:
    """One conversion that a person asks for, not yet saved.

    Ids are text, as `platform` (a messenger's name) writes them. `message_id` is the person's own
    message that carried the file: the same message never makes two jobs. The same file with the
    same `request` and `extras` is the same work. `group` marks a chat of several people. `origin`
    is the draft that it was made of, "" for a file that is converted at once; `status_message_id` a
    message that is there already and becomes the job's. `as_file`: the result comes as a plain
    file. `thread_id` is the topic of the chat that it was asked for in, None outside of topics.
    `batch_id` is the batch that it belongs to, see `batch`. `shots` is how many pictures, of
    moments spread over the film, come together as its result; 0 for an ordinary job.
    """

    user_id: str
    chat_id: str
    message_id: str
    locale: str
    source: Source
    request: Request = field(default_factory=Request)
    group: bool = False
    platform: str = "telegram"
    origin: str = ""
    as_file: bool = False
    status_message_id: str | None = None
    thread_id: str | None = None
    batch_id: str | None = None
    extras: Extras = ()
    shots: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A saved job.

    `attempt` is the fencing token: it grows with every take, and a write that carries an older one
    changes nothing. `failures` counts the attempts that went wrong. `deaths` counts how often in a
    row the process died while it worked on this job alone (see `blame`). `status_message_id` is
    the message in the chat that this job owns, None until it was sent; `result_message_id` the one
    that a result was sent as, or several with spaces between, None for one that was edited in.
    """

    id: str
    platform: str
    user_id: str
    chat_id: str
    message_id: str
    locale: str
    source: Source
    request: Request
    group: bool
    phase: Phase
    attempt: int
    failures: int
    deaths: int
    receipt: Receipt
    status_message_id: str | None
    error_code: str | None
    created_at: datetime
    origin: str = ""
    as_file: bool = False
    thread_id: str | None = None
    batch_id: str | None = None
    extras: Extras = ()
    shots: int = 0
    result_message_id: str | None = None

    @property
    def trace(self) -> str:
        """What people tell the operator, to be found by."""
        return self.id[:TRACE_LENGTH]

    @property
    def owner(self) -> tuple[str, str]:
        """Whose job it is: platform and user."""
        return self.platform, self.user_id
