"""Methods that put a new message into a chat."""

from typing import Any

from standin import media, posting, texts
from standin.context import Call, Method
from standin.errors import bad_request

Json = dict[str, Any]

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_CAPTIONLESS = frozenset({"sticker", "video_note"})
# One setting of a person is about both.
_VOICES = frozenset({"voice", "video_note"})


async def send_message(call: Call) -> Json:
    """A text message."""
    content = texts.text_content(call, "message is too long")
    return posting.post(call, content, {})


def sender(kind: str) -> Method:
    """The method that sends one file of this kind."""

    async def send(call: Call) -> Json:
        caption = {} if kind in _CAPTIONLESS else texts.caption_content(call, call.params)
        # Refused before the file is taken over, so that nothing of it is kept.
        texts.inline_keyboard(call.params)
        if posting.chat_of(call).voices_forbidden and kind in _VOICES:
            raise bad_request("VOICE_MESSAGES_FORBIDDEN")
        content, passed = media.from_params(call, kind, call.params, call.params[kind])
        return posting.post(call, content | caption, passed)

    return send


async def send_chat_action(call: Call) -> bool:
    """Remember what the bot says it is doing."""
    chat = posting.chat_of(call)
    general = {posting.GENERAL_TOPIC} if chat.topics else set()
    if call.params.get("message_thread_id") not in {None, *chat.topics, *general}:
        raise bad_request("message thread not found")
    if call.params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append((call.state.now(), call.params["action"]))
    return True


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendChatAction": send_chat_action,
    "sendAnimation": sender("animation"),
    "sendAudio": sender("audio"),
    "sendDocument": sender("document"),
    "sendPhoto": sender("photo"),
    "sendSticker": sender("sticker"),
    "sendVideo": sender("video"),
    "sendVideoNote": sender("video_note"),
    "sendVoice": sender("voice"),
}
