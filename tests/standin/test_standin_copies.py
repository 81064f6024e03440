"""copyMessage: what anybody sent, as the bot's own message in another chat."""

from pathlib import Path

import pytest

from standin import StandIn
from tests.standin.conftest import Ask


async def test_a_copy_has_the_content_and_nothing_else(
    standin: StandIn, ask: Ask, clip: Path
) -> None:
    ann, bob = standin.user(), standin.user()
    await bob.send_text("hi")
    words = await ann.send_text("/news today")
    film = await ann.send_video(clip, caption="look", reply_to=words)
    for message in (words, film):
        status, answer = await ask(
            "copyMessage", chat_id=bob.id, from_chat_id=ann.id, message_id=message.id
        )
        assert (status, list(answer["result"])) == (200, ["message_id"])
    text, video = bob.bot_messages
    assert (text.text, text.entities) == (words.text, words.entities)
    assert (video.caption, video.video.file_id) == ("look", film.video.file_id)
    assert video.reply_to is None
    assert text.from_bot
    assert video.from_bot


async def test_a_copy_may_have_a_caption_of_its_own(standin: StandIn, ask: Ask, clip: Path) -> None:
    ann = standin.user()
    film = await ann.send_video(clip, caption="look")
    said = {"caption": "<b>new</b>", "parse_mode": "HTML"}
    await ask("copyMessage", chat_id=ann.id, from_chat_id=ann.id, message_id=film.id, **said)
    assert ann.bot_messages[0].caption == "new"
    assert [e["type"] for e in ann.bot_messages[0].entities] == ["bold"]


@pytest.mark.parametrize(
    ("chat", "source", "message", "complaint"),
    [
        ("bob", "ann", 99, "Bad Request: message to copy not found"),
        ("bob", "nobody", 1, "Bad Request: chat not found"),
        ("stranger", "ann", 1, "Bad Request: chat not found"),
        ("blocked", "ann", 1, "Forbidden: bot was blocked by the user"),
    ],
)
async def test_what_cannot_be_copied(
    standin: StandIn, ask: Ask, chat: str, source: str, message: int, complaint: str
) -> None:
    people = {name: standin.user(name=name) for name in ("ann", "bob", "blocked", "stranger")}
    for name in ("ann", "bob", "blocked"):
        await people[name].send_text("hi")
    people["blocked"].block()
    ids = {name: user.id for name, user in people.items()} | {"nobody": 1}
    _, answer = await ask(
        "copyMessage", chat_id=ids[chat], from_chat_id=ids[source], message_id=message
    )
    assert answer["description"] == complaint
    assert not any(user.bot_messages for user in people.values())


async def test_a_deleted_message_is_gone(standin: StandIn, ask: Ask) -> None:
    ann = standin.user()
    message = await ann.send_text("hi")
    ann.delete(message)
    _, answer = await ask("copyMessage", chat_id=ann.id, from_chat_id=ann.id, message_id=message.id)
    assert answer["description"] == "Bad Request: message to copy not found"
