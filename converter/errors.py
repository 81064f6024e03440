"""The small tree of what can go wrong, each with a code and whether a retry can help.

Nothing here is a sentence for a person in a chat: the code and its facts are data, and whoever
shows them finds the words.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Final

STDERR_TAIL_CHARS = 4000


class Code(StrEnum):
    """Why a conversion did not end in a video. The value is stable: it is stored and printed."""

    EMPTY = "empty"
    NOT_MEDIA = "not_media"
    TEXT = "text"
    ARCHIVE = "archive"
    PDF = "pdf"
    PROGRAM = "program"
    PICTURE = "picture"
    PLAYLIST = "playlist"
    NO_VIDEO = "no_video"
    NO_SOUND = "no_sound"
    NO_TRACK = "no_track"
    NO_SUBTITLES = "no_subtitles"
    NO_PICTURE = "no_picture"
    BAD_REQUEST = "bad_request"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    DOLBY_VISION = "dolby_vision"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_STREAMS = "too_many_streams"
    DAMAGED = "damaged"
    OUTPUT_TOO_LARGE = "output_too_large"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    DISK_FULL = "disk_full"
    GPU_FAILED = "gpu_failed"
    ENGINE = "engine"
    FAILED = "failed"


# What the load of the machine may have been the cause of: when others' conversions are over there
# is more time, more memory and another card for the same file.
_LOAD: Final = frozenset({Code.TIMED_OUT, Code.OUT_OF_MEMORY, Code.GPU_FAILED})


class ConversionError(Exception):
    """A conversion that gave no video.

    `retryable`: another try, made at once and by itself, may succeed. `facts` are the numbers a
    sentence about it needs (for example ``limit`` and ``actual``); `command` and `stderr_tail` are
    for the operator's log alone.
    """

    retryable: ClassVar[bool] = False

    def __init__(
        self,
        code: Code,
        detail: str = "",
        *,
        command: Sequence[str] = (),
        stderr_tail: str = "",
        **facts: float | str,
    ) -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail
        self.command = tuple(command)
        self.stderr_tail = stderr_tail[-STDERR_TAIL_CHARS:]
        self.facts = facts

    @property
    def worth_retrying(self) -> bool:
        """Whether a person who tries the same again, some time later, may fare better."""
        return self.retryable


class Refused(ConversionError):
    """The input itself is the cause: another try of the same file ends the same way."""


class Failed(ConversionError):
    """The conversion broke although the input was acceptable. Nothing is tried again by itself;
    a person may, where the machine's load can have been the cause."""

    @property
    def worth_retrying(self) -> bool:
        return self.code in _LOAD


class Unavailable(ConversionError):
    """The machine was the cause (engine gone, disk full): a later try may succeed."""

    retryable: ClassVar[bool] = True
