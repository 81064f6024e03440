"""Files edited into messages, what can't be, and removing several messages at once."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
Begun = Callable[[str], Path]
KINDS = ["animation", "audio", "document", "photo", "video"]


@pytest.mark.parametrize("old", KINDS)
@pytest.mark.parametrize("new", KINDS)
async def test_each_of_these_takes_the_place_of_each(
    old: str, new: str, standin: StandIn, ask: Ask, begun: Begun
) -> None:
    user = standin.user()
    await user.send_text("hi")
    await ask(f"send{old.capitalize()}", files={old: begun(old)}, chat_id=user.id)
    place = {"chat_id": user.id, "message_id": user.bot_messages[0].id}
    media = {"type": new, "media": "attach://a"}
    status, answer = await ask("editMessageMedia", files={"a": begun(new)}, **place, media=media)
    assert status == 200, answer
    assert new in answer["result"]
    assert user.bot_messages[0].kind == new


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("document", "video", "can't change media type in the album"),
        ("photo", "document", "can't change media type in the album"),
        ("photo", "animation", "message content type can't be used in an album"),
        ("audio", "audio", None),
        ("photo", "video", None),
    ],
)
async def test_an_item_of_an_album_stays_of_its_sort(
    old: str, new: str, complaint: str | None, standin: StandIn, ask: Ask, begun: Begun
) -> None:
    user = standin.user()
    await user.send_text("hi")
    media = [{"type": old, "media": "attach://a"}] * 2
    status, answer = await ask(
        "sendMediaGroup", files={"a": begun(old)}, chat_id=user.id, media=media
    )
    assert status == 200, answer
    place = {"chat_id": user.id, "message_id": user.bot_messages[1].id}
    status, answer = await ask(
        "editMessageMedia",
        files={"a": begun(new)},
        **place,
        media={"type": new, "media": "attach://a"},
    )
    if complaint is None:
        assert status == 200, answer
        assert user.bot_messages[1].kind == new
    else:
        assert answer["description"] == f"Bad Request: {complaint}"


async def test_media_of_others_and_of_nobody(standin: StandIn, ask: Ask, clip: Path) -> None:
    user = standin.user()
    film = await user.send_video(clip)
    media = {"type": "video", "media": film.video.file_id}
    edit = {"chat_id": user.id, "message_id": film.id, "media": media}
    _, answer = await ask("editMessageMedia", **edit)
    assert answer["description"] == "Bad Request: message media can't be edited"
    _, answer = await ask("editMessageMedia", **edit | {"message_id": 9})
    assert answer["description"] == "Bad Request: message to edit not found"
    await ask("sendMessage", chat_id=user.id, text="x")
    missing = {"message_id": 2, "media": {"type": "video", "media": "attach://z"}}
    _, answer = await ask("editMessageMedia", **edit | missing)
    assert answer["description"] == "Bad Request: can't parse InputMedia: media not found"


async def test_several_messages_are_removed_at_once(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    for words in ("a", "b", "c"):
        await user.send_text(words)
    status, answer = await ask("deleteMessages", chat_id=user.id, message_ids=[1, 3, 99])
    assert (status, answer["result"]) == (200, True)
    assert [message.text for message in user.messages] == ["b"]
    for numbers, complaint in (
        ([], "message identifiers are not specified"),
        (list(range(1, 102)), "too many message identifiers specified"),
    ):
        _, answer = await ask("deleteMessages", chat_id=user.id, message_ids=numbers)
        assert answer["description"] == f"Bad Request: {complaint}"


async def test_a_bot_removes_nobody_elses_messages_in_a_group(standin: StandIn, ask: Ask) -> None:
    anna = standin.user()
    group = standin.group([anna])
    await group.member(anna).send_text("mine")
    await ask("sendMessage", chat_id=group.id, text="the bot's")
    _, answer = await ask("deleteMessages", chat_id=group.id, message_ids=[1, 2])
    assert answer["description"] == "Bad Request: message can't be deleted"
    assert len(group.messages) == 2
