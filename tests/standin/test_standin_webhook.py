"""setWebhook, and updates brought as the real server brings them."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from standin import StandIn
from standin.courier import OUR_ADDRESS, queue_of

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
PUBLIC = "https://bot.example.org/hook"


@dataclass
class Ear:
    """Hears what is brought, and answers with the next of `answers`, else with 200."""

    answers: list[int | web.Response] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.heard.append(await request.json())
        self.headers.append(dict(request.headers))
        self.news.set()
        await self.gate.wait()
        self.at_once -= 1
        said = self.answers.pop(0) if self.answers else 200
        return said if isinstance(said, web.Response) else web.Response(status=said)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.heard]

    async def hears(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()


@contextlib.asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[Ear]:
    ear = Ear()
    ear.gate.set()
    app = web.Application()
    app.router.add_post("/hook", ear.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    scheme = "http" if tls is None else "https"
    ear.url = f"{scheme}://localhost:{runner.addresses[0][1]}"
    try:
        yield ear
    finally:
        await runner.cleanup()


@pytest.fixture
async def ear(standin: StandIn) -> AsyncIterator[Ear]:
    async with listening() as made:
        standin.courier.proxied_to = [made.url]
        standin.courier.haste = 50.0
        yield made


async def test_updates_are_brought_with_the_secret_and_confirmed_by_200(
    ask: Ask, standin: StandIn, ear: Ear
) -> None:
    user = standin.user()
    await user.send_text("before")
    assert await ask("setWebhook", url=PUBLIC, secret_token="abc-_9") == (
        200,
        {"ok": True, "result": True},
    )
    await user.send_text("after")
    await ear.hears(2)
    assert ear.texts == ["before", "after"]
    assert ear.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "abc-_9"
    assert ear.headers[0]["X-Forwarded-For"] == OUR_ADDRESS
    await standin.wait_for_call("webhook", 2)
    assert standin.pending_updates == []
    status, refused = await ask("getUpdates")
    assert status == 409
    assert "webhook is active" in refused["description"]


async def test_what_is_not_taken_comes_again_and_holds_back_its_own_chat_alone(
    ask: Ask, standin: StandIn, ear: Ear
) -> None:
    ann, bob = standin.user(name="Ann"), standin.user(name="Bob")
    ear.answers = [500, 503, 404]
    await ask("setWebhook", url=PUBLIC)
    await ann.send_text("a")
    await ann.send_text("b")
    await ear.hears(4)
    await bob.send_text("c")
    await ear.hears(6)
    assert ear.texts[:4] == ["a"] * 4
    assert sorted(ear.texts[4:]) == ["b", "c"]
    await standin.wait_for_call("webhook", 6)
    gaps = [call.time for call in standin.calls if call.method == "webhook"][:4]
    assert gaps[3] - gaps[2] > gaps[1] - gaps[0], "each wait is longer"
    assert standin.pending_updates == []


async def test_retry_after_is_obeyed(ask: Ask, standin: StandIn, ear: Ear) -> None:
    ear.answers = [web.Response(status=429, headers={"Retry-After": "1"})]
    await ask("setWebhook", url=PUBLIC)
    await standin.user().send_text("a")
    await ear.hears(2)
    await standin.wait_for_call("webhook", 2)
    first, second = [call for call in standin.calls if call.method == "webhook"]
    assert second.time >= first.time + 1


async def test_no_more_connections_than_were_asked_for(
    ask: Ask, standin: StandIn, ear: Ear
) -> None:
    ear.gate.clear()
    await ask("setWebhook", url=PUBLIC, max_connections=3)
    users = [standin.user() for _ in range(8)]
    for user in users:
        await user.send_text("a")
    await ear.hears(3)
    ear.gate.set()
    await ear.hears(8)
    await standin.wait_for_call("webhook", 8)
    assert ear.most_at_once == 3


async def test_trouble_is_told_and_nothing_is_lost(ask: Ask, standin: StandIn, ear: Ear) -> None:
    ear.answers = [401]
    await ask("setWebhook", url=PUBLIC, max_connections=7, allowed_updates=["message"])
    told = (await ask("getWebhookInfo"))[1]["result"]
    assert told == {
        "url": PUBLIC,
        "has_custom_certificate": False,
        "max_connections": 7,
        "allowed_updates": ["message"],
        "pending_update_count": 0,
    }
    await standin.user().send_text("a")
    await standin.wait_for_call("webhook", 2)
    told = (await ask("getWebhookInfo"))[1]["result"]
    assert told["last_error_message"] == "Wrong response from the webhook: 401 Unauthorized"
    standin.courier.proxied_to = ["http://127.0.0.1:9"]
    await standin.user().send_text("b")
    await standin.wait_for_call("webhook", 3)
    told = (await ask("getWebhookInfo"))[1]["result"]
    assert told["last_error_message"] == "Connection refused"
    assert told["pending_update_count"] == 1
    # Without a webhook it waits for whoever polls.
    await ask("deleteWebhook")
    assert (await ask("getUpdates"))[1]["result"][0]["message"]["text"] == "b"


async def test_an_answer_that_is_lost_brings_it_again(ask: Ask, standin: StandIn, ear: Ear) -> None:
    standin.faults.add("webhook", drop_reply=True)
    standin.faults.add("webhook", drop_request=True)
    await ask("setWebhook", url=PUBLIC)
    await standin.user().send_text("a")
    await ear.hears(2)
    await standin.wait_for_call("webhook", 3)
    assert ear.texts == ["a", "a"]
    assert [call.status for call in standin.calls if call.method == "webhook"] == [200, 0, 200]


async def test_what_is_too_old_is_dropped(ask: Ask, standin: StandIn, ear: Ear) -> None:
    standin.courier.lifetime = 0.0
    await standin.user().send_text("a")
    await ask("setWebhook", url=PUBLIC)
    await standin.state.changed.until(lambda: True if not standin.pending_updates else None, 5)
    assert ear.heard == []


async def test_an_answer_that_wants_a_method_called_is_a_problem(
    ask: Ask, standin: StandIn, ear: Ear
) -> None:
    ear.answers = [web.json_response({"method": "sendMessage", "chat_id": 1, "text": "x"})]
    await ask("setWebhook", url=PUBLIC)
    await standin.user().send_text("a")
    await standin.wait_for_call("webhook")
    assert standin.problems == ["a webhook was answered with a method to be called"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "http://a.org"}, "An HTTPS URL must be provided"),
        ({"url": "https://a.org:8080"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "nothing"}, "invalid webhook URL"),
        ({"url": PUBLIC, "secret_token": "a b"}, "unallowed characters"),
    ],
)
async def test_what_the_cloud_server_refuses(ask: Ask, wrong: dict[str, str], told: str) -> None:
    status, answer = await ask("setWebhook", **wrong)
    assert status == 400
    assert told in answer["description"]
    assert (await ask("getWebhookInfo"))[1]["result"]["url"] == ""


async def test_a_server_of_one_s_own_calls_anywhere(http: aiohttp.ClientSession) -> None:
    async with StandIn(hooks_anywhere=True) as standin, listening() as ear:
        address = f"{standin.url}/bot{standin.token}/setWebhook"
        async with http.post(address, json={"url": f"{ear.url}/hook"}) as answer:
            assert answer.status == 200
        await standin.user().send_text("a")
        await ear.hears(1)
        assert "X-Forwarded-For" not in ear.headers[0]


async def test_a_certificate_that_was_uploaded_is_trusted_and_no_other(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-keyout", str(key), "-out", str(cert), "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost"]
    await asyncio.to_thread(subprocess.run, made, check=True, capture_output=True)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(cert, key)
    async with StandIn(hooks_anywhere=True) as standin, listening(tls) as ear:
        address = f"{standin.url}/bot{standin.token}/setWebhook"
        async with http.post(address, json={"url": f"{ear.url}/hook"}) as answer:
            assert answer.status == 200
        await standin.user().send_text("a")
        await standin.wait_for_call("webhook")
        assert ear.heard == []
        assert standin.hook is not None
        assert "certificate verify failed" in (standin.hook.last_error or (0, ""))[1]
        form = aiohttp.FormData({"url": f"{ear.url}/hook"})
        form.add_field("certificate", cert.read_bytes(), filename="cert.pem")
        async with http.post(address, data=form) as answer:
            assert answer.status == 200
        await ear.hears(1)


def test_whose_queue_an_update_is_in() -> None:
    chat, person = {"id": -5, "type": "group"}, {"id": 7}
    assert queue_of({"update_id": 1, "message": {"chat": chat, "from": person}}) == -5
    assert queue_of({"update_id": 1, "callback_query": {"from": person}}) == 7
    assert queue_of({"update_id": 1, "poll_answer": {"user": person}}) == 7
    assert queue_of({"update_id": 1, "message": []}) == 0
