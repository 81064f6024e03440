"""The sandbox's page: what is sent from it reaches the bot, and what the bot does reaches it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from standin import StandIn
from standin.web import sandbox
from tests.standin.conftest import HEADS, Ask
from tests.support.visiting import WORDS, Event, Visit, event


@pytest.fixture
async def visit(standin: StandIn) -> AsyncIterator[Visit]:
    async with sandbox(standin, WORDS) as page, Visit(page.url) as visit:
        await visit.enter()
        yield visit


async def message(events: AsyncIterator[Event]) -> Event:
    return await event(events, lambda e: e.kind == "message")


async def test_a_text_reaches_the_bot_and_its_answer_the_page(
    standin: StandIn, visit: Visit, ask: Ask
) -> None:
    assert await visit.ask("/api/messages", text="hello") == (200, {})
    update = standin.pending_updates[-1]["message"]
    assert (update["text"], update["from"]["first_name"]) == ("hello", "Guest")
    async with contextlib.aclosing(visit.events()) as events:
        mine = await event(events, lambda e: e.kind == "message")
        assert (mine.data["text"], mine.data["mine"]) == ("hello", True)
        _, sent = await ask(
            "sendMessage",
            chat_id=update["chat"]["id"],
            text="<b>hi</b> <i>you</i>",
            parse_mode="HTML",
            reply_parameters={"message_id": mine.data["id"]},
        )
        answer = await event(events, lambda e: e.kind == "message")
        assert answer.data["text"] == "hi you"
        assert answer.data["reply"] == mine.data["id"]
        assert [mark["type"] for mark in answer.data["entities"]] == ["bold", "italic"]
        target = {"chat_id": update["chat"]["id"], "message_id": sent["result"]["message_id"]}
        await ask("editMessageText", **target, text="changed")
        edited = await event(events, lambda e: e.kind == "message")
        assert (edited.data["id"], edited.data["text"]) == (answer.data["id"], "changed")
        await ask("deleteMessage", **target)
        gone = await event(events, lambda e: e.kind == "gone")
        assert gone.data == {"id": answer.data["id"]}


async def test_a_stream_goes_on_where_it_stopped(standin: StandIn, visit: Visit) -> None:
    await visit.ask("/api/messages", text="one")
    await visit.ask("/api/messages", text="two")
    async with contextlib.aclosing(visit.events()) as events:
        assert (await anext(events)).kind == "anew"
        first = await message(events)
        assert first.data["text"] == "one"
    await visit.ask("/api/messages", text="three")
    async with contextlib.aclosing(visit.events(after=first.id)) as events:
        assert [(await message(events)).data["text"] for _ in range(2)] == ["two", "three"]
    async with contextlib.aclosing(visit.events(after="another-1")) as events:
        assert (await anext(events)).kind == "anew"
        assert (await message(events)).data["text"] == "one"


async def test_many_changes_of_one_message_are_told_once(visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    chat = {"chat_id": 300_001}
    _, sent = await ask("sendMessage", **chat, text="0")
    number = sent["result"]["message_id"]
    for count in range(1, 30):
        await ask("editMessageText", **chat, message_id=number, text=str(count))
    async with contextlib.aclosing(visit.events()) as events:
        told = [(await message(events)).data["text"] for _ in range(2)]
    assert told == ["hello", "29"]


async def test_what_the_bot_does_is_told_and_reactions_are_seen(visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    async with contextlib.aclosing(visit.events()) as events:
        mine = await event(events, lambda e: e.kind == "message")
        await ask("sendChatAction", chat_id=300_001, action="upload_video")
        acting = await event(events, lambda e: e.kind == "action")
        assert acting.data == {"action": "upload_video"}
        await ask(
            "setMessageReaction",
            chat_id=300_001,
            message_id=mine.data["id"],
            reaction=[{"type": "emoji", "emoji": "👀"}],
        )
        seen = await event(events, lambda e: e.kind == "message")
        assert seen.data["reactions"] == ["👀"]


async def test_a_tap_brings_the_bots_answer(standin: StandIn, visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    keys = [
        [{"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"}],
        [{"text": "Site", "url": "https://example.org/"}],
        [{"text": "Copy", "copy_text": {"text": "abc"}}],
    ]
    _, sent = await ask(
        "sendMessage", chat_id=300_001, text="?", reply_markup={"inline_keyboard": keys}
    )
    number = sent["result"]["message_id"]
    async with contextlib.aclosing(visit.events()) as events:
        asked = await event(events, lambda e: e.data.get("text") == "?")
    assert [[key["does"] for key in row] for row in asked.data["buttons"]] == [
        ["tap", "tap"],
        ["link"],
        ["copy"],
    ]

    async def answer() -> None:
        await standin.state.changed.until(
            lambda: "callback_query" in standin.pending_updates[-1] or None, 10.0
        )
        query = standin.pending_updates[-1]["callback_query"]
        assert query["data"] == "n"
        await ask("answerCallbackQuery", callback_query_id=query["id"], text="!", show_alert=True)

    place = {"message": number, "row": 0, "column": 1}
    (status, said), _ = await asyncio.gather(visit.ask("/api/taps", **place, text="No"), answer())
    assert (status, said) == (200, {"text": "!", "alert": True})
    assert (await visit.ask("/api/taps", **place, text="Yes"))[0] == 409
    assert (await visit.ask("/api/taps", message=number, row=1, column=0, text="Site"))[0] == 409
    assert (await visit.ask("/api/taps", message=999, row=0, column=0, text="No"))[0] == 404


async def test_a_file_goes_to_the_bot_and_comes_back_in_parts(
    standin: StandIn, visit: Visit, tmp_path: Path
) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"\x1aE\xdf\xa3" + bytes(range(256)) * 40)
    name = await visit.upload(film)
    assert await visit.ask("/api/messages", text="look", uploads=[name]) == (200, {})
    sent = standin.pending_updates[-1]["message"]
    assert (sent["document"]["file_name"], sent["caption"]) == ("film.mkv", "look")
    assert (await visit.ask("/api/messages", uploads=[name]))[0] == 404, "an upload is sent once"
    async with contextlib.aclosing(visit.events()) as events:
        shown = await event(events, lambda e: e.kind == "message")
    whole, body = await visit.get(shown.data["media"]["url"])
    assert (whole.status, body) == (200, film.read_bytes())
    part, body = await visit.get(shown.data["media"]["url"], Range="bytes=4-9")
    assert (part.status, body) == (206, bytes(range(6)))
    assert part.headers["Content-Range"] == f"bytes 4-9/{film.stat().st_size}"
    kept, _ = await visit.get(f"{shown.data['media']['url']}&save")
    assert kept.headers["Content-Disposition"].startswith("attachment")


async def test_several_files_are_an_album(standin: StandIn, visit: Visit, tmp_path: Path) -> None:
    names = []
    for at in range(3):
        path = tmp_path / f"clip{at}.avi"
        path.write_bytes(b"RIFF" + bytes([at]) * 50)
        names.append(await visit.upload(path))
    await visit.ask("/api/messages", text="all", uploads=names)
    messages = [update["message"] for update in standin.pending_updates]
    assert [m["document"]["file_name"] for m in messages] == ["clip0.avi", "clip1.avi", "clip2.avi"]
    assert len({m["media_group_id"] for m in messages}) == 1
    assert [m.get("caption") for m in messages] == ["all", None, None]


async def test_what_doesnt_mix_is_sent_as_files(
    standin: StandIn, visit: Visit, tmp_path: Path
) -> None:
    sound, other = tmp_path / "a.mp3", tmp_path / "b.bin"
    sound.write_bytes(HEADS["audio"] + b"sound")
    other.write_bytes(b"whatever")
    await visit.ask("/api/messages", uploads=[await visit.upload(sound)])
    assert "audio" in standin.pending_updates[-1]["message"]
    names = [await visit.upload(sound), await visit.upload(other)]
    await visit.ask("/api/messages", uploads=names)
    assert all("document" in u["message"] for u in standin.pending_updates[-2:])


async def test_the_language_is_the_persons(standin: StandIn, visit: Visit, ask: Ask) -> None:
    russian = [{"command": "help", "description": "Помощь"}]
    await ask("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await ask("setMyCommands", commands=russian, language_code="ru")
    _, body = await visit.get("/api/commands")
    assert b"Help" in body
    status, me = await visit.ask("/api/language", lang="ru")
    assert (status, me["lang"], me["words"]["title"]) == (200, "ru", "Песочница")
    await visit.ask("/api/messages", text="привет")
    assert standin.pending_updates[-1]["message"]["from"]["language_code"] == "ru"
    _, body = await visit.get("/api/commands")
    assert json.loads(body) == {"commands": russian}
    assert (await visit.ask("/api/language", lang="xx"))[1]["lang"] == "en"


async def test_a_page_that_comes_again_has_its_chat(standin: StandIn, visit: Visit) -> None:
    await visit.ask("/api/messages", text="hello")
    await visit.enter("ru")
    assert len(standin.users) == 1
    async with contextlib.aclosing(visit.events()) as events:
        assert (await event(events, lambda e: e.kind == "message")).data["text"] == "hello"
