"""A look at the decoded output: does it decode, and is there something to hear? Pure: the command
and what its messages mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from converter.input.guards import input_guards

# An output up to this long is decoded as a whole, a longer one in windows of so many frames, each
# from a keyframe on: decoding up to a moment in between would cost as much as all before it.
WHOLE_SECONDS: Final = 8.0
WINDOWS: Final = 5
WINDOW_PICTURES: Final = 8
WINDOW_SOUNDS: Final = 40
# A window begins at a keyframe, and a picture that refers to one before it is no fault.
_FORGIVEN: Final = 8
SILENT_DB: Final = -70.0
_AUDIBLE_DB: Final = -55.0
_LOUDEST: Final = re.compile(r"max_volume: (-?[\d.]+|-inf) dB")
_COMPLAINT: Final = re.compile(r"^.*\[(?:error|fatal|panic)\].*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the file from about `start`, seconds; `short`: a few frames, else to its end."""

    start: float = 0.0
    short: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: complaints of the decoders, and the loudest sample in dB below the largest
    possible, None without sound."""

    complaints: tuple[str, ...]
    loudest: float | None

    @property
    def silent(self) -> bool:
        """There is sound, and nothing in it."""
        return self.loudest is not None and self.loudest <= SILENT_DB

    @property
    def audible(self) -> bool:
        """There is something to hear for sure."""
        return self.loudest is not None and self.loudest > _AUDIBLE_DB


def windows(duration: float | None) -> tuple[Window, ...]:
    """The whole of a short output; samples from the beginning to the end of a long one."""
    if duration is None or duration <= WHOLE_SECONDS:
        return (Window(),)
    step = (duration - 2.0) / (WINDOWS - 1)
    return tuple(Window(step * number, short=True) for number in range(WINDOWS))


def argv(
    url: str, parts: Sequence[Window], *, max_pixels: int, picture: str | None, sound: str | None
) -> list[str]:
    """One ffmpeg call that decodes these windows to nowhere; `picture` and `sound` are stream
    specifiers (``v:0``, ``3``), None to leave them out."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-v", "level+info"]
    for part in parts:
        command += ["-noaccurate_seek", "-ss", f"{part.start:.3f}"] if part.start > 0 else []
        command += [*input_guards(max_pixels, pictures=True), "-i", url]
    for number, part in enumerate(parts):
        if picture is not None:
            command += ["-map", f"{number}:{picture}"]
            command += ["-frames:v", str(WINDOW_PICTURES)] if part.short else []
        if sound is not None:
            command += ["-map", f"{number}:{sound}", "-af", "volumedetect"]
            command += ["-frames:a", str(WINDOW_SOUNDS)] if part.short else []
        command += ["-fps_mode", "passthrough", "-f", "null", "-"]
    return command


def read(stderr: str) -> Look:
    """What the messages of that call say."""
    found = [float(text) for text in _LOUDEST.findall(stderr)]
    lines = [line.strip() for line in _COMPLAINT.findall(stderr)]
    # What the muxer of nothing says is of no importance.
    complaints = tuple(line for line in lines if not line.startswith("[null @"))
    return Look(complaints, max(found) if found else None)


def undecodable(look: Look, returncode: int, parts: Sequence[Window]) -> str | None:
    """What is wrong with the decoded output, None when nothing is."""
    forgiven = 0 if len(parts) == 1 else _FORGIVEN
    if returncode != 0 or len(look.complaints) > forgiven:
        first = look.complaints[0] if look.complaints else f"exit {returncode}"
        return f"does not decode: {first}"
    return None
