"""What the options of `convert` may be, in words, and which target a file's name asks for."""

from pathlib import Path
from typing import Final

from converter.errors import ConversionError
from converter.formats import TARGETS

# By the fields of a Request: the option, and what it takes.
_ALLOWED: Final = {
    "target": ("--target", ", ".join(TARGETS)),
    "quality": ("--quality", "original, balanced or small"),
    "max_side": ("--max-side", "16 to 16384"),
    "height": ("--height", "16 to 16384"),
    "max_fps": ("--fps", "1 to 240"),
    "max_bytes": ("--fit", "10kB or more"),
    "start": ("--from", "a time before --to and before the end"),
    "end": ("--to", "a time after --from"),
    "at": ("--at", "a time before the end"),
    "speed": ("--speed", "0.5 to 2"),
    "rotate": ("--rotate", "90, 180 or 270"),
    "loudness": ("--loudness", "-40 to -10"),
    "subtitles": ("--subtitles", "auto, drop, keep or burn"),
    "still": ("--still", "jpeg or png"),
    "audio": ("--audio", "a number or a language such as ru"),
    "subtitle": ("--subtitle", "a number or a language such as ru"),
}
_BY_NAME: Final = {
    ".mkv": "mkv",
    ".webm": "webm",
    ".mov": "mov",
    ".gif": "gif",
    ".mp3": "mp3",
    ".m4a": "m4a",
    ".ogg": "opus",
    ".flac": "flac",
    ".jpg": "frame",
    ".png": "frame",
}


def wrong_option(error: ConversionError) -> str:
    """Which option of the command a Request was refused for, and what it takes."""
    option, allowed = _ALLOWED.get(str(error.facts.get("option")), ("", error.detail))
    return f"{option} takes {allowed}" if option else allowed


def target_of(files: list[Path]) -> tuple[str, str]:
    """The target, and the kind of a single picture, that the last file's name asks for."""
    suffix = files[-1].suffix.lower() if len(files) == 2 else ""  # noqa: PLR2004 - IN and OUT
    return _BY_NAME.get(suffix, "mp4"), "png" if suffix == ".png" else "jpeg"
