"""What ffprobe complains of, made into errors. Pure."""

import re
from typing import Final

from converter.errors import Code, ConversionError, Failed, Refused
from converter.media import MediaInfo

# By SIGKILL, here and in a container: what the kernel does to a program out of memory.
_KILLED: Final = frozenset({-9, 137})
_COMPLAINTS: Final = (
    (re.compile(r"moov atom not found"), Code.TRUNCATED),
    (re.compile(r"encrypt|DRM|decryption", re.IGNORECASE), Code.ENCRYPTED),
    (re.compile(r"not in allowed list|not whitelisted|whitelist", re.IGNORECASE), Code.NOT_MEDIA),
    (re.compile(r"Invalid data found|could not find codec", re.IGNORECASE), Code.NOT_MEDIA),
    (re.compile(r"End of file|Truncat", re.IGNORECASE), Code.TRUNCATED),
)
_CUT_OFF: Final = re.compile(r"ended prematurely|partial file|truncated", re.IGNORECASE)
_OVERSIZE: Final = re.compile(r"Picture size (\d+)x(\d+) exceeds specified max pixel count")


def probe_error(returncode: int, stderr: str, argv: list[str]) -> ConversionError:
    """Why ffprobe could not read the file."""
    if returncode in _KILLED or "Cannot allocate memory" in stderr:
        return Failed(Code.OUT_OF_MEMORY, command=argv, stderr_tail=stderr)
    for pattern, code in _COMPLAINTS:
        if pattern.search(stderr):
            return Refused(code, command=argv, stderr_tail=stderr)
    return Refused(Code.NOT_MEDIA, f"ffprobe exit {returncode}", command=argv, stderr_tail=stderr)


def cut_off(stderr: str) -> bool:
    """Whether the reader met the end of the file before it expected it."""
    return _CUT_OFF.search(stderr) is not None


def check_shown(info: MediaInfo, stderr: str, max_pixels: int) -> None:
    """Refuse a picture whose size ffprobe left out because it is over the limit it was given.

    Raises Refused (TOO_MANY_PIXELS).
    """
    found = _OVERSIZE.search(stderr)
    if found and any(video.width < 1 for video in info.videos[:1]):
        raise Refused(Code.TOO_MANY_PIXELS, limit=max_pixels, actual=int(found[1]) * int(found[2]))
