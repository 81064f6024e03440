"""The users' side: what they send reaches the bot, and what they see is what it did."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
BUTTONS = {
    "inline_keyboard": [
        [
            {"text": "✖ Cancel", "callback_data": "cancel:1"},
            {"text": "site", "url": "https://e.org"},
        ]
    ]
}


async def test_people_have_ids_and_languages(standin: StandIn) -> None:
    anna, boris = standin.user(lang="ru", name="Анна"), standin.user(lang=None, username="boris")
    assert (anna.id, boris.id) == (100001, 100002)
    await anna.send_text("/help please")
    await boris.send_text("hi")
    first, second = (update["message"] for update in standin.pending_updates)
    assert first["from"] == {
        "id": 100001,
        "is_bot": False,
        "first_name": "Анна",
        "language_code": "ru",
    }
    assert first["entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]
    assert "language_code" not in second["from"]
    assert second["chat"]["username"] == "boris"
    assert (first["message_id"], second["message_id"]) == (1, 1)


async def test_every_kind_of_message_can_be_sent(standin: StandIn, clip: Path) -> None:
    user = standin.user()
    await user.send_animation(clip)
    await user.send_audio(clip, title="Song")
    await user.send_document(clip)
    await user.send_photo(clip)
    await user.send_sticker(clip)
    await user.send_video(clip, duration=9)
    await user.send_video_note(clip, length=240)
    await user.send_voice(clip)
    await user.send_contact()
    await user.send_location()
    album = await user.send_album([clip, clip], caption="two")
    kinds = [message.kind for message in user.messages]
    assert kinds == [
        *["animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice"],
        *["contact", "location", "video", "video"],
    ]
    updates = [update["message"] for update in standin.pending_updates]
    assert updates[0]["document"]["file_id"] == updates[0]["animation"]["file_id"]
    assert updates[6]["video_note"]["length"] == 240
    assert album[0].raw.extra == album[1].raw.extra
    assert [message.caption for message in album] == ["two", ""]


async def test_an_edited_message_reaches_the_bot(standin: StandIn, clip: Path) -> None:
    user = standin.user()
    await user.edit(await user.send_text("a"), text="b")
    await user.edit(await user.send_video(clip, caption="c"), caption="d")
    kinds = [list(update)[1] for update in standin.pending_updates]
    assert kinds == ["message", "edited_message", "message", "edited_message"]
    assert standin.pending_updates[-1]["edited_message"]["caption"] == "d"


async def test_a_tap_is_answered_once(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    await user.send_text("hi")
    await ask("sendMessage", chat_id=user.id, text="x", reply_markup=BUTTONS)
    tap = asyncio.create_task(user.tap(user.bot_messages[0], "Cancel"))
    _, answer = await ask("getUpdates", offset=-1, timeout=5)
    query = answer["result"][0]["callback_query"]
    assert query["data"] == "cancel:1"
    assert query["message"]["message_id"] == 2
    assert query["from"]["id"] == user.id
    given = {"callback_query_id": query["id"], "text": "ok", "show_alert": True}
    assert (await ask("answerCallbackQuery", **given))[0] == 200
    seen = await tap
    assert (seen.text, seen.show_alert) == ("ok", True)
    status, answer = await ask("answerCallbackQuery", **given)
    assert (status, answer["description"]) == (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )


async def test_a_tap_on_nothing_says_what_there_was(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    await user.send_text("hi")
    await ask("sendMessage", chat_id=user.id, text="x", reply_markup=BUTTONS)
    with pytest.raises(AssertionError, match="no button 'Retry' on #2 bot: x"):
        await user.tap(user.bot_messages[0], "Retry")
    with pytest.raises(AssertionError, match=r"the answer to a tap did not come within 0\.01 s"):
        await user.tap(user.bot_messages[0], callback_data="forged", timeout=0.01)


async def test_a_stranger_can_tap_somebody_elses_button(standin: StandIn, ask: Ask) -> None:
    user, stranger = standin.user(), standin.user()
    await user.send_text("hi")
    await ask("sendMessage", chat_id=user.id, text="x", reply_markup=BUTTONS)
    stranger.tap_only(user.bot_messages[0], "Cancel")
    query = standin.pending_updates[-1]["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (stranger.id, user.id)


async def test_waiting_ends_when_the_message_comes(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    await user.send_text("hi")
    waiting = asyncio.create_task(user.wait_for_message("done", timeout=5))
    await ask("sendMessage", chat_id=user.id, text="0%")
    await ask("editMessageText", chat_id=user.id, message_id=2, text="all done")
    assert (await waiting).id == 2
    await standin.wait_for_call("editMessageText", timeout=1)
    await user.wait_until(lambda: len(user.messages) == 2, timeout=1)


async def test_each_result_is_handed_out_once(standin: StandIn, ask: Ask, clip: Path) -> None:
    user = standin.user()
    await user.send_text("hi")
    for _ in range(2):
        await ask("sendVideo", files={"video": clip}, chat_id=user.id)
    assert (await user.wait_for_result(timeout=1)).id == 2
    assert (await user.wait_for_result(timeout=1)).id == 3
    await ask("sendMessage", chat_id=user.id, text="<b>sorry</b>", parse_mode="HTML")
    with pytest.raises(AssertionError) as caught:
        await user.wait_for_result(timeout=0.01)
    told = str(caught.value)
    assert "a result (video, animation, video_note) did not come within 0.01 s" in told
    assert "#4 bot: sorry" in told
    assert "sendVideo 200" in told


async def test_a_call_that_never_came_is_told(standin: StandIn) -> None:
    with pytest.raises(AssertionError, match="getMe was called 0 times, not 1"):
        await standin.wait_for_call("getMe", timeout=0.01)
    with pytest.raises(AssertionError, match="nobody polled"):
        await standin.wait_until_polled(timeout=0.01)


async def test_a_deleted_message_is_gone_but_listed(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    message = await user.send_text("secret")
    assert (await ask("deleteMessage", chat_id=user.id, message_id=message.id))[0] == 200
    assert user.messages == []
    assert "#1 User: secret (deleted)" in user.listing()


async def test_blocking_is_told_to_the_bot(standin: StandIn) -> None:
    user = standin.user()
    user.block()
    change = standin.pending_updates[-1]["my_chat_member"]
    assert change["old_chat_member"]["status"] == "member"
    assert change["new_chat_member"]["status"] == "kicked"


async def test_a_group_has_members_and_its_own_rules(standin: StandIn, ask: Ask) -> None:
    anna, boris, stranger = standin.user(name="Anna"), standin.user(), standin.user()
    group = standin.group([anna, boris], title="Films", kind="supergroup")
    message = await group.member(anna).send_text("hi all")
    update = standin.pending_updates[-1]["message"]
    assert update["chat"] == {"id": group.id, "type": "supergroup", "title": "Films"}
    assert update["from"]["id"] == anna.id
    assert group.id < -(10**12)
    _, answer = await ask("deleteMessage", chat_id=group.id, message_id=message.id)
    assert answer["description"] == "Bad Request: message can't be deleted"
    await ask("sendMessage", chat_id=group.id, text="hello", reply_markup=BUTTONS)
    group.members[1].tap_only(group.bot_messages[0], "Cancel")
    assert standin.pending_updates[-1]["callback_query"]["from"]["id"] == boris.id
    with pytest.raises(KeyError):
        group.member(stranger)


async def test_a_person_who_never_wrote_is_unknown_to_the_bot(standin: StandIn, ask: Ask) -> None:
    user = standin.user()
    _, answer = await ask("sendMessage", chat_id=user.id, text="x")
    assert answer["description"] == "Bad Request: chat not found"


async def test_a_message_without_a_file_says_so(standin: StandIn) -> None:
    message = await standin.user().send_text("x")
    with pytest.raises(AttributeError, match="message 1 is of kind text, not a video"):
        _ = message.video
    with pytest.raises(AttributeError, match="without a file"):
        _ = message.file_path


async def test_files_stay_in_a_folder_that_was_given(tmp_path: Path, clip: Path) -> None:
    folder = tmp_path / "kept"
    async with StandIn(folder=folder) as standin:
        assert standin.url.startswith("http://127.0.0.1:")
    assert folder.is_dir()
    async with StandIn() as standin:
        temporary = standin.folder
    assert not temporary.exists()
