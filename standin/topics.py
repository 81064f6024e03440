"""Topics: threads of a forum, or of a private chat with the bot."""

from standin.state import Account, Chat, State, Topic

_BLUE = 7322096


def open_topic(state: State, chat: Chat, name: str, by: Account) -> Topic:
    """Open a topic with the service message that gives it its id; the bot is told."""
    content = {"forum_topic_created": {"name": name, "icon_color": _BLUE}}
    message = state.post(chat, by, content)
    topic = Topic(message.message_id, name)
    chat.topics[topic.id] = topic
    message.extra |= {"message_thread_id": topic.id, "is_topic_message": True}
    state.updates.push("message", message.as_json())
    state.changed.fire()
    return topic
