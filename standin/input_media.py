"""Kinds of InputMedia, refused in Telegram's words before the schema looks at the rest."""

import json
from typing import Any

from standin.errors import bad_request

_METHODS = frozenset({"editMessageMedia", "sendMediaGroup"})
_KNOWN = frozenset({"animation", "audio", "document", "live_photo", "photo", "video"})


def check_types(method: str, params: dict[str, Any]) -> None:
    """ApiError 400 for a kind that can't be edited in, or that no album takes."""
    if method not in _METHODS:
        return
    for item in _items(params.get("media")):
        kind = item.get("type")
        if kind is None:
            raise bad_request("can't parse InputMedia: Can't find field \"type\"")
        if kind == "animation" and method == "sendMediaGroup":
            raise bad_request(
                "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup"
            )
        if kind == "voice_note":
            raise bad_request('can\'t parse InputMedia: type "voice_note" is not allowed')
        if kind not in _KNOWN:
            raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')


def _items(value: object) -> list[dict[str, Any]]:
    """The objects in it; what is none is left to the schema."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]
