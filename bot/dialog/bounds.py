"""What the sentences say about limits."""

from dataclasses import dataclass

from bot.texts import Texts
from bot.texts.sentences import duration, size

# Telegram's limit on what comes in is a round number of mebibytes, which it calls MB.
_MEBIBYTE = 1024 * 1024
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes that can be fetched and sent, seconds of video, jobs that may wait. `input_set` when
    the operator's own limit on what is fetched is below the messenger's. `joined_bytes` are those
    of all videos that are made into one."""

    input_bytes: int
    output_bytes: int
    duration: float
    queued: int
    input_set: bool = False
    joined_bytes: int = 2_000_000_000

    def too_large(self, texts: Texts, actual: int) -> str | None:
        """Why a file of so many bytes can't be taken; None when it can."""
        if actual <= self.input_bytes:
            return None
        if self.input_set:
            return texts(
                "too-big-here", actual=size(texts, actual), limit=size(texts, self.input_bytes)
            )
        return texts(
            "too-big-to-fetch",
            actual=-(-actual // _MEBIBYTE),
            limit=self.input_bytes // _MEBIBYTE,
        )

    def help_text(self, texts: Texts) -> str:
        """The answer to /help."""
        return texts(
            "help",
            input=size(texts, self.input_bytes * _MEGABYTE / _MEBIBYTE),
            output=size(texts, self.output_bytes),
            duration=duration(texts, self.duration),
            queued=self.queued,
        )
