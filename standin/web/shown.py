"""Messages as the page gets them: plain JSON, addresses of files, nothing else's secrets. Pure."""

from typing import Any, Final
from urllib.parse import urlsplit

from standin.views import Button, Media, SeenMessage
from standin.web.seats import PRIVATE, Seat

Json = dict[str, Any]

# Kinds that have a caption, which its author may change.
CAPTIONED: Final = frozenset({"animation", "audio", "document", "photo", "video", "voice"})
FILE, THUMBNAIL, COVER = "file", "thumb", "cover"
_SAFE_SCHEMES = frozenset({"http", "https"})


def message_json(message: SeenMessage, seat: Seat) -> Json:
    """A message as it looks now to somebody in the chat."""
    raw = message.raw
    mine = seat.owns(message)
    return {
        "id": message.id,
        "mine": mine,
        "author": None if mine or message.from_bot else raw.sender.first_name,
        "forwarded": _first_author(raw.extra),
        "deeds": deeds(message, seat),
        "date": raw.date,
        "edited": message.edited and not message.from_bot,
        "kind": message.kind,
        "text": message.text,
        "entities": [entity_json(entity) for entity in message.entities],
        "reply": message.reply_to,
        "album": message.album,
        "reactions": message.reactions,
        "buttons": [[button_json(button) for button in row] for row in message.keyboard],
        "media": None if message.media is None else _media(message, message.media, seat),
    }


def deeds(message: SeenMessage, seat: Seat) -> list[str]:
    """What somebody may do with a message, as in a messenger: their own text or caption can be
    changed unless it was somebody else's first; alone with the bot they delete anything."""
    mine = seat.owns(message)
    written = message.kind == "text" or message.kind in CAPTIONED
    found = ["reply"]
    if mine and written and _first_author(message.raw.extra) is None:
        found.append("edit")
    found.append("forward")
    if mine or seat.room == PRIVATE:
        found.append("delete")
    return found


def _first_author(extra: Json) -> str | None:
    """Who wrote first what was forwarded; None for what wasn't."""
    if "forward_origin" not in extra:
        return None
    user, chat = extra.get("forward_from"), extra.get("forward_from_chat")
    named = user and user["first_name"], chat and chat.get("title")
    return str(next(filter(None, (*named, extra.get("forward_sender_name"))), ""))


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


def _media(message: SeenMessage, media: Media, seat: Seat) -> Json:
    base = f"/api/files/{message.id}"
    # The same file keeps its address, whatever is edited around it: a film goes on playing.
    query = "?" + "&".join(filter(None, (f"f={media.file_id[-12:]}", seat.query)))
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
