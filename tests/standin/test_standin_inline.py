"""Inline mode: what somebody types after the bot's name, and what the bot offers."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import InlineAnswer, StandIn, User

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
Typed = tuple[asyncio.Task[InlineAnswer], str]


async def _typed(standin: StandIn, user: User, ask: Ask) -> Typed:
    standin.inline_mode = True
    asking = asyncio.create_task(user.inline("film"))
    _, answer = await ask("getUpdates", timeout=5)
    query = answer["result"][-1]["inline_query"]
    assert (query["query"], query["from"]["id"]) == ("film", user.id)
    assert (query["offset"], query["chat_type"]) == ("", "sender")
    return asking, query["id"]


async def test_films_that_telegram_has_are_offered(standin: StandIn, ask: Ask, clip: Path) -> None:
    user = standin.user()
    await user.send_text("hi")
    await ask("sendVideo", files={"video": clip}, chat_id=user.id)
    film = user.bot_messages[0].video
    document = (await user.send_document(clip)).media
    assert document is not None
    asking, number = await _typed(standin, user, ask)
    results = [
        {
            "type": "video",
            "id": "1",
            "video_file_id": film.file_id,
            "title": "Film",
            "caption": "<b>x</b>",
            "parse_mode": "HTML",
            "reply_markup": {"inline_keyboard": [[{"text": "site", "url": "https://e.org"}]]},
        },
        {"type": "document", "id": "2", "document_file_id": document.file_id, "title": "File"},
    ]
    given = {"inline_query_id": number, "results": results, "cache_time": 0, "is_personal": True}
    status, answer = await ask("answerInlineQuery", **given)
    assert status == 200, answer
    offered = await asking
    first, second = offered.results
    assert (first.type, first.title, first.caption, first.path) == ("video", "Film", "x", film.path)
    assert first.keyboard[0][0].url == "https://e.org"
    assert (second.type, second.file_id) == ("document", document.file_id)
    assert (offered.cache_time, offered.is_personal) == (0, True)
    _, answer = await ask("answerInlineQuery", **given)
    assert "query is too old" in answer["description"]
    assert standin.unknown_parameters == []


def _article(number: str) -> dict[str, Any]:
    said = {"message_text": "x"}
    return {"type": "article", "id": number, "title": "x", "input_message_content": said}


@pytest.mark.parametrize(
    ("results", "complaint"),
    [
        ([_article(str(n)) for n in range(51)], "RESULTS_TOO_MUCH"),
        ([_article("a"), _article("a")], "RESULT_ID_DUPLICATE"),
        ([_article("a" * 65)], "RESULT_ID_INVALID"),
        (
            [{"type": "video", "id": "1", "title": "x", "video_file_id": "nothing"}],
            "wrong file identifier/HTTP URL specified",
        ),
        ([{"type": "video", "id": "1", "title": "x", "video_file_id": "DOCUMENT"}], "mismatch"),
    ],
)
async def test_offers_that_telegram_refuses(
    results: list[dict[str, Any]], complaint: str, standin: StandIn, ask: Ask, clip: Path
) -> None:
    user = standin.user()
    document = (await user.send_document(clip)).media
    assert document is not None
    for result in results:
        if result.get("video_file_id") == "DOCUMENT":
            result["video_file_id"] = document.file_id
    asking, number = await _typed(standin, user, ask)
    status, answer = await ask("answerInlineQuery", inline_query_id=number, results=results)
    asking.cancel()
    assert status == 400
    assert complaint in answer["description"]


async def test_a_bot_without_inline_mode_is_asked_nothing(ask: Ask) -> None:
    async with StandIn() as standin:
        with pytest.raises(AssertionError, match="no inline mode"):
            await standin.user().inline("x")
    _, answer = await ask("getMe")
    assert answer["result"]["supports_inline_queries"] is False


async def test_a_button_leads_to_an_inline_query(standin: StandIn, ask: Ask) -> None:
    standin.inline_mode = True
    user = standin.user()
    await user.send_text("hi")
    chosen = {"query": "film", "allow_user_chats": True}
    button = {"text": "Share it", "switch_inline_query_chosen_chat": chosen}
    markup = {"inline_keyboard": [[button, {"text": "else", "url": "https://e.org"}]]}
    status, _ = await ask("sendMessage", chat_id=user.id, text="x", reply_markup=markup)
    assert status == 200
    [message] = user.bot_messages
    asking = asyncio.create_task(user.share(message, "Share"))
    _, answer = await ask("getUpdates", timeout=5)
    query = answer["result"][-1]["inline_query"]
    assert query["query"] == "film"
    given = {"inline_query_id": query["id"], "results": [_article("a")]}
    assert (await ask("answerInlineQuery", **given))[0] == 200
    assert [result.title for result in (await asking).results] == ["x"]
    with pytest.raises(AssertionError, match="no button 'else'"):
        await user.share(message, "else")


async def test_a_file_that_telegram_lost_is_offered_no_more(
    standin: StandIn, ask: Ask, clip: Path
) -> None:
    user = standin.user()
    await user.send_text("hi")
    await ask("sendVideo", files={"video": clip}, chat_id=user.id)
    film = user.bot_messages[0].video
    standin.lose_file(film.file_id)
    asking, number = await _typed(standin, user, ask)
    film_result = {"type": "video", "id": "1", "title": "x", "video_file_id": film.file_id}
    given = {"inline_query_id": number, "results": [_article("a"), film_result]}
    status, answer = await ask("answerInlineQuery", **given)
    assert (status, answer["description"]) == (
        400,
        "Bad Request: wrong file identifier/HTTP URL specified",
    )
    # A refused answer is none: another may follow.
    assert (await ask("answerInlineQuery", **given | {"results": []}))[0] == 200
    assert (await asking).results == []
    assert user.bot_messages[0].file_path.is_file(), "what was sent stays"
