"""Sending, editing and deleting: what is kept, and what Telegram refuses."""

from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from standin import FileLimits, Pace, StandIn, User

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
BUTTONS = {"inline_keyboard": [[{"text": "Cancel", "callback_data": "cancel:1"}]]}


@pytest.fixture
async def user(standin: StandIn) -> AsyncIterator[User]:
    user = standin.user(lang="ru", name="Ира")
    await user.send_text("/start")
    yield user
    assert standin.unknown_parameters == []


async def _said(user: User, ask: Ask, **params: object) -> int:
    status, answer = await ask("sendMessage", chat_id=user.id, **{"text": "text"} | params)
    assert status == 200, answer
    return int(answer["result"]["message_id"])


async def test_a_message_comes_back_with_its_parts(user: User, ask: Ask) -> None:
    _, answer = await ask(
        "sendMessage",
        chat_id=user.id,
        text="<b>Да</b>",
        parse_mode="HTML",
        reply_markup=BUTTONS,
        reply_parameters={"message_id": 1},
    )
    message = answer["result"]
    assert message["text"] == "Да"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert message["chat"] == {"id": user.id, "type": "private", "first_name": "Ира"}
    assert message["from"]["is_bot"] is True
    assert message["reply_to_message"]["text"] == "/start"
    assert message["reply_markup"] == BUTTONS
    assert user.bot_messages[0].reply_to == 1


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "no action"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "я" * 33}]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}},
            "BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_a_message_that_telegram_refuses(
    params: dict[str, Any], description: str, user: User, ask: Ask
) -> None:
    status, answer = await ask("sendMessage", chat_id=user.id, **{"text": "x"} | params)
    assert status == 400
    assert answer["description"].startswith(f"Bad Request: {description}")
    assert user.bot_messages == []


async def test_the_longest_text_counts_after_parsing(user: User, ask: Ask) -> None:
    await _said(user, ask, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await _said(user, ask, reply_parameters={"message_id": 9, "allow_sending_without_reply": True})


async def test_an_edit_replaces_text_and_buttons_and_keeps_history(user: User, ask: Ask) -> None:
    number = await _said(user, ask, text="0%", reply_markup=BUTTONS)
    place = {"chat_id": user.id, "message_id": number}
    _, answer = await ask("editMessageText", **place, text="50%", reply_markup=BUTTONS)
    assert answer["result"]["edit_date"] >= answer["result"]["date"]
    await ask("editMessageText", **place, text="100%")
    message = user.bot_messages[0]
    assert (message.text, message.buttons, message.edited) == ("100%", [], True)
    assert message.texts == ["0%", "50%", "100%"]
    await ask("editMessageReplyMarkup", **place, reply_markup=BUTTONS)
    assert [b.callback_data for b in user.bot_messages[0].buttons] == ["cancel:1"]


async def test_an_edit_that_changes_nothing_is_refused(user: User, ask: Ask) -> None:
    number = await _said(user, ask, text="<b>x</b>", parse_mode="HTML", reply_markup=BUTTONS)
    status, answer = await ask(
        "editMessageText",
        chat_id=user.id,
        message_id=number,
        text=" <b>x</b>",
        parse_mode="HTML",
        reply_markup=BUTTONS,
    )
    assert status == 400
    assert answer["description"] == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )


async def test_edits_of_what_is_not_there_or_not_the_bots(user: User, ask: Ask) -> None:
    number = await _said(user, ask)
    for message_id, complaint in (
        (99, "message to edit not found"),
        (1, "message can't be edited"),
    ):
        _, answer = await ask("editMessageText", chat_id=user.id, message_id=message_id, text="y")
        assert answer["description"] == f"Bad Request: {complaint}"
    user.delete(user.bot_messages[0])
    _, answer = await ask("editMessageText", chat_id=user.id, message_id=number, text="y")
    assert answer["description"] == "Bad Request: message to edit not found"
    _, answer = await ask("deleteMessage", chat_id=user.id, message_id=number)
    assert answer["description"] == "Bad Request: message to delete not found"


async def test_a_text_becomes_a_video(
    user: User, ask: Ask, clip: Path, jpeg: Path, standin: StandIn
) -> None:
    number = await _said(user, ask, reply_markup=BUTTONS)
    media = {
        "type": "video",
        "media": "attach://a",
        "thumbnail": "attach://b",
        "width": 640,
        "height": 360,
        "duration": 3,
        "supports_streaming": True,
        "caption": "<i>done</i>",
        "parse_mode": "HTML",
    }
    status, answer = await ask(
        "editMessageMedia",
        files={"a": clip, "b": jpeg},
        chat_id=user.id,
        message_id=number,
        media=media,
    )
    assert status == 200, answer
    assert "text" not in answer["result"]
    result = await user.wait_for_result(timeout=1)
    video = result.video
    assert (video.width, video.height, video.duration) == (640, 360, 3)
    assert (video.supports_streaming, video.file_name, video.mime_type) == (
        True,
        "clip.mp4",
        "video/mp4",
    )
    assert video.thumbnail is not None
    assert (video.thumbnail.width, video.thumbnail.height) == (320, 180)
    assert _bytes(video.thumbnail.path) == _bytes(jpeg)
    assert _bytes(result.file_path) == _bytes(clip)
    assert (result.caption, result.text) == ("done", "done")
    assert standin.problems == []

    text = await ask("editMessageText", chat_id=user.id, message_id=number, text="back")
    assert text[1]["description"] == "Bad Request: there is no text in the message to edit"
    _, answer = await ask("editMessageCaption", chat_id=user.id, message_id=number, caption="new")
    assert answer["result"]["caption"] == "new"
    assert answer["result"]["video"]["width"] == 640


async def test_a_caption_has_its_limit_and_place(user: User, ask: Ask, clip: Path) -> None:
    number = await _said(user, ask)
    _, answer = await ask("editMessageCaption", chat_id=user.id, message_id=number, caption="x")
    assert answer["description"] == "Bad Request: there is no caption in the message to edit"
    status, answer = await ask(
        "sendVideo", files={"video": clip}, chat_id=user.id, caption="x" * 1025
    )
    assert answer["description"] == "Bad Request: message caption is too long"
    status, _ = await ask("sendVideo", files={"video": clip}, chat_id=user.id, caption="x" * 1024)
    assert status == 200


async def test_a_bad_thumbnail_is_dropped_and_noted(
    user: User, ask: Ask, clip: Path, make_jpeg: Callable[[int, int], Path], standin: StandIn
) -> None:
    for thumbnail in (make_jpeg(321, 180), clip):
        status, _ = await ask(
            "sendVideo",
            files={"v": clip, "t": thumbnail},
            chat_id=user.id,
            video="attach://v",
            thumbnail="attach://t",
        )
        assert status == 200
    assert all(message.video.thumbnail is None for message in user.results)
    assert standin.problems == [
        "sendVideo: thumbnail of 321x180 is over 320 px",
        "sendVideo: thumbnail is not a JPEG",
    ]


@pytest.mark.parametrize(
    ("method", "field"),
    [
        ("sendAnimation", "animation"),
        ("sendAudio", "audio"),
        ("sendDocument", "document"),
        ("sendPhoto", "photo"),
        ("sendSticker", "sticker"),
        ("sendVideo", "video"),
        ("sendVideoNote", "video_note"),
        ("sendVoice", "voice"),
    ],
)
async def test_each_kind_is_sent_and_sent_again_by_its_id(
    method: str, field: str, user: User, ask: Ask, begun: Callable[[str], Path]
) -> None:
    status, answer = await ask(method, files={field: begun(field)}, chat_id=user.id)
    assert status == 200, answer
    media = user.bot_messages[0].media
    assert media is not None
    assert media.kind == field
    status, _ = await ask(method, chat_id=user.id, **{field: media.file_id})
    assert status == 200
    assert user.bot_messages[1].file_path == media.path
    other = "sendVoice" if field != "voice" else "sendAudio"
    other_field = "voice" if field != "voice" else "audio"
    _, answer = await ask(other, chat_id=user.id, **{other_field: media.file_id})
    assert answer["description"] == "Bad Request: type of file mismatch"


async def test_a_file_that_is_not_there(user: User, ask: Ask, tmp_path: Path) -> None:
    for reference, complaint in (
        ("nonsense", "wrong file identifier/HTTP URL specified"),
        ("attach://nothing", "there is no video in the request"),
    ):
        _, answer = await ask("sendVideo", chat_id=user.id, video=reference)
        assert answer["description"] == f"Bad Request: {complaint}"
    empty = tmp_path / "empty.mp4"
    empty.touch()
    _, answer = await ask("sendVideo", files={"video": empty}, chat_id=user.id)
    assert answer["description"] == "Bad Request: file must be non-empty"


async def test_a_blocked_bot_is_forbidden_everything(user: User, ask: Ask) -> None:
    number = await _said(user, ask)
    user.block()
    for method, params in (
        ("sendMessage", {"text": "x"}),
        ("editMessageText", {"text": "x", "message_id": number}),
        ("sendChatAction", {"action": "typing"}),
    ):
        status, answer = await ask(method, chat_id=user.id, **params)
        assert (status, answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    user.unblock()
    await _said(user, ask)


async def test_chat_actions_are_checked_and_kept(user: User, ask: Ask) -> None:
    assert (await ask("sendChatAction", chat_id=user.id, action="upload_video"))[0] == 200
    _, answer = await ask("sendChatAction", chat_id=user.id, action="dancing")
    assert answer["description"] == "Bad Request: wrong parameter action in request"
    assert user.actions == ["upload_video"]


async def test_commands_are_kept_by_scope_and_language(ask: Ask) -> None:
    commands = [{"command": "start", "description": "Начать"}]
    assert (await ask("setMyCommands", commands=commands, language_code="ru"))[0] == 200
    assert (await ask("getMyCommands", language_code="ru"))[1]["result"] == commands
    assert (await ask("getMyCommands"))[1]["result"] == []
    scope = {"type": "all_private_chats"}
    assert (await ask("getMyCommands", language_code="ru", scope=scope))[1]["result"] == []
    await ask("deleteMyCommands", language_code="ru")
    assert (await ask("getMyCommands", language_code="ru"))[1]["result"] == []
    status, answer = await ask("setMyCommands", commands=[{"command": "Ж", "description": "x"}])
    assert (status, answer["description"]) == (400, "Bad Request: BOT_COMMAND_INVALID")


async def test_descriptions_fall_back_to_the_default_language(ask: Ask) -> None:
    await ask("setMyDescription", description="Converts")
    await ask("setMyDescription", description="Конвертирует", language_code="ru")
    for language, text in (("ru", "Конвертирует"), ("de", "Converts")):
        _, answer = await ask("getMyDescription", language_code=language)
        assert answer["result"] == {"description": text}


async def test_too_many_messages_and_edits_are_told_to_wait(http: aiohttp.ClientSession) -> None:
    pace = Pace(messages=(2, 60.0), edits=(1, 30.0))
    async with StandIn(pace=pace, limits=FileLimits(text=10)) as standin:
        user = standin.user()
        await user.send_text("hi")
        url = f"{standin.url}/bot{standin.token}"
        answers = []
        for _ in range(3):
            body = {"chat_id": user.id, "text": "x"}
            async with http.post(f"{url}/sendMessage", json=body) as response:
                answers.append((response.status, await response.json()))
        assert [status for status, _ in answers] == [200, 200, 429]
        seconds = answers[-1][1]["parameters"]["retry_after"]
        assert 58 <= seconds <= 60
        assert answers[-1][1]["description"] == f"Too Many Requests: retry after {seconds}"
        for text, expected in (("y", 200), ("z", 429)):
            body = {"chat_id": user.id, "message_id": 2, "text": text}
            async with http.post(f"{url}/editMessageText", json=body) as response:
                assert response.status == expected
        assert user.bot_messages[0].text == "y"


def _bytes(path: Path) -> bytes:
    return path.read_bytes()
