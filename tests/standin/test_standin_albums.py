"""Albums: what people send comes item by item, what the bot sends is checked as a whole."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


async def test_an_album_is_one_update_for_each_item(
    standin: StandIn, ask: Ask, clip: Path, jpeg: Path
) -> None:
    user = standin.user()
    text = await user.send_text("before")
    sent = await user.send_album([clip, ("photo", jpeg), clip], caption="all", reply_to=text)
    _, answer = await ask("getUpdates", timeout=1)
    items = [update["message"] for update in answer["result"]][1:]
    assert [("video" in item, "photo" in item) for item in items] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    assert {item["media_group_id"] for item in items} == {sent[0].album}
    assert [item.get("caption") for item in items] == ["all", None, None]
    assert all(item["reply_to_message"]["text"] == "before" for item in items)


async def test_two_albums_are_told_apart(standin: StandIn, clip: Path) -> None:
    user = standin.user()
    first, second = [await user.send_album([clip, clip], kind="document") for _ in range(2)]
    assert first[0].kind == "document"
    assert first[0].album == first[1].album != second[0].album


async def test_an_album_may_come_in_several_answers(standin: StandIn, ask: Ask, clip: Path) -> None:
    user = standin.user()
    sending = asyncio.create_task(user.send_album([clip] * 5, split=2, pause=0.05))
    offset = 0
    sizes: list[int] = []
    while sum(sizes) < 5:
        _, answer = await ask("getUpdates", timeout=5, offset=offset)
        sizes.append(len(answer["result"]))
        offset = answer["result"][-1]["update_id"] + 1
    await sending
    assert sizes == [2, 2, 1]


async def test_answers_stay_apart_when_all_of_it_waits(
    standin: StandIn, ask: Ask, clip: Path
) -> None:
    user = standin.user()
    await user.send_text("before")
    await user.send_album([clip] * 3, split=2)
    offset, sizes = 0, []
    for _ in range(2):
        _, answer = await ask("getUpdates", offset=offset)
        sizes.append(len(answer["result"]))
        offset = answer["result"][-1]["update_id"] + 1
    assert sizes == [3, 1]


async def test_clients_make_albums_of_ten(standin: StandIn, clip: Path) -> None:
    sent = await standin.user().send_album([clip] * 11)
    assert len({message.album for message in sent[:10]}) == 1
    assert sent[0].album is not None
    assert sent[10].album is None


@pytest.mark.parametrize("kinds", [("document", "video"), ("audio", "photo"), ("voice", "voice")])
async def test_clients_do_not_mix_everything(
    kinds: tuple[str, str], standin: StandIn, clip: Path
) -> None:
    with pytest.raises(ValueError, match="no client puts"):
        await standin.user().send_album([(kind, clip) for kind in kinds])


def _item(kind: str, name: str = "a", **more: object) -> dict[str, Any]:
    return {"type": kind, "media": f"attach://{name}", **more}


async def test_the_bot_sends_films_and_pictures_in_one_album(
    standin: StandIn, ask: Ask, clip: Path, jpeg: Path
) -> None:
    user = standin.user()
    message = await user.send_text("hi")
    media = [
        _item("video", "a", caption="<b>one</b>", parse_mode="HTML", width=4, height=2),
        _item("photo", "b", caption="two"),
        _item("video", "a"),
    ]
    status, answer = await ask(
        "sendMediaGroup",
        files={"a": clip, "b": jpeg},
        chat_id=user.id,
        media=media,
        reply_parameters={"message_id": message.id},
    )
    assert status == 200, answer
    assert [m["message_id"] for m in answer["result"]] == [2, 3, 4]
    assert len({m["media_group_id"] for m in answer["result"]}) == 1
    film, picture, again = user.bot_messages
    assert (film.kind, picture.kind, again.kind) == ("video", "photo", "video")
    assert (film.caption, picture.caption, film.video.width) == ("one", "two", 4)
    assert film.reply_to == again.reply_to == message.id
    media = [
        {"type": "video", "media": film.video.file_id},
        {"type": "video", "media": again.video.file_id},
    ]
    status, answer = await ask("sendMediaGroup", chat_id=user.id, media=media)
    assert status == 200, answer
    assert user.bot_messages[-1].video.path == again.video.path
    assert user.bot_messages[-1].album != film.album
    assert (standin.problems, standin.unknown_parameters) == ([], [])


@pytest.mark.parametrize(
    ("media", "complaint"),
    [
        ([], "there are no messages to send"),
        ([_item("photo")] * 11, "too many messages to send as an album"),
        ([_item("document"), _item("photo")], "document can't be mixed with other media types"),
        ([_item("photo"), _item("audio")], "audio can't be mixed with other media types"),
        ([_item("photo"), _item("photo", "z")], "can't parse InputMedia: media not found"),
        (
            [_item("photo"), _item("animation")],
            "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
        ),
        ([_item("sticker")] * 2, 'can\'t parse InputMedia: type "sticker" is unsupported'),
        ([{"media": "x"}], "can't parse InputMedia: Can't find field \"type\""),
        (
            [_item("photo"), _item("photo", show_caption_above_media=True)],
            "parameter show_caption_above_media must be the same for all messages",
        ),
        ([_item("photo"), _item("photo", caption="x" * 1025)], "message caption is too long"),
        (
            [_item("photo"), _item("photo", "b")],
            'failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"',
        ),
        (
            [_item("video"), _item("photo")],
            'failed to send message #1 with the error message "MEDIA_GROUPED_INVALID"',
        ),
    ],
)
async def test_an_album_that_telegram_refuses_leaves_nothing(
    media: list[dict[str, Any]], complaint: str, standin: StandIn, ask: Ask, clip: Path, jpeg: Path
) -> None:
    user = standin.user()
    await user.send_text("hi")
    files = {"a": jpeg, "b": clip}
    status, answer = await ask("sendMediaGroup", files=files, chat_id=user.id, media=media)
    assert (status, answer["description"]) == (400, f"Bad Request: {complaint}")
    assert user.bot_messages == []


async def test_an_album_has_no_buttons_and_one_file_is_none(
    standin: StandIn, ask: Ask, jpeg: Path
) -> None:
    user = standin.user()
    await user.send_text("hi")
    buttons = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    status, _ = await ask(
        "sendMediaGroup",
        files={"a": jpeg},
        chat_id=user.id,
        media=[_item("photo")],
        reply_markup=buttons,
    )
    assert status == 200
    [message] = user.bot_messages
    assert message.album is None
    assert message.buttons == []
    assert standin.unknown_parameters == ["sendMediaGroup.reply_markup"]
    assert standin.problems == ["sendMediaGroup: an album of one file is a plain message"]
