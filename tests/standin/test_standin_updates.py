"""getUpdates: long polling, confirmation, and one poller at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from standin import StandIn
from standin.errors import ApiError
from standin.signal import Signal
from standin.updates import UpdateQueue

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


def _texts(answer: dict[str, Any]) -> list[str]:
    return [update["message"]["text"] for update in answer["result"]]


async def test_updates_stay_until_their_offset_confirms_them(ask: Ask, standin: StandIn) -> None:
    user = standin.user()
    for word in ("a", "b", "c"):
        await user.send_text(word)
    _, first = await ask("getUpdates")
    _, again = await ask("getUpdates")
    assert _texts(first) == _texts(again) == ["a", "b", "c"]
    last = first["result"][-1]["update_id"]
    _, rest = await ask("getUpdates", offset=last)
    assert _texts(rest) == ["c"]
    _, nothing = await ask("getUpdates", offset=last + 1)
    assert nothing["result"] == []
    assert standin.pending_updates == []


async def test_a_negative_offset_keeps_the_newest(ask: Ask, standin: StandIn) -> None:
    user = standin.user()
    for word in ("a", "b", "c"):
        await user.send_text(word)
    _, newest = await ask("getUpdates", offset=-1)
    assert _texts(newest) == ["c"]
    assert len(standin.pending_updates) == 1


async def test_the_limit_is_kept_and_a_wrong_one_means_100(ask: Ask, standin: StandIn) -> None:
    user = standin.user()
    for number in range(120):
        await user.send_text(str(number))
    for limit, got in ((5, 5), (0, 100), (500, 100)):
        _, answer = await ask("getUpdates", limit=limit)
        assert len(answer["result"]) == got


async def test_a_poll_ends_as_soon_as_something_comes(ask: Ask, standin: StandIn) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=30))
    await standin.wait_until_polled()
    await standin.user().send_text("hi")
    _, answer = await asyncio.wait_for(poll, 5)
    assert _texts(answer) == ["hi"]


async def test_a_poll_ends_empty_when_its_time_is_over(ask: Ask) -> None:
    assert await ask("getUpdates", timeout=1) == (200, {"ok": True, "result": []})


async def test_the_older_of_two_pollers_gets_a_conflict(ask: Ask, standin: StandIn) -> None:
    old = asyncio.create_task(ask("getUpdates", timeout=30))
    await standin.wait_until_polled()
    new = asyncio.create_task(ask("getUpdates", timeout=30))
    status, answer = await asyncio.wait_for(old, 5)
    assert status == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    await standin.user().send_text("hi")
    assert _texts((await asyncio.wait_for(new, 5))[1]) == ["hi"]


async def test_only_allowed_kinds_are_queued_from_then_on(ask: Ask, standin: StandIn) -> None:
    user = standin.user()
    first = await user.send_text("a")
    await ask("getUpdates", allowed_updates=["edited_message"])
    await user.edit(first, text="b")
    await user.send_text("c")
    _, answer = await ask("getUpdates")
    assert [list(update)[1] for update in answer["result"]] == ["message", "edited_message"]
    await ask("getUpdates", allowed_updates=[])
    await user.send_text("d")
    assert "message" in standin.pending_updates[-1]


async def test_a_webhook_excludes_polling(ask: Ask, standin: StandIn) -> None:
    await standin.user().send_text("a")
    poll = asyncio.create_task(ask("getUpdates", offset=600_000_000, timeout=30))
    status, answer = await ask("setWebhook", url="http://a.org")
    assert status == 400
    await ask("setWebhook", url="https://a.org", drop_pending_updates=True)
    poll.cancel()
    status, answer = await ask("getUpdates")
    assert status == 409
    assert answer["description"].startswith("Conflict: can't use getUpdates method while webhook")
    assert (await ask("getWebhookInfo"))[1]["result"] == {
        "url": "https://a.org",
        "has_custom_certificate": False,
        "max_connections": 40,
        "pending_update_count": 0,
    }
    await ask("deleteWebhook")
    assert (await ask("getUpdates"))[0] == 200


async def test_an_update_can_come_twice_and_out_of_order(ask: Ask, standin: StandIn) -> None:
    user = standin.user()
    await user.send_text("a")
    assert user.last_update_id is not None
    _, answer = await ask("getUpdates", offset=user.last_update_id + 1)
    assert answer["result"] == []
    standin.repeat_update(user.last_update_id)
    standin.inject({"update_id": 7, "message": {"text": "odd"}})
    _, answer = await ask("getUpdates", offset=user.last_update_id + 1)
    assert _texts(answer) == ["a", "odd"]
    _, answer = await ask("getUpdates", offset=8)
    assert answer["result"] == []


async def test_ids_may_restart_lower(ask: Ask, standin: StandIn) -> None:
    user = standin.user()
    await user.send_text("a")
    old = user.last_update_id or 0
    await ask("getUpdates", offset=old + 1)
    standin.restart_update_ids(1000)
    await user.send_text("b")
    _, answer = await ask("getUpdates", offset=old + 1)
    assert _texts(answer) == ["b"]
    assert answer["result"][0]["update_id"] == 1000
    await ask("getUpdates", offset=1001)
    assert standin.pending_updates == []


async def test_an_interrupted_poll_says_why() -> None:
    changed = Signal()
    queue = UpdateQueue(changed)
    poll = asyncio.create_task(queue.take(0, 100, 30))
    await changed.until(lambda: queue.is_polled or None, 5)
    queue.interrupt(ApiError(401, "Unauthorized"))
    with pytest.raises(ApiError, match="401"):
        await poll


async def test_a_revoked_token_ends_everything(ask: Ask, standin: StandIn) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=30))
    await standin.wait_until_polled()
    standin.revoke_token()
    assert (await asyncio.wait_for(poll, 5))[0] == 401
    assert (await ask("getMe"))[1]["description"] == "Unauthorized"
