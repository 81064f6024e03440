"""Requests in every encoding, and what is wrong with them."""

import asyncio
import json
import tracemalloc
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from standin import FileLimits, StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


async def test_a_method_that_does_not_exist_is_not_found(ask: Ask) -> None:
    assert await ask("sendNothing") == (
        404,
        {"ok": False, "error_code": 404, "description": "Not Found"},
    )


async def test_another_token_is_unauthorized(standin: StandIn, http: aiohttp.ClientSession) -> None:
    for path in ("bot1:WRONG/getMe", "file/bot1:WRONG/videos/file_0.mp4"):
        async with http.get(f"{standin.url}/{path}") as response:
            assert response.status == 401
            assert (await response.json())["description"] == "Unauthorized"


async def test_case_of_the_method_does_not_matter(ask: Ask, standin: StandIn) -> None:
    status, answer = await ask("GETME")
    assert status == 200
    assert answer["result"]["is_bot"] is True
    assert answer["result"]["id"] == 123456
    assert standin.count("getMe") == 1


@pytest.mark.parametrize("encoding", ["json", "form", "query", "multipart"])
async def test_parameters_come_in_every_encoding(
    encoding: str, standin: StandIn, http: aiohttp.ClientSession
) -> None:
    user = standin.user()
    await user.send_text("/start")
    markup = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
    plain = {
        "chat_id": str(user.id),
        "text": "привет",
        "disable_notification": "true",
        "reply_markup": json.dumps(markup),
    }
    url = f"{standin.url}/bot{standin.token}/sendMessage"
    if encoding == "json":
        body: dict[str, Any] = {**plain, "chat_id": user.id, "reply_markup": markup}
        request = http.post(url, json=body)
    elif encoding == "form":
        request = http.post(url, data=plain)
    elif encoding == "query":
        request = http.get(url, params=plain)
    else:
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_fields(*plain.items())
        request = http.post(url, data=form)
    async with request as response:
        assert response.status == 200, await response.text()
    assert [(m.text, m.buttons[0].callback_data) for m in user.bot_messages] == [("привет", "yes")]
    assert standin.calls[-1].params["disable_notification"] is True
    assert standin.unknown_parameters == []


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": ""}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendVideo", {"chat_id": 1}, "there is no video in the request"),
        ("sendVideoNote", {"chat_id": 1}, "there is no video note in the request"),
        ("deleteMessage", {"chat_id": 1}, 'parameter "message_id" is required'),
        ("setMyCommands", {}, 'parameter "commands" is required'),
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        (
            "getUpdates",
            {"limit": "many"},
            'invalid parameter "limit" specified: limit must be of type Integer',
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object: can't parse reply_markup JSON object",
        ),
        (
            "editMessageMedia",
            {"media": {"type": "video"}},
            'can\'t parse media: media lacks the field "media"',
        ),
        ("sendDice", {"chat_id": 1}, "method is not available in the stand-in"),
    ],
)
async def test_a_bad_parameter_is_a_bad_request(
    method: str, params: dict[str, Any], description: str, ask: Ask
) -> None:
    status, answer = await ask(method, **params)
    assert (status, answer["description"]) == (400, f"Bad Request: {description}")
    assert answer["error_code"] == 400


async def test_unknown_parameters_are_ignored_but_noted(ask: Ask, standin: StandIn) -> None:
    user = standin.user()
    await user.send_text("hi")
    button = {"text": "x", "callback_data": "y", "colour": "red"}
    status, _ = await ask(
        "sendMessage",
        chat_id=user.id,
        text="x",
        disable_web_page_preview=True,
        reply_markup={"inline_keyboard": [[button]]},
    )
    assert status == 200
    assert standin.unknown_parameters == [
        "sendMessage.disable_web_page_preview",
        "sendMessage.reply_markup.inline_keyboard[0][0].colour",
    ]


@pytest.mark.parametrize(
    "raw", [b"[1]", b"{", b"\xff{}", b"[" * 100_000, b'{"text": "\\ud800", "chat_id": 1}']
)
async def test_a_broken_body_is_a_bad_request(
    raw: bytes, standin: StandIn, http: aiohttp.ClientSession
) -> None:
    url = f"{standin.url}/bot{standin.token}/sendMessage"
    headers = {"Content-Type": "application/json"}
    async with http.post(url, data=raw, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["description"].startswith("Bad Request: ")


async def test_an_upload_over_the_limit_is_too_large(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with StandIn(limits=FileLimits(upload=1_000_000)) as standin:
        user = standin.user()
        await user.send_text("hi")
        for size, expected in ((1_000_000, 200), (1_000_001, 413)):
            path = tmp_path / f"{size}.mp4"
            path.write_bytes(bytes(size))
            form = aiohttp.FormData({"chat_id": str(user.id)})
            form.add_field("video", path.open("rb"), filename="a.mp4")
            url = f"{standin.url}/bot{standin.token}/sendVideo"
            async with http.post(url, data=form) as response:
                assert response.status == expected
                answer = await response.json()
        assert answer == {
            "ok": False,
            "error_code": 413,
            "description": "Request Entity Too Large",
        }
        assert len(user.bot_messages) == 1
        assert list((standin.folder / "uploads").iterdir()) == []


async def test_a_large_upload_is_not_held_in_memory(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(60_000_000)
    async with StandIn(limits=FileLimits(upload=100_000_000)) as standin:
        user = standin.user()
        await user.send_text("hi")
        tracemalloc.start()
        try:
            form = aiohttp.FormData({"chat_id": str(user.id)})
            form.add_field("document", large.open("rb"), filename="large.mp4")
            url = f"{standin.url}/bot{standin.token}/sendDocument"
            async with http.post(url, data=form) as response:
                assert response.status == 200
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert user.bot_messages[0].file_path.stat().st_size == 60_000_000
    assert peak < 12_000_000


async def test_a_client_that_dies_while_it_uploads_leaves_nothing(standin: StandIn) -> None:
    host, port = standin.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /bot{standin.token}/sendDocument HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n"
        "Content-Type: multipart/form-data; boundary=B\r\n\r\n"
    )
    part = 'Content-Disposition: form-data; name="document"; filename="a"'
    writer.write(f"{head}--B\r\n{part}\r\n\r\n{'x' * 5000}".encode())
    await writer.drain()
    writer.transport.abort()
    call = await standin.wait_for_call("sendDocument")
    assert (call.status, call.dropped) == (0, True)
    assert list((standin.folder / "uploads").iterdir()) == []
