"""The sandbox's page: what people do with messages that are there, in their chat and in a group."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from standin import StandIn
from standin.web import sandbox
from tests.standin.conftest import Ask
from tests.support.visiting import WORDS, Visit, event

ME = 300_001
GROUP, SECOND = "room=group", "person=2&room=group"


@pytest.fixture
async def visit(standin: StandIn) -> AsyncIterator[Visit]:
    async with sandbox(standin, WORDS) as page, Visit(page.url) as visit:
        await visit.enter()
        yield visit


async def shown(visit: Visit, count: int, seat: str = "") -> list[dict[str, Any]]:
    """The chat as a page that comes now is told it: so many messages."""
    async with contextlib.aclosing(visit.events(seat=seat)) as events:
        return [(await event(events, lambda e: e.kind == "message")).data for _ in range(count)]


def news(standin: StandIn) -> dict[str, Any]:
    return standin.pending_updates[-1]


async def test_ones_own_text_is_written_anew(standin: StandIn, visit: Visit) -> None:
    await visit.ask("/api/messages", text="helo")
    assert await visit.ask("/api/edits", message=1, text=" hello ") == (200, {})
    assert news(standin)["edited_message"]["text"] == "hello"
    [mine] = await shown(visit, 1)
    assert (mine["text"], mine["edited"]) == ("hello", True)
    count = len(standin.pending_updates)
    assert await visit.ask("/api/edits", message=1, text="hello") == (200, {})
    assert len(standin.pending_updates) == count, "the same once more is no news"


async def test_a_caption_is_written_anew_and_taken_away(
    standin: StandIn, visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"content")
    await visit.ask("/api/messages", text="one", uploads=[await visit.upload(file)])
    await visit.ask("/api/edits", message=1, text="two")
    assert news(standin)["edited_message"]["caption"] == "two"
    await visit.ask("/api/edits", message=1, text="")
    assert "caption" not in news(standin)["edited_message"]


async def test_a_deleted_message_is_gone_and_the_bot_isnt_told(
    standin: StandIn, visit: Visit, ask: Ask
) -> None:
    await visit.ask("/api/messages", text="hello")
    await ask("sendMessage", chat_id=ME, text="hi")
    before = len(standin.pending_updates)
    async with contextlib.aclosing(visit.events()) as events:
        for number in (1, 2):
            assert await visit.ask("/api/deletions", message=number) == (200, {})
            gone = await event(events, lambda e: e.kind == "gone")
            assert gone.data == {"id": number}
    assert len(standin.pending_updates) == before
    assert (await visit.ask("/api/deletions", message=1))[0] == 404


async def test_forwarded_messages_say_where_they_come_from(
    standin: StandIn, visit: Visit, ask: Ask
) -> None:
    await visit.ask("/api/messages", text="hello")
    await ask("sendMessage", chat_id=ME, text="hi")
    await visit.ask("/api/forwards", message=1)
    assert news(standin)["message"]["forward_origin"]["sender_user"]["id"] == ME
    await visit.ask("/api/forwards", message=2)
    assert news(standin)["message"]["text"] == "hi"
    *_, mine, theirs = await shown(visit, 4)
    assert (mine["forwarded"], theirs["forwarded"]) == ("Guest", "Stand-in")
    assert "edit" not in theirs["deeds"], "nobody changes what was somebody else's"
    assert (await visit.ask("/api/edits", message=theirs["id"], text="x"))[0] == 409


async def test_what_the_bot_wrote_is_the_bots(visit: Visit, ask: Ask) -> None:
    await visit.ask("/api/messages", text="hello")
    await ask("sendMessage", chat_id=ME, text="hi")
    mine, theirs = await shown(visit, 2)
    assert mine["deeds"] == ["reply", "edit", "forward", "delete"]
    assert theirs["deeds"] == ["reply", "forward", "delete"]
    assert (await visit.ask("/api/edits", message=2, text="x"))[0] == 409


@pytest.mark.parametrize("path", ["/api/edits", "/api/deletions", "/api/forwards"])
@pytest.mark.parametrize(
    ("content", "status"),
    [({}, 404), ({"message": "1"}, 404), ({"message": True}, 404), ({"message": 10**20}, 404)],
)
async def test_forged_ids_do_nothing(
    visit: Visit, path: str, content: dict[str, Any], status: int
) -> None:
    await visit.ask("/api/messages", text="hello")
    assert (await visit.ask(path, text="x", **content))[0] == status


@pytest.mark.parametrize(("text", "status"), [("", 400), ("x" * 4097, 400), (1, 400)])
async def test_an_edit_has_the_bounds_of_a_text(visit: Visit, text: object, status: int) -> None:
    await visit.ask("/api/messages", text="hello")
    assert (await visit.ask("/api/edits", message=1, text=text))[0] == status
    [mine] = await shown(visit, 1)
    assert mine["text"] == "hello"


async def test_two_people_talk_in_a_group(standin: StandIn, visit: Visit, ask: Ask) -> None:
    await visit.ask(f"/api/messages?{GROUP}", text="/help@standin_bot")
    first = news(standin)["message"]
    await visit.ask(f"/api/messages?{SECOND}", text="hello", message=first["message_id"])
    second = news(standin)["message"]
    assert first["chat"] == second["chat"]
    assert (first["chat"]["type"], first["chat"]["title"]) == ("supergroup", "Group")
    assert first["from"]["id"] != second["from"]["id"]
    assert second["reply_to_message"]["message_id"] == first["message_id"]
    assert [m["author"] for m in await shown(visit, 2, GROUP)] == [None, "Second guest"]
    assert [m["author"] for m in await shown(visit, 2, SECOND)] == ["Guest", None]
    where = {"message": first["message_id"]}
    assert (await visit.ask(f"/api/deletions?{SECOND}", **where))[0] == 409, "not theirs"
    assert (await visit.ask(f"/api/edits?{SECOND}", text="x", **where))[0] == 409
    assert (await visit.ask(f"/api/deletions?{GROUP}", **where))[0] == 200


async def test_people_have_private_chats_of_their_own(standin: StandIn, visit: Visit) -> None:
    await visit.ask("/api/messages?person=2", text="hello")
    message = news(standin)["message"]
    assert (message["chat"]["type"], message["from"]["first_name"]) == ("private", "Second guest")
    assert (await visit.ask("/api/forwards", message=1))[0] == 404, "it is in another chat"
    await visit.ask("/api/language?person=2", lang="ru")
    await visit.ask(f"/api/messages?{GROUP}", text="привет")
    assert news(standin)["message"]["from"]["language_code"] == "ru", "one visitor, one language"


async def test_a_group_is_its_visitors_alone(standin: StandIn, visit: Visit) -> None:
    await visit.ask(f"/api/messages?{GROUP}", text="mine")
    mine = news(standin)["message"]["chat"]["id"]
    async with Visit(visit.url) as other:
        await other.enter()
        await other.ask(f"/api/messages?{GROUP}", text="theirs")
        assert news(standin)["message"]["chat"]["id"] != mine
        assert [m["text"] for m in await shown(other, 1, GROUP)] == ["theirs"]


@pytest.mark.parametrize(
    "seat", ["person=0", "person=3", "person=-1", "person=x", "person=", "room=x", "room=../x"]
)
async def test_there_are_no_other_seats(standin: StandIn, visit: Visit, seat: str) -> None:
    assert (await visit.ask(f"/api/messages?{seat}", text="x"))[0] == 404
    assert (await visit.get(f"/api/events?{seat}"))[0].status == 404
    assert len(standin.users) == 1


async def test_the_file_of_a_group_is_reached_from_there(
    standin: StandIn, visit: Visit, tmp_path: Path
) -> None:
    film = tmp_path / "film.mkv"
    film.write_bytes(b"\x1aE\xdf\xa3content")
    await visit.ask(f"/api/messages?{SECOND}", uploads=[await visit.upload(film)])
    [told] = await shown(visit, 1, GROUP)
    response, body = await visit.get(told["media"]["url"])
    assert (response.status, body) == (200, film.read_bytes())
    bare = told["media"]["url"].partition("?")[0]
    assert (await visit.get(bare))[0].status == 404, "in the private chat there is no such message"
