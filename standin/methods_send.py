"""Methods that put a new message into a chat."""

from typing import Any

from standin import media, texts
from standin.context import Call, Method
from standin.errors import bad_request
from standin.state import Chat

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
    return _post(call, content, {})


def sender(kind: str) -> Method:
    """The method that sends one file of this kind."""

    async def send(call: Call) -> Json:
        caption = {} if kind in _CAPTIONLESS else texts.caption_content(call, call.params)
        # Refused before the file is taken over, so that nothing of it is kept.
        texts.inline_keyboard(call.params)
        if _chat(call).voices_forbidden and kind in _VOICES:
            raise bad_request("VOICE_MESSAGES_FORBIDDEN")
        content, passed = media.from_params(call, kind, call.params, call.params[kind])
        return _post(call, content | caption, passed)

    return send


async def send_chat_action(call: Call) -> bool:
    """Remember what the bot says it is doing."""
    chat = call.state.chat(call.params["chat_id"])
    if call.params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append((call.state.now(), call.params["action"]))
    return True


def _chat(call: Call) -> Chat:
    return call.state.chat(call.params["chat_id"])


def _post(call: Call, content: Json, passed: Json) -> Json:
    state = call.state
    chat = _chat(call)
    markup = texts.inline_keyboard(call.params)
    extra = _reply(chat, call.params.get("reply_parameters"))
    if state.pace is not None:
        state.pace.send(chat.id, group=chat.type != "private")
    message = state.post(chat, state.bot, content, reply_markup=markup, extra=extra, passed=passed)
    return message.as_json()


def _reply(chat: Chat, parameters: Json | None) -> Json:
    if parameters is None or "message_id" not in parameters:
        return {}
    message_id = parameters["message_id"]
    if chat.visible(message_id) is not None:
        return {"reply_to_message_id": message_id}
    if parameters.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


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
