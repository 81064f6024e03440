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
