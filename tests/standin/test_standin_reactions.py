"""Reactions of the bot: one listed emoji under a message."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


def _emoji(*emoji: str) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in emoji]


async def test_a_reaction_takes_the_place_of_the_one_before(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    message = await user.send_text("hi")
    place = {"chat_id": user.id, "message_id": message.id}
    for emoji in ("👀", "👌", "❤", "❤‍🔥"):
        status, answer = await ask("setMessageReaction", **place, reaction=_emoji(emoji))
        assert (status, answer["result"]) == (200, True)
        assert message.reactions == [emoji]
    await ask("setMessageReaction", **place, reaction=[])
    assert message.reactions == []


@pytest.mark.parametrize(
    ("reaction", "complaint"),
    [
        (_emoji("🎬"), "REACTION_INVALID"),
        (_emoji("❤️"), "REACTION_INVALID"),
        (_emoji(""), "REACTION_INVALID"),
        ([{"type": "custom_emoji", "custom_emoji_id": "1"}], "REACTION_INVALID"),
        (_emoji("👍", "🔥"), "REACTIONS_TOO_MANY"),
        (
            [{"type": "paid"}],
            "can't parse ReactionType: invalid reaction type specified",
        ),
    ],
)
async def test_a_reaction_that_telegram_refuses(
    reaction: list[dict[str, str]], complaint: str, standin: StandIn, ask: Ask
) -> None:
    user = standin.user()
    message = await user.send_text("hi")
    status, answer = await ask(
        "setMessageReaction", chat_id=user.id, message_id=message.id, reaction=reaction
    )
    assert (status, answer["description"]) == (400, f"Bad Request: {complaint}")
    assert message.reactions == []


async def test_nothing_can_be_put_under_what_is_not_there(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    await user.send_text("hi")
    _, answer = await ask("setMessageReaction", chat_id=user.id, message_id=9, reaction=[])
    assert answer["description"] == "Bad Request: message to react not found"


async def test_an_album_has_one_reaction_under_its_first_message(
    standin: StandIn, ask: Ask, clip: Path
) -> None:
    user = standin.user()
    first, second, third = await user.send_album([clip] * 3)
    place = {"chat_id": user.id, "message_id": third.id}
    await ask("setMessageReaction", **place, reaction=_emoji("👀"))
    assert (first.reactions, third.reactions) == (["👀"], [])
    user.delete(first)
    await ask("setMessageReaction", **place, reaction=_emoji("👍"))
    assert second.reactions == ["👍"]
