"""Messages as the page gets them: plain JSON, addresses of files, nothing else's secrets. Pure."""

from typing import Any
from urllib.parse import urlsplit

from standin.views import Button, Media, SeenMessage

Json = dict[str, Any]

_SAFE_SCHEMES = frozenset({"http", "https"})
FILE, THUMBNAIL, COVER = "file", "thumb", "cover"


def message_json(message: SeenMessage) -> Json:
    """A message as it looks now. `look` counts its looks, so that addresses of files change with
    them."""
    raw = message.raw
    return {
        "id": message.id,
        "mine": not message.from_bot,
        "date": raw.date,
        "edited": message.edited and not message.from_bot,
        "kind": message.kind,
        "text": message.text,
        "entities": [entity_json(entity) for entity in message.entities],
        "reply": message.reply_to,
        "album": message.album,
        "reactions": message.reactions,
        "buttons": [[button_json(button) for button in row] for row in message.keyboard],
        "media": None if message.media is None else _media(message, message.media),
    }


def entity_json(entity: Json) -> Json:
    """A mark over the text; a link keeps its address only if a page may lead there."""
    made = {name: entity[name] for name in ("type", "offset", "length")}
    if entity["type"] == "text_link" and is_safe(str(entity.get("url", ""))):
        made["url"] = entity["url"]
    return made


def button_json(button: Button) -> Json:
    """What a tap does: `tap` asks the bot, `link` leads away, `copy` copies, `off` nothing."""
    made: Json = {"text": button.text, "style": button.style, "does": "off"}
    if button.disabled:
        return made
    if button.callback_data is not None:
        made["does"] = "tap"
    elif button.url is not None and is_safe(button.url):
        made |= {"does": "link", "url": button.url}
    elif button.copy_text is not None:
        made |= {"does": "copy", "copy": button.copy_text}
    return made


def is_safe(url: str) -> bool:
    """Whether a link may stand in the page: no scripts, no schemes of other programs."""
    try:
        return urlsplit(url).scheme.lower() in _SAFE_SCHEMES
    except ValueError:
        return False


def _media(message: SeenMessage, media: Media) -> Json:
    base = f"/api/files/{message.id}"
    # The same file keeps its address, whatever is edited around it: a film goes on playing.
    query = f"?f={media.file_id[-12:]}"
    return {
        "url": f"{base}/{FILE}{query}",
        "thumb": f"{base}/{THUMBNAIL}{query}" if media.thumbnail else None,
        "cover": f"{base}/{COVER}{query}" if media.cover else None,
        "name": media.file_name,
        "size": media.size,
        "width": media.width,
        "height": media.height,
        "duration": media.duration,
    }
