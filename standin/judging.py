"""What Telegram makes of a file that the bot sends: the kind that was meant, another, or a refusal.

Known from the Bot API's documentation and its authors' answers. Where Telegram would show
something wrong in silence, it is written down among the problems.
"""

from typing import Any

from standin.contents import film, format_of
from standin.context import Call
from standin.errors import bad_request
from standin.images import picture_size
from standin.wire import Upload

Json = dict[str, Any]

_SOUNDS = frozenset({"mp3", "m4a", "ogg", "flac"})
# What each kind may hold, and what becomes of anything else.
_HOLDS: dict[str, frozenset[str]] = {
    "animation": frozenset({"mp4", "gif"}),
    "audio": _SOUNDS,
    "photo": frozenset({"jpeg", "png", "webp"}),
    # A WebM is shown as a sticker only as part of a set (tdlib/telegram-bot-api#355).
    "sticker": frozenset({"webp"}),
    "video": frozenset({"mp4"}),
    "video_note": frozenset({"mp4"}),
    "voice": frozenset({"ogg", "mp3", "m4a"}),
}
_LARGEST_PHOTO = 10_000_000
_LONGEST_SIDES = 10_000
_WIDEST = 20
_LONGEST_NOTE = 60
_TOLERANCE = 0.02


def becomes(call: Call, kind: str, upload: Upload, source: Json) -> str:
    """The kind of the message that this upload ends in; ApiError 400 where there is none.

    `source` is where the file's attributes stand.
    """
    found = format_of(upload.path)
    if kind == "document":
        detected = not source.get("disable_content_type_detection")
        return "animation" if found == "gif" and detected else kind
    if kind == "photo":
        check_photo(upload)
    if found not in _HOLDS[kind]:
        return "audio" if kind == "voice" and found in _SOUNDS else "document"
    if found == "mp4":
        return _film(call, kind, upload, source)
    return kind


def check_photo(upload: Upload) -> None:
    """ApiError 400 for what Telegram takes for no photo."""
    if upload.size > _LARGEST_PHOTO:
        raise bad_request("file is too big for a photo")
    sides = picture_size(upload.path)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(sides) > _LONGEST_SIDES or max(sides) > _WIDEST * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _film(call: Call, kind: str, upload: Upload, source: Json) -> str:
    """Clients believe what is said of a film and stretch the picture to it."""
    seen = film(upload.path)
    if seen is None:
        return kind
    note = kind == "video_note"
    if note and (seen.width != seen.height or seen.seconds > _LONGEST_NOTE + 1):
        return "video"
    said = [source.get(name) for name in (("length", "length") if note else ("width", "height"))]
    real = sorted((seen.width, seen.height))
    wrong = [s for s, r in zip(sorted(map(_number, said)), real, strict=True) if _far(s, r)]
    if wrong:
        call.state.problems.append(
            f"{call.method}: {said[0]}x{said[1]} said of a picture of {seen.width}x{seen.height}"
        )
    if abs(_number(source.get("duration")) - seen.seconds) > 1:
        call.state.problems.append(
            f"{call.method}: {source.get('duration')} s said of {seen.seconds:.1f} s"
        )
    return kind


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _far(said: int, real: int) -> bool:
    return abs(said - real) > max(2, real * _TOLERANCE)
