"""Reactions: the emoji that the Bot API lists, and the method that puts one under a message."""

from typing import Any

from standin.context import Call, Method
from standin.errors import bad_request
from standin.posting import chat_of
from standin.state import Chat, Message

Json = dict[str, Any]

# Exactly so: a heart with a variation selector is another text, and refused.
_LISTED = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥
🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨
🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
EMOJI = frozenset(_LISTED.split())
_SERVICE = frozenset({"forum_topic_created"})


async def set_message_reaction(call: Call) -> bool:
    """Put one emoji under a message, or take the bot's away; an album's first message has it."""
    chosen = [_emoji(reaction) for reaction in call.params.get("reaction", [])]
    chat = chat_of(call)
    message = chat.visible(call.params["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    if message.kind in _SERVICE or not EMOJI.issuperset(chosen):
        raise bad_request("REACTION_INVALID")
    if len(chosen) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    _first_of_album(chat, message).reactions = chosen
    call.state.changed.fire()
    return True


def _emoji(reaction: Json) -> str:
    """What is chosen; "" for an emoji of somebody's own set, which no chat here allows."""
    if reaction["type"] == "paid":
        raise bad_request("can't parse ReactionType: invalid reaction type specified")
    emoji: str = reaction.get("emoji", "")
    return emoji


def _first_of_album(chat: Chat, message: Message) -> Message:
    album = message.extra.get("media_group_id")
    if album is None:
        return message
    items = (m for _, m in sorted(chat.messages.items()) if not m.deleted)
    return next(m for m in items if m.extra.get("media_group_id") == album)


METHODS: dict[str, Method] = {"setMessageReaction": set_message_reaction}
