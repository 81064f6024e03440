"""The sandbox's page: what is under the hood, trouble on request, and what strangers may do."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from standin import StandIn
from standin.web import Backstage, Bounds, Section, Subject, sandbox
from standin.web.rates import Rate, Rates
from tests.standin.conftest import Ask
from tests.support.running import until
from tests.support.visiting import WORDS, Visit, event

ME = 300_001
SECRET = "nobody else's words"


async def tell(subject: Subject) -> list[Section]:
    return [Section("subject", (repr(subject),))]


@pytest.fixture
async def visit(standin: StandIn) -> AsyncIterator[Visit]:
    page = sandbox(standin, WORDS, backstage=Backstage(tell))
    async with page as served, Visit(served.url) as visit:
        await visit.enter()
        yield visit


async def hood(visit: Visit, number: int, query: str = "") -> dict[str, Any]:
    response, body = await visit.get(f"/api/hood/{number}?{query}")
    assert response.status == 200, body
    found: dict[str, Any] = json.loads(body)
    return found


def methods(known: dict[str, Any]) -> list[str]:
    return [call["method"] for call in known["calls"]]


async def test_the_calls_that_made_a_message(standin: StandIn, visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    answer = {"reply_parameters": {"message_id": 1}}
    standin.faults.add("sendMessage", status=500)
    await ask("sendMessage", chat_id=ME, text="first", **answer)
    await ask("sendMessage", chat_id=ME, text=SECRET, **answer)
    place = {"chat_id": ME, "message_id": 2}
    await ask("editMessageText", **place, text="again")
    await ask("sendMessage", chat_id=ME, text="another")
    await ask("sendChatAction", chat_id=ME, action="typing")
    await ask("deleteMessage", **place | {"message_id": 99})
    known = await hood(visit, 2)
    assert methods(known) == ["sendMessage", "sendMessage", "editMessageText"]
    assert [call["status"] for call in known["calls"]] == [500, 200, 200]
    assert SECRET in known["calls"][1]["params"]
    assert methods(await hood(visit, 1)) == ["sendMessage", "sendMessage"], "its answers"
    assert methods(await hood(visit, 3)) == ["sendMessage"]


async def test_a_tap_its_answer_and_a_lost_reply_are_seen(
    standin: StandIn, visit: Visit, ask: Ask
) -> None:
    await visit.ask("/api/messages", text="hello")
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    standin.faults.add("sendMessage", drop_reply=True)
    with contextlib.suppress(aiohttp.ClientError):
        await ask("sendMessage", chat_id=ME, text="?", reply_markup=keys)
    user = standin.users[0]
    query = user.tap_only(user.messages[1], "Yes")
    await ask("answerCallbackQuery", callback_query_id=query.id, text="!")
    known = await hood(visit, 2)
    assert methods(known) == ["sendMessage", "answerCallbackQuery"]
    assert known["calls"][0]["dropped"]


async def test_the_file_of_a_message_and_who_asked_for_it(
    standin: StandIn, visit: Visit, ask: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"content")
    await visit.ask("/api/messages", uploads=[await visit.upload(file)])
    sent = standin.pending_updates[-1]["message"]["document"]
    await ask("getFile", file_id=sent["file_id"])
    assert methods(await hood(visit, 1)) == ["getFile"]


async def test_what_is_saved_has_no_words_of_anybody(
    standin: StandIn, visit: Visit, ask: Ask
) -> None:
    await visit.ask("/api/messages", text=SECRET)
    keys = [[{"text": SECRET, "callback_data": "job:1", "style": "danger"}]]
    await ask(
        "sendMessage",
        chat_id=ME,
        text=f"<b>{SECRET}</b>",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": keys},
        reply_parameters={"message_id": 1, "quote": SECRET},
    )
    await ask("editMessageText", chat_id=ME, message_id=2, text=SECRET, parse_mode=SECRET * 10)
    response, body = await visit.get("/api/hood/2?save")
    saved = body.decode()
    assert response.headers["Content-Disposition"] == 'attachment; filename="message-2.json"'
    assert SECRET not in saved
    assert "job:1" in saved
    assert "HTML" in saved
    [subject] = json.loads(saved)["sections"]
    assert "private=False" in subject["lines"][0]
    [subject] = (await hood(visit, 2))["sections"]
    assert f"chat={ME}, message=2, answers=1, people=({ME},), private=True" in subject["lines"][0]


async def test_many_calls_are_told_in_part(standin: StandIn, visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    await ask("sendMessage", chat_id=ME, text="0")
    for count in range(1, 120):
        await ask("editMessageText", chat_id=ME, message_id=2, text=str(count))
    known = await hood(visit, 2)
    assert (len(known["calls"]), known["left_out"]) == (100, 20)
    assert methods(known)[0] == "sendMessage"
    assert '"119"' in known["calls"][-1]["params"]


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "99999999999999999999", "1%2f..", "٣"])
async def test_nobody_looks_under_anothers_hood(visit: Visit, number: str) -> None:
    await visit.ask("/api/messages", text="hello")
    assert (await visit.get(f"/api/hood/{number}"))[0].status == 404
    async with Visit(visit.url) as other:
        assert (await other.get("/api/hood/1"))[0].status == 401
        await other.enter()
        assert (await other.get("/api/hood/1"))[0].status == 404
        assert (await other.get("/api/hood/1?room=group"))[0].status == 404


@pytest.mark.parametrize(
    ("name", "told"), [("busy", [429, 200, 429, 200]), ("broken", [500, 200, 500, 200])]
)
async def test_every_other_message_fails(
    visit: Visit, ask: Ask, name: str, told: list[int]
) -> None:
    await visit.ask("/api/messages", text="hello")
    status, house = await visit.ask("/api/troubles", name=name, on=True)
    assert (status, house["on"]) == (200, [name])
    assert (await visit.ask("/api/troubles", name=name, on=True))[1]["on"] == [name]
    said = [(await ask("sendMessage", chat_id=ME, text="x"))[0] for _ in told]
    assert said == told
    assert (await ask("getMe"))[0] == 200
    assert (await visit.ask("/api/troubles", name=name, on=False))[1]["on"] == []
    assert (await ask("sendMessage", chat_id=ME, text="x"))[0] == 200
    assert (await ask("sendMessage", chat_id=ME, text="x"))[0] == 200


async def test_troubles_take_turns(standin: StandIn, visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    for name in ("slow", "broken", "busy"):
        await visit.ask("/api/troubles", name=name, on=True)
    asked = [asyncio.create_task(ask("sendMessage", chat_id=ME, text="x")) for _ in range(4)]
    said = [status for status, _ in await asyncio.gather(*asked)]
    assert sorted(said) == [200, 200, 429, 500]
    assert all(record.seconds >= 1 for record in standin.calls), "and each is slow"


async def test_an_answer_is_lost_and_a_network_is_slow(
    standin: StandIn, visit: Visit, ask: Ask
) -> None:
    await visit.ask("/api/messages", text="hello")
    await visit.ask("/api/troubles", name="lost", on=True)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=ME, text="x")
    assert [m.text for m in standin.users[0].bot_messages] == ["x"], "and yet it is there"
    await visit.ask("/api/troubles", name="lost", on=False)
    await visit.ask("/api/troubles", name="slow", on=True)
    waiting = asyncio.create_task(ask("sendMessage", chat_id=ME, text="y"))
    await until(lambda: bool(standin.faults.waiting[0].used), "a slow call")
    await visit.ask("/api/troubles", name="slow", on=False)
    assert (await waiting)[0] == 200, "what is under way isn't held up any longer"


@pytest.mark.parametrize(
    "content", [{}, {"name": "slow"}, {"name": "x", "on": True}, {"name": ["slow"], "on": True}]
)
async def test_there_are_no_other_switches(visit: Visit, content: dict[str, Any]) -> None:
    assert (await visit.ask("/api/troubles", **content))[0] == 400


async def test_the_house_is_told_to_everybody(standin: StandIn, visit: Visit) -> None:
    assert (await visit.ask("/api/restart"))[0] == 403, "nobody here can kill it"
    async with Visit(visit.url) as other:
        await other.enter()
        async with contextlib.aclosing(other.events()) as events:
            first = await event(events, lambda e: e.kind == "house")
            assert (first.data["on"], first.data["restarts"]) == ([], False)
            await visit.ask("/api/troubles", name="slow", on=True)
            assert (await event(events, lambda e: e.kind == "house")).data["on"] == ["slow"]


async def test_trouble_ends_with_its_page(standin: StandIn) -> None:
    async with sandbox(standin, WORDS) as page, Visit(page.url) as visit:
        await visit.enter()
        await visit.ask("/api/troubles", name="slow", on=True)
        assert standin.faults.waiting
    assert not standin.faults.waiting


async def test_strangers_make_no_trouble_and_see_what_may_be_saved(standin: StandIn) -> None:
    async def restart() -> None:
        raise AssertionError("killed by a stranger")

    page = sandbox(standin, WORDS, public=True, backstage=Backstage(tell, restart))
    async with page as served, Visit(served.url) as visit:
        await visit.enter()
        await visit.ask("/api/messages", text=SECRET)
        for path in ("/api/troubles", "/api/restart"):
            async with visit.http.post(visit.url + path, json={"name": "slow", "on": True}) as said:
                assert said.status == 404
        [subject] = (await hood(visit, 1))["sections"]
        assert "private=False" in subject["lines"][0]
        async with contextlib.aclosing(visit.events()) as events:
            house = await event(events, lambda e: e.kind == "house")
        assert house.data == {"names": [], "on": [], "restarts": False, "away": False}


async def test_a_public_page_has_the_name_that_its_operator_gives_it(standin: StandIn) -> None:
    async with sandbox(standin, WORDS, public=True) as page, aiohttp.ClientSession() as http:
        url = f"{page.url}api/visit"
        for headers, status in (
            ({"Host": "fair.example", "Origin": "http://fair.example"}, 200),
            ({"Host": "fair.example", "Origin": "https://fair.example"}, 200),
            ({"Host": "fair.example", "Origin": "http://evil.example"}, 403),
            ({"Host": "fair.example", "Origin": "null"}, 403),
            ({"Host": "fair.example"}, 403),
        ):
            async with http.post(url, json={}, headers=headers) as response:
                assert response.status == status, headers


async def test_strangers_are_slowed_down(standin: StandIn) -> None:
    bounds = Bounds(acts=3, newcomers=2)
    async with (
        sandbox(standin, WORDS, public=True, bounds=bounds) as page,
        Visit(page.url) as first,
        Visit(page.url) as second,
        Visit(page.url) as third,
    ):
        await first.enter()
        said = [(await first.ask("/api/messages", text="x"))[0] for _ in range(5)]
        assert said == [200, 200, 200, 429, 429]
        await first.enter(), "who is here may look again"
        await second.enter()
        assert (await second.ask("/api/messages", text="x"))[0] == 200, "each on their own"
        assert (await third.ask("/api/visit"))[0] == 429


async def test_an_address_is_slowed_down(standin: StandIn) -> None:
    bounds = Bounds(acts_of_address=4)
    async with sandbox(standin, WORDS, public=True, bounds=bounds) as page:
        said = []
        for _ in range(6):
            async with Visit(page.url) as visit:
                said.append((await visit.ask("/api/visit"))[0])
        assert said == [200, 200, 200, 200, 429, 429]


async def test_old_chats_are_swept_though_their_page_is_open(
    standin: StandIn, tmp_path: Path
) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"content")
    bounds = Bounds(idle=8.0)
    async with sandbox(standin, WORDS, bounds=bounds) as page, Visit(page.url) as visit:
        await visit.enter()
        await visit.ask("/api/messages?room=group", uploads=[await visit.upload(file)])
        chats = len(standin.state.chats)
        assert chats == 3
        async with (
            contextlib.aclosing(visit.events(seat="room=group")) as events,
            asyncio.timeout(60),
        ):
            async for _ in events:
                pass  # until it is over
        assert not standin.state.chats
        assert not list(standin.folder.glob("visitors-*/*"))
        assert (await visit.ask("/api/messages", text="x"))[0] == 401
        await visit.enter()
        assert (await visit.ask("/api/messages", text="x"))[0] == 200


async def test_a_bot_is_killed_once_at_a_time(standin: StandIn) -> None:
    back, killed = asyncio.Event(), []

    async def restart() -> None:
        killed.append("killed")
        await back.wait()

    page = sandbox(standin, WORDS, backstage=Backstage(None, restart))
    async with page as served, Visit(served.url) as visit:
        await visit.enter()
        async with contextlib.aclosing(visit.events()) as events:
            assert (await visit.ask("/api/restart"))[1]["away"] is True
            await event(events, lambda e: e.kind == "house" and e.data["away"])
            assert (await visit.ask("/api/restart"))[0] == 409
            back.set()
            await event(events, lambda e: e.kind == "house" and not e.data["away"])
            assert killed == ["killed"]


def test_rates_come_back_and_are_forgotten() -> None:
    now = [0.0]
    rate = Rate(2, lambda: now[0])
    assert [rate.take() for _ in range(3)] == [True, True, False]
    now[0] = 30.0
    assert [rate.take() for _ in range(2)] == [True, False]
    rates = Rates(1)
    assert rates.take("first")
    assert not rates.take("first")
    for number in range(10_001):
        rates.take(str(number))
    assert rates.take("first"), "whoever was quiet longest is forgotten"
