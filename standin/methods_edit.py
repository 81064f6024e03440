"""Methods that change or remove a message."""

from typing import Any

from standin import albums, media, texts
from standin.context import Call, Method
from standin.errors import bad_request
from standin.posting import chat_of
from standin.state import Message

Json = dict[str, Any]

_CAPTIONED = frozenset({"animation", "audio", "document", "photo", "video", "voice"})
# What a file may take the place of, and what may be put there.
_REPLACED = _CAPTIONED - {"voice"} | {"text"}
_MOST_DELETED = 100


async def edit_text(call: Call) -> Json:
    """Replace the text; media cannot become text."""
    if "text" not in call.params:
        raise bad_request("message text is empty")
    content = texts.text_content(call, "MESSAGE_TOO_LONG")
    message = _editable(call)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _change(call, message, content)


async def edit_caption(call: Call) -> Json:
    """Replace or remove the caption."""
    caption = texts.caption_content(call, call.params)
    message = _editable(call)
    if message.kind not in _CAPTIONED:
        raise bad_request("there is no caption in the message to edit")
    content = {k: v for k, v in message.content.items() if not k.startswith("caption")}
    return _change(call, message, content | caption)


async def edit_reply_markup(call: Call) -> Json:
    """Replace or remove the buttons."""
    message = _editable(call)
    return _change(call, message, message.content)


async def edit_media(call: Call) -> Json:
    """Put a file in the place of the message's content, a text included."""
    source = call.params["media"]
    kind = source["type"]
    if kind not in _REPLACED:
        call.state.problems.append(f"editMessageMedia: {kind} is not available in the stand-in")
        raise bad_request(f"media of type {kind} is not available in the stand-in")
    texts.inline_keyboard(call.params)
    caption = texts.caption_content(call, source)
    message = _editable(call, "message media can't be edited")
    if message.kind not in _REPLACED:
        raise bad_request("message media can't be edited")
    if "media_group_id" in message.extra:
        _check_album(message.kind, kind)
    content, passed = media.from_params(call, kind, source, source["media"])
    return _change(call, message, content | caption, passed)


async def delete_message(call: Call) -> bool:
    """Remove a message for everybody; in a group the bot's own alone, elsewhere anybody's."""
    chat = chat_of(call)
    message = chat.visible(call.params["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if not _deletable(message):
        raise bad_request("message can't be deleted")
    message.deleted = True
    call.state.changed.fire()
    return True


async def delete_messages(call: Call) -> bool:
    """Remove up to a hundred; those that are not there are passed over."""
    numbers = call.params["message_ids"]
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > _MOST_DELETED:
        raise bad_request("too many message identifiers specified")
    chat = chat_of(call)
    found = [message for number in numbers if (message := chat.visible(number)) is not None]
    if not all(map(_deletable, found)):
        raise bad_request("message can't be deleted")
    for message in found:
        message.deleted = True
    call.state.changed.fire()
    return True


def _deletable(message: Message) -> bool:
    return message.own or message.chat.type in {"private", "channel"}


def _check_album(old: str, new: str) -> None:
    if new not in albums.KINDS:
        raise bad_request("message content type can't be used in an album")
    if albums.unmixable({old, new}) is not None:
        raise bad_request("can't change media type in the album")


def _editable(call: Call, complaint: str = "message can't be edited") -> Message:
    params = call.params
    if "chat_id" not in params:
        sentence = "chat_id is empty" if "message_id" in params else None
        raise bad_request(sentence or "message identifier is not specified")
    message = chat_of(call).visible(params.get("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.own:
        raise bad_request(complaint)
    return message


def _change(call: Call, message: Message, content: Json, passed: Json | None = None) -> Json:
    if call.state.pace is not None:
        call.state.pace.edit(message.chat.id, message.message_id)
    message.change(content, texts.inline_keyboard(call.params), passed)
    call.state.changed.fire()
    return message.as_json()


METHODS: dict[str, Method] = {
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_reply_markup,
    "editMessageText": edit_text,
}
