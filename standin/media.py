"""Media that the bot sends: from parameters and uploads to the objects of a message."""

from typing import Any

from standin import judging
from standin.context import Call
from standin.errors import bad_request
from standin.files import FileStore, StoredFile
from standin.images import picture_size
from standin.wire import Upload

Json = dict[str, Any]

# Which attributes a caller may pass, and the type Telegram assumes for such a file.
_ATTRIBUTES: dict[str, tuple[tuple[str, ...], str]] = {
    "animation": (("width", "height", "duration"), "video/mp4"),
    "audio": (("duration", "performer", "title"), "audio/mpeg"),
    "document": ((), ""),
    "photo": ((), "image/jpeg"),
    "sticker": ((), "video/webm"),
    "video": (("width", "height", "duration", "start_timestamp"), "video/mp4"),
    "video_note": (("length", "duration"), "video/mp4"),
    "voice": (("duration",), "audio/ogg"),
}
_NOT_PASSED = frozenset({"chat_id", "message_id", "caption", "reply_markup", "thumbnail", "cover"})
_WITHOUT_NAME = frozenset({"live_photo", "photo", "sticker", "video_note", "voice"})


def from_params(call: Call, kind: str, source: Json, reference: str) -> tuple[Json, Json]:
    """The content of a message with this file, and the parameters that went with it.

    `source` is where attributes and the thumbnail stand: the method's parameters or an
    InputMedia object. `reference` is a file_id or `attach://name`. ApiError 400 for others. An
    upload that is no file of this kind may come out as another, see `judging`. What was said of a
    file with its upload comes with it ever after, and nothing said later changes that.
    """
    meant, stored = kind, _stored(call, kind, reference, source)
    kind = stored.kind
    if call.upload(reference) is not None:
        call.state.files.say(stored.file_id, _said(call, kind, source))
    extra = call.state.files.said(stored.file_id)
    passed = {name: value for name, value in source.items() if name not in _NOT_PASSED | {meant}}
    return describe(kind, stored, extra), passed


def _said(call: Call, kind: str, source: Json) -> Json:
    """The attributes that stand in `source`, the thumbnail and the cover."""
    attributes, _ = _ATTRIBUTES[kind]
    said = {name: source[name] for name in attributes if source.get(name) is not None}
    thumbnail = _thumbnail(call, source.get("thumbnail"))
    said |= {} if thumbnail is None else {"thumbnail": thumbnail}
    if kind == "video" and source.get("cover") is not None:
        said["cover"] = [_cover(call, source["cover"])]
    return said


def describe(kind: str, stored: StoredFile, attributes: Json) -> Json:
    """`{"video": {…}}` and its like, with what Telegram always says of such a file."""
    if kind == "photo":
        return {"photo": [photo_size(stored)]}
    whole: Json = {"file_id": stored.file_id, "file_unique_id": stored.unique_id}
    if kind in {"animation", "live_photo", "video"}:
        whole |= {"width": 0, "height": 0, "duration": 0}
    elif kind in {"audio", "voice"}:
        whole["duration"] = 0
    elif kind == "video_note":
        whole |= {"length": 384, "duration": 0}
    elif kind == "sticker":
        whole |= {"type": "regular", "width": 512, "height": 512}
        whole |= {"is_animated": False, "is_video": stored.name.endswith(".webm")}
    if kind not in _WITHOUT_NAME and stored.name:
        whole["file_name"] = stored.name
    if kind not in {"sticker", "video_note"}:
        whole["mime_type"] = stored.mime_type
    if stored.size is not None:
        whole["file_size"] = stored.size
    whole |= attributes
    if kind == "animation":  # Telegram fills `document` too, for old clients
        kept = ("file_id", "file_unique_id", "file_name", "mime_type", "file_size", "thumbnail")
        return {kind: whole, "document": {k: whole[k] for k in kept if k in whole}}
    return {kind: whole}


def _stored(call: Call, kind: str, reference: str, source: Json) -> StoredFile:
    upload = call.upload(reference)
    if upload is not None:
        return _uploaded(call, kind, upload, source)
    if reference.startswith("attach://"):
        if "media" in source:  # an InputMedia object
            raise bad_request("can't parse InputMedia: media not found")
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if "://" in reference:
        raise bad_request("wrong file identifier/HTTP URL specified")
    stored = call.state.files.named(reference)
    if stored.kind != kind:
        raise bad_request("type of file mismatch")
    return stored


def _uploaded(call: Call, kind: str, upload: Upload, source: Json) -> StoredFile:
    if upload.size == 0:
        raise bad_request("file must be non-empty")
    kind = judging.becomes(call, kind, upload, source)
    default = _ATTRIBUTES[kind][1]
    mime = upload.mime_type if not default or _plausible(upload, kind) else default
    return _keep(call.state.files, upload, kind, mime)


def _plausible(upload: Upload, kind: str) -> bool:
    family = {"animation": "video", "photo": "image", "voice": "audio"}.get(kind, kind)
    return (upload.mime_type or "").startswith(f"{family}/")


def _keep(files: FileStore, upload: Upload, kind: str, mime: str | None) -> StoredFile:
    """Move an upload to where it stays, under a name of our own with the sender's suffix."""
    suffix = "".join(c for c in upload.name.rpartition(".")[2] if c.isalnum())[:8]
    dotted = f".{suffix}" if "." in upload.name and suffix else ""
    target = files.folder / f"sent-{files.count:04d}-{kind}{dotted}"
    upload.take(target)
    if mime == "application/octet-stream":
        mime = None  # what a client says when it does not know: the name tells more
    return files.add(target, kind, name=upload.name, mime_type=mime)


def _thumbnail(call: Call, reference: str | None) -> Json | None:
    """A PhotoSize; Telegram silently drops a bad thumbnail, so it only counts as a problem."""
    if reference is None:
        return None
    upload = call.upload(reference)
    if upload is None:
        call.state.problems.append(f"{call.method}: thumbnail {reference!r} is not an upload")
        return None
    fault = call.state.files.thumbnail_fault(upload.path)
    if fault is not None:
        call.state.problems.append(f"{call.method}: {fault}")
        return None
    return photo_size(_keep(call.state.files, upload, "thumbnail", "image/jpeg"))


def _cover(call: Call, reference: str) -> Json:
    """A PhotoSize: a cover is a photo, and what is none is refused as one."""
    upload = call.upload(reference)
    if upload is None:
        if "://" in reference:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return photo_size(call.state.files.get(reference))
    if upload.size == 0:
        raise bad_request("file must be non-empty")
    judging.check_photo(upload)
    return photo_size(_keep(call.state.files, upload, "photo", "image/jpeg"))


def photo_size(stored: StoredFile) -> Json:
    """A PhotoSize object."""
    width, height = picture_size(stored.path) or (0, 0)
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "width": width,
        "height": height,
        "file_size": stored.size,
    }
