"""Where a message goes: its chat, its topic and what it answers; and putting it there."""

from typing import Any

from standin import texts
from standin.context import Call
from standin.errors import bad_request
from standin.state import Chat, Message

Json = dict[str, Any]

# Its number is good for actions alone: a message goes there by naming no topic.
GENERAL_TOPIC = 1


def chat_of(call: Call) -> Chat:
    """The chat that the call names; ApiError 400 or 403."""
    return call.state.chat(call.params["chat_id"])


def thread_fields(chat: Chat, thread: int | None, replied: Message | None) -> Json:
    """What a message says of its topic; an answer stays in the topic of what it answers.

    A supergroup that is no forum has threads too, one for each message that was answered: they
    have an id, but are no topics, and nothing can be sent to them by it.
    """
    if thread is None and replied is not None:
        thread = replied.thread
    if thread in chat.topics:
        return {"message_thread_id": thread, "is_topic_message": True}
    if replied is not None and chat.type == "supergroup" and not chat.topics:
        began: int = replied.extra.get("message_thread_id", replied.message_id)
        return {"message_thread_id": began}
    return {}


def place(call: Call, chat: Chat) -> Json:
    """The fields of a message that say what it answers and in which topic; ApiError 400."""
    if chat.read_only:
        raise bad_request(f"need administrator rights in the {chat.type} chat")
    thread = call.params.get("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad_request("message thread not found")
    replied = _replied(chat, call.params.get("reply_parameters"))
    reply = {} if replied is None else {"reply_to_message_id": replied.message_id}
    return reply | thread_fields(chat, thread, replied)


def post(call: Call, content: Json, passed: Json) -> Json:
    """Put the bot's message into its chat; ApiError 429 if that is too fast."""
    state, chat = call.state, chat_of(call)
    markup = texts.inline_keyboard(call.params)
    extra = place(call, chat)
    if state.pace is not None:
        state.pace.send(chat.id, group=chat.type != "private")
    message = state.post(chat, state.bot, content, reply_markup=markup, extra=extra, passed=passed)
    return message.as_json()


def _replied(chat: Chat, parameters: Json | None) -> Message | None:
    if parameters is None or "message_id" not in parameters:
        return None
    message = chat.visible(parameters["message_id"])
    if message is None and not parameters.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message
