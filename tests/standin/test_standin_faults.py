"""Faults: what strikes, whom, how often, and what was done before."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from standin import StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


async def test_a_flood_names_how_long_to_wait(ask: Ask, standin: StandIn) -> None:
    standin.faults.add("sendMessage", status=429, retry_after=2)
    user = standin.user()
    await user.send_text("hi")
    status, answer = await ask("sendMessage", chat_id=user.id, text="x")
    assert status == 429
    assert answer["parameters"] == {"retry_after": 2}
    assert answer["description"] == "Too Many Requests: retry after 2"
    assert user.bot_messages == []
    assert (await ask("sendMessage", chat_id=user.id, text="x"))[0] == 200


async def test_a_dropped_reply_was_executed(ask: Ask, standin: StandIn) -> None:
    standin.faults.add("sendMessage", drop_reply=True)
    user = standin.user()
    await user.send_text("hi")
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=user.id, text="x")
    assert [m.text for m in user.bot_messages] == ["x"]
    call = standin.calls[-1]
    assert (call.method, call.status, call.dropped, call.ok) == ("sendMessage", 200, True, True)


@pytest.mark.parametrize("fault", [{"drop_request": True}, {"reset_after": 50_000}])
async def test_a_dropped_request_was_not_executed(
    fault: dict[str, Any], ask: Ask, standin: StandIn, clip: Path
) -> None:
    user = standin.user()
    await user.send_text("hi")
    standin.faults.add("sendVideo", **fault)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendVideo", files={"video": clip}, chat_id=user.id)
    assert user.results == []
    assert standin.calls[-1].status == 0
    assert list((standin.folder / "uploads").iterdir()) == []


async def test_an_upload_stalls_until_it_is_released(
    ask: Ask, standin: StandIn, clip: Path
) -> None:
    user = standin.user()
    await user.send_text("hi")
    fault = standin.faults.add("sendVideo", stall_after=50_000)
    sending = asyncio.create_task(ask("sendVideo", files={"video": clip}, chat_id=user.id))
    done, _ = await asyncio.wait({sending}, timeout=0.05)
    assert not done
    assert user.results == []
    fault.release()
    assert (await asyncio.wait_for(sending, 5))[0] == 200


async def test_an_upload_is_taken_slowly(ask: Ask, standin: StandIn, clip: Path) -> None:
    user = standin.user()
    await user.send_text("hi")
    standin.faults.add("sendVideo", bytes_per_second=1_000_000)
    assert (await ask("sendVideo", files={"video": clip}, chat_id=user.id))[0] == 200
    assert standin.calls[-1].seconds >= 0.1


async def test_a_broken_gateway_answers_with_a_page(
    standin: StandIn, http: aiohttp.ClientSession
) -> None:
    standin.faults.add("*", status=502, body="<html>Bad Gateway</html>")
    async with http.get(f"{standin.url}/bot{standin.token}/getMe") as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert await response.text() == "<html>Bad Gateway</html>"


async def test_an_answer_can_be_cut_short(standin: StandIn, http: aiohttp.ClientSession) -> None:
    standin.faults.add("getMe", truncate=9)
    async with http.get(f"{standin.url}/bot{standin.token}/getMe") as response:
        assert await response.text() == '{"ok": tr'


async def test_a_fault_counts_skips_and_chooses(ask: Ask, standin: StandIn) -> None:
    fault = standin.faults.add("getMe", times=2, skip=1, status=500)
    assert [(await ask("getMe"))[0] for _ in range(4)] == [200, 500, 500, 200]
    assert (fault.used, fault.spent, standin.faults.waiting) == (2, True, [])
    standin.faults.add("getMyName", times=None, when=lambda p: "language_code" in p, status=401)
    for _ in range(2):
        assert (await ask("getMyName"))[0] == 200
        assert (await ask("getMyName", language_code="ru"))[0] == 401
    standin.faults.clear()
    assert (await ask("getMyName", language_code="ru"))[0] == 200


async def test_a_delay_comes_before_the_work(ask: Ask, standin: StandIn) -> None:
    standin.faults.add("getMe", delay=0.05)
    await ask("getMe")
    assert standin.calls[-1].seconds >= 0.05
