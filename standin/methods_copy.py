"""Methods that put a message which is there already into another chat."""

from typing import Any

from standin import posting, texts
from standin.context import Call, Method
from standin.errors import bad_request
from standin.state import MEDIA_KINDS

Json = dict[str, Any]

# What holds no content of anybody's can't be copied.
_COPIED = frozenset({*MEDIA_KINDS, "text", "contact", "location"})
_CAPTIONED = frozenset(MEDIA_KINDS) - {"sticker", "video_note"}


async def copy_message(call: Call) -> Json:
    """The same content as a message of the bot's own: neither whose it was nor its buttons."""
    source = call.state.chat(call.params["from_chat_id"])
    message = source.visible(call.params["message_id"])
    if message is None:
        raise bad_request("message to copy not found")
    if message.kind not in _COPIED:
        raise bad_request("message can't be copied")
    content, passed = dict(message.content), dict(message.passed)
    if "caption" in call.params and message.kind in _CAPTIONED:
        content = {k: v for k, v in content.items() if not k.startswith("caption")}
        content |= texts.caption_content(call, call.params)
    return {"message_id": posting.post(call, content, passed)["message_id"]}


METHODS: dict[str, Method] = {"copyMessage": copy_message}
