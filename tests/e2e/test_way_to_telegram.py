"""Polling and proxies: what an operator got wrong has its own line with the cure, and is not asked
a thousand times a second."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Dispatcher
from aiogram.exceptions import TelegramConflictError, TelegramNetworkError, TelegramNotFound
from aiogram.methods import GetMe
from aiohttp import web

from bot.telegram.ways.introduction import cure_for
from bot.telegram.ways.pending import Pending
from bot.telegram.ways.polling import Poller
from bot.telegram.wire.network import ProxyRefusedError
from bot.telegram.wire.proxy import proxy_for
from bot.telegram.wire.session import make_bot
from standin import StandIn
from tests.support.footage import Footage
from tests.support.mail import mailroom
from tests.support.proxies import PASSWORD, proxy
from tests.support.stage import Stage

TOKEN = "123456789:" + "A" * 35


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_requests_and_files_take_the_proxy(
    stage: Stage, footage: Footage, scheme: str
) -> None:
    async with proxy(scheme) as way, stage.bot(telegram_proxy=way.url):
        ann = stage.standin.user()
        await ann.send_document(footage.remux)
        await ann.wait_for_result()
        assert len(way.asked) >= 2
        assert set(way.asked) == {"127.0.0.1"}


async def test_the_usual_variables_count_where_no_setting_does(
    stage: Stage, footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy("http") as way:
        monkeypatch.setenv("http_proxy", way.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with stage.bot():
            ann = stage.standin.user()
            await ann.send_document(footage.remux)
            await ann.wait_for_result()
        assert way.asked != []


@pytest.mark.parametrize(
    ("usual", "proxy_"),
    [
        ({}, None),
        ({"https_proxy": "http://p:1"}, "http://p:1"),
        ({"http_proxy": "http://p:1"}, None),
        ({"all_proxy": "socks5://p:1"}, "socks5://p:1"),
        ({"https_proxy": "http://p:1", "no_proxy": "localhost,.telegram.org"}, None),
        ({"https_proxy": "http://p:1", "no_proxy": "api.telegram.org"}, None),
        ({"https_proxy": "http://p:1", "no_proxy": "gram.org"}, "http://p:1"),
        ({"https_proxy": "http://p:1", "no_proxy": "*"}, None),
    ],
)
def test_which_proxy(
    monkeypatch: pytest.MonkeyPatch, usual: dict[str, str], proxy_: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in usual.items():
        monkeypatch.setenv(name, value)
    assert proxy_for("https://api.telegram.org", None) == proxy_
    assert proxy_for("https://api.telegram.org", "socks5://mine:1") == "socks5://mine:1"


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize("there", [True, False])
async def test_a_proxy_that_refuses_is_named_and_its_password_is_not(
    standin: StandIn, scheme: str, there: bool
) -> None:
    async with proxy(scheme, refuses=True) as way:
        url = way.url if there else way.url.replace(str(way.port), "1")
        bot = make_bot(standin.token, standin.url, url)
        try:
            with pytest.raises(TelegramNetworkError) as caught:
                await bot.session(bot, GetMe())
        finally:
            await bot.session.close()
    assert isinstance(caught.value, ProxyRefusedError)
    assert PASSWORD not in repr(caught.value) + str(caught.value.__cause__)
    assert "TELEGRAM_PROXY" in cure_for(caught.value)


def test_what_an_operator_can_do_about_it() -> None:
    lost = TelegramNotFound(GetMe(), "Not Found")
    assert "TELEGRAM_API_URL" in cure_for(lost)
    hooked = "Conflict: can't use getUpdates method while webhook is active"
    assert "webhook" in cure_for(TelegramConflictError(GetMe(), hooked))
    other = "Conflict: terminated by other getUpdates request"
    assert cure_for(TelegramConflictError(GetMe(), other)) == ""
    assert cure_for(TelegramNetworkError(GetMe(), "reset")) == ""


@contextlib.asynccontextmanager
async def no_bot_api(asked: list[str], first: list[object]) -> AsyncIterator[str]:
    """A server that says yes to everything at once; its first answer is `first`."""

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path.rpartition("/")[2])
        result = first if len(asked) == 1 else []
        return web.json_response({"ok": True, "result": result})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("first", [[], [7, "x", None, []], [{"message": {}}], [{"update_id": "x"}]])
async def test_answers_that_make_no_sense_are_not_asked_for_without_end(
    first: list[object], tmp_path: Path
) -> None:
    asked: list[str] = []
    async with (
        no_bot_api(asked, first) as url,
        mailroom(bot := make_bot(TOKEN, url), Dispatcher(), tmp_path / "inbox.db") as mail,
    ):
        poller = Poller(bot, mail, timeout=30, limit=100, pending=Pending(False))
        polling = asyncio.create_task(poller.run())
        try:
            await asyncio.wait({polling}, timeout=3.0)
            assert not polling.done()
        finally:
            polling.cancel()
            await bot.session.close()
    assert 2 <= len(asked) <= 5


async def test_an_old_webhook_is_taken_away_when_it_is_in_the_way(
    stage: Stage, footage: Footage
) -> None:
    hooked = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
    stage.standin.faults.add("getUpdates", status=409, description=hooked)
    async with stage.bot():
        ann = stage.standin.user()
        await ann.send_document(footage.remux)
        await ann.wait_for_result()
    assert stage.standin.count("deleteWebhook") == 2


async def test_what_is_set_up_at_start_is_tried_until_it_works(stage: Stage) -> None:
    standin = stage.standin
    standin.faults.add("deleteWebhook", times=7, status=500)
    standin.faults.add("setMyCommands", times=7, status=500)
    async with stage.bot():
        ann = standin.user()
        await ann.send_text("/help")
        await ann.wait_for_message(lambda m: m.from_bot, timeout=60.0)
        await standin.wait_for_call("setMyCommands", 12, timeout=60.0)
    assert standin.state.profile["commands/default/ru"] != []
