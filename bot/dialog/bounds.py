"""What the sentences say about limits."""

from dataclasses import dataclass

from bot.texts import Texts

_MEBIBYTE = 1024 * 1024
_MEGABYTE = 1_000_000
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes that can be fetched and sent, seconds of video, jobs that may wait."""

    input_bytes: int
    output_bytes: int
    duration: float
    queued: int

    def help_text(self, texts: Texts) -> str:
        """The answer to /help."""
        return texts(
            "help",
            input=self.input_bytes // _MEBIBYTE,
            output=self.output_bytes // _MEGABYTE,
            minutes=int(self.duration // _MINUTE),
            queued=self.queued,
        )
