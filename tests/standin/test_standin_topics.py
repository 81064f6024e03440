"""Forums: what is said in a topic, and where the bot's answers land."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import Group, Person, StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


@pytest.fixture
def anna(standin: StandIn) -> Person:
    return standin.user(name="Anna")


@pytest.fixture
def forum(standin: StandIn, anna: Person) -> Group:
    return standin.group([anna], kind="supergroup")


async def test_a_message_names_its_topic(
    standin: StandIn, anna: Person, forum: Group, clip: Path
) -> None:
    topic = forum.topic("Films")
    opened = standin.pending_updates[-1]["message"]
    assert opened["forum_topic_created"]["name"] == "Films"
    assert opened["message_id"] == opened["message_thread_id"] == topic.id
    assert "reply_to_message" not in opened
    sent = await forum.member(anna).send_video(clip, thread=topic)
    update = standin.pending_updates[-1]["message"]
    assert (update["message_thread_id"], update["is_topic_message"]) == (topic.id, True)
    assert update["chat"]["is_forum"] is True
    assert update["reply_to_message"]["forum_topic_created"]["name"] == "Films"
    assert (sent.thread, sent.reply_to) == (topic.id, None)
    album = await forum.member(anna).send_album([clip, clip], thread=topic.id)
    assert [message.thread for message in album] == [topic.id, topic.id]


async def test_an_answer_stays_in_the_topic(
    standin: StandIn, anna: Person, forum: Group, clip: Path
) -> None:
    topic = forum.topic("Films")
    member = forum.member(anna)
    film = await member.send_video(clip, thread=topic)
    await member.send_text("/convert", reply_to=film)
    update = standin.pending_updates[-1]["message"]
    assert update["message_thread_id"] == topic.id
    assert update["reply_to_message"]["video"]["file_id"] == film.video.file_id


async def test_the_bot_lands_where_it_aims(
    anna: Person, forum: Group, ask: Ask, clip: Path
) -> None:
    topic, other = forum.topic("Films"), forum.topic("Other")
    said = await forum.member(anna).send_text("hi", thread=other)
    chat = {"chat_id": forum.id}
    await ask("sendMessage", **chat, text="general")
    _, answer = await ask("sendMessage", **chat, text="aimed", message_thread_id=topic.id)
    assert answer["result"]["is_topic_message"] is True
    reply = {"message_id": said.id}
    await ask("sendMessage", **chat, text="answer", reply_parameters=reply)
    await ask("sendVideo", files={"video": clip}, **chat, message_thread_id=topic.id)
    media = [{"type": "video", "media": "attach://a"}] * 2
    await ask("sendMediaGroup", files={"a": clip}, **chat, media=media, message_thread_id=topic.id)
    threads = [message.thread for message in forum.bot_messages]
    assert threads == [None, topic.id, other.id, topic.id, topic.id, topic.id]
    number = forum.bot_messages[1].id
    await ask("editMessageText", **chat, message_id=number, text="edited")
    assert (forum.bot_messages[1].text, forum.bot_messages[1].thread) == ("edited", topic.id)


async def test_a_topic_that_is_not_there(forum: Group, ask: Ask) -> None:
    topic = forum.topic("Films")
    chat = {"chat_id": forum.id}
    for number in (1, 999):
        status, answer = await ask("sendMessage", **chat, text="x", message_thread_id=number)
        assert (status, answer["description"]) == (400, "Bad Request: message thread not found")
    for number, status in ((topic.id, 200), (1, 200), (999, 400)):
        params = {"action": "typing", "message_thread_id": number}
        assert (await ask("sendChatAction", **chat, **params))[0] == status
    with pytest.raises(ValueError, match="no topic 999"):
        await forum.members[0].send_text("x", thread=999)


async def test_only_supergroups_are_forums(standin: StandIn) -> None:
    with pytest.raises(ValueError, match="only a supergroup"):
        standin.group().topic("Films")


async def test_a_private_chat_may_have_topics(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    topic = user.topic("Films")
    message = await user.send_text("hi", thread=topic)
    update = standin.pending_updates[-1]["message"]
    assert (message.thread, update["message_thread_id"]) == (topic.id, topic.id)
    await ask("sendMessage", chat_id=user.id, text="x", message_thread_id=topic.id)
    assert user.bot_messages[0].thread == topic.id
