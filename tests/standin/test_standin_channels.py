"""Channels and other chats that speak for themselves, and where forwarded messages come from."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import Update

from standin import SeenMessage, StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


async def test_a_post_comes_without_a_person(standin: StandIn, ask: Ask, clip: Path) -> None:
    channel = standin.channel("Films", username="films")
    film = await channel.send_video(clip, caption="new")
    await channel.send_text("/convert", reply_to=film)
    await channel.edit(film, caption="newer")
    first, second, third = standin.pending_updates
    post = first["channel_post"]
    assert "from" not in post
    assert post["sender_chat"] == post["chat"]
    assert post["chat"] == {
        "id": channel.id,
        "type": "channel",
        "title": "Films",
        "username": "films",
    }
    command = second["channel_post"]
    assert command["entities"][0]["type"] == "bot_command"
    assert command["reply_to_message"]["video"]["file_id"] == film.video.file_id
    assert third["edited_channel_post"]["caption"] == "newer"
    assert not film.from_bot
    for update in standin.pending_updates:
        Update.model_validate(update)


async def test_the_bot_posts_edits_and_removes(standin: StandIn, ask: Ask, clip: Path) -> None:
    channel = standin.channel(username="films")
    film = await channel.send_video(clip)
    status, answer = await ask("sendMessage", chat_id="@films", text="x")
    assert status == 200, answer
    assert "from" not in answer["result"]
    [message] = channel.bot_messages
    place = {"chat_id": channel.id, "message_id": message.id}
    assert (await ask("editMessageText", **place, text="y"))[0] == 200
    assert (await ask("deleteMessage", chat_id=channel.id, message_id=film.id))[0] == 200
    assert [m.text for m in channel.messages] == ["y"]
    assert "y" in standin.listing()
    _, answer = await ask("sendMessage", chat_id="@nobody", text="x")
    assert answer["description"] == "Bad Request: chat not found"


async def test_a_channel_that_the_bot_may_only_read(standin: StandIn, ask: Ask) -> None:
    channel = standin.channel(can_post=False)
    status, answer = await ask("sendMessage", chat_id=channel.id, text="x")
    assert (status, answer["description"]) == (
        400,
        "Bad Request: need administrator rights in the channel chat",
    )


async def test_an_anonymous_admin_is_the_group(standin: StandIn, clip: Path) -> None:
    group = standin.group(kind="supergroup", title="Films")
    sent = await group.anonymous.send_document(clip)
    update = standin.pending_updates[-1]["message"]
    assert update["sender_chat"] == update["chat"]
    assert (update["from"]["username"], update["from"]["is_bot"]) == ("GroupAnonymousBot", True)
    assert not sent.from_bot
    assert group.bot_messages == []


async def test_a_channel_speaks_in_a_group(standin: StandIn, clip: Path) -> None:
    group, channel = standin.group(kind="supergroup"), standin.channel()
    await group.speaking_as(channel).send_video(clip)
    update = standin.pending_updates[-1]["message"]
    assert update["sender_chat"]["id"] == channel.id
    assert update["from"]["username"] == "Channel_Bot"
    group.discuss(await channel.send_video(clip))
    update = standin.pending_updates[-1]["message"]
    assert (update["is_automatic_forward"], update["from"]["id"]) == (True, 777000)
    assert update["forward_origin"]["chat"]["id"] == channel.id


async def test_forwarded_messages_say_where_they_come_from(standin: StandIn, clip: Path) -> None:
    user, anna = standin.user(), standin.user(name="Anna")
    group, channel = standin.group(title="Club"), standin.channel("Films")
    post = await channel.send_video(clip)
    sources: list[tuple[Any, str, dict[str, Any]]] = [
        (anna, "user", {"sender_user": anna.account.as_json()}),
        ("Somebody", "hidden_user", {"sender_user_name": "Somebody"}),
        (standin.user(name="Shy", hides=True), "hidden_user", {"sender_user_name": "Shy"}),
        (group.anonymous, "chat", {"sender_chat": group.anonymous.origin.as_json()}),
        (group, "chat", {"sender_chat": group.anonymous.origin.as_json()}),
        (channel, "channel", {"chat": channel.chat.as_json(), "message_id": post.id}),
        (post, "channel", {"chat": channel.chat.as_json(), "message_id": post.id}),
    ]
    for source, kind, expected in sources:
        await user.send_video(clip, forwarded_from=source)
        update = standin.pending_updates[-1]["message"]
        origin = update["forward_origin"]
        assert origin.pop("type") == kind
        assert isinstance(origin.pop("date"), int)
        assert origin == expected
        assert "video" in update
        origin |= {"type": kind, "date": 1}
        Update.model_validate({"update_id": 1, "message": update})


@pytest.mark.parametrize("again", [False, True])
async def test_what_is_forwarded_keeps_its_file_and_its_first_author(
    again: bool, standin: StandIn, clip: Path
) -> None:
    user, channel = standin.user(), standin.channel()
    post: SeenMessage = await channel.send_video(clip)
    forwarded = await user.forward(post)
    if again:
        forwarded = await standin.user().forward(forwarded)
    assert forwarded.video.file_id == post.video.file_id
    assert forwarded.raw.extra["forward_origin"]["type"] == "channel"
