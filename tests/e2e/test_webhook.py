"""Telegram calls the bot: whole jobs, crashes, repeats, and the way back to polling."""

import asyncio
import copy
import json
import signal
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.conversions import StartError
from bot.logs.redaction import PLACEHOLDER
from bot.telegram.ways.callers import Doorman
from bot.telegram.ways.hook import stay_hooked
from bot.telegram.ways.terms import Terms
from bot.telegram.wire.session import make_bot
from standin import Hook, StandIn, User
from tests.support.footage import Footage
from tests.support.hooked import HEADER, PUBLIC, SECRET, Hooked, hooked, served
from tests.support.running import FOR_EVER, jobs, remains, struck, until
from tests.support.stage import UNPACED, Stage, greeted, reaches, status_of


@pytest.fixture
def house(standin: StandIn, tmp_path: Path) -> Iterator[Hooked]:
    with hooked(standin, tmp_path / "bot") as made:
        yield made


def kept(stage: Stage) -> list[tuple[int, str | None, bool]]:
    """Every update that the bot knows: its number, its words, whether it is done."""
    path = f"file:{stage.data / 'jobs.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as db:
        rows = db.execute("SELECT update_id, raw, done_at FROM updates ORDER BY place").fetchall()
    return [(number, raw, done is not None) for number, raw, done in rows]


def greetings(user: User) -> int:
    return sum("waiting for your video" in m.text for m in user.bot_messages)


async def all_done(stage: Stage) -> None:
    await until(lambda: all(done for _, _, done in kept(stage)), "the end of all updates")


async def test_a_whole_conversation(house: Hooked, footage: Footage) -> None:
    standin, stage = house.standin, house.stage
    async with stage.bot():
        ann = await greeted(standin)
        status = await status_of(ann, await ann.send_document(footage.remux))
        result = await ann.wait_for_result()
        assert result.id == status.id
        await ann.wait_for_message("Ready")
        # A tap, while something runs.
        stalled = standin.faults.add("download", stall_after=1000)
        status = await status_of(ann, await ann.send_document(footage.fine))
        await struck(stalled)
        await ann.tap(status, "Cancel")
        await reaches(ann, status, "stopped")
        assert standin.count("getUpdates") == 0
        told = await standin.wait_for_call("getWebhookInfo")
        assert told.ok
        await all_done(stage)
        # Of what people wrote nothing is left, of the updates only their numbers.
        assert [raw for _, raw, _ in kept(stage)] == [None] * len(kept(stage))
    [call] = [call for call in standin.calls if call.method == "setWebhook"]
    assert call.params["url"] == PUBLIC
    assert call.params["secret_token"] == SECRET
    assert call.params["max_connections"] == 40
    assert "message" in call.params["allowed_updates"]
    assert remains(stage) == []


async def test_the_webhook_stays_and_what_came_meanwhile_is_served(
    house: Hooked, footage: Footage
) -> None:
    standin = house.standin
    async with house.stage.bot():
        ann = await greeted(standin)
    assert standin.hook is not None
    assert standin.count("deleteWebhook") == 0
    sent = await ann.send_document(footage.remux)
    async with house.stage.bot():
        assert (await ann.wait_for_result()).reply_to == sent.id
    assert len(jobs(house.stage)) == 1


async def test_a_crash_after_the_commit_loses_nothing(house: Hooked) -> None:
    """It was answered with 200, so Telegram won't bring it again."""
    standin, stage = house.standin, house.stage
    held = standin.faults.add("sendMessage", delay=FOR_EVER)
    async with stage.program() as program:
        ann = standin.user()
        await ann.send_text("/start")
        await struck(held)
        await until(lambda: standin.pending_updates == [], "200")
        assert [done for _, _, done in kept(stage)] == [False]
        await program.stop(signal.SIGKILL)
    held.release()
    async with stage.bot():
        await ann.wait_for_message("waiting for your video")
        await all_done(stage)
    assert [call.status for call in standin.calls if call.method == "webhook"] == [200]


async def test_a_crash_before_the_commit_loses_nothing(house: Hooked, footage: Footage) -> None:
    standin, stage = house.standin, house.stage
    async with stage.program() as program:
        ann = await greeted(standin)
        await all_done(stage)
        path = stage.data / "jobs.sqlite3"
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            sent = await ann.send_document(footage.remux)
            await until(lambda: standin.courier.under_way == 1, "the delivery")
            await program.stop(signal.SIGKILL)
            db.execute("ROLLBACK")
    assert len(standin.pending_updates) == 1
    async with stage.bot():
        assert (await ann.wait_for_result()).reply_to == sent.id
        await ann.wait_for_message("Ready")
    assert len(jobs(stage)) == 1
    assert len(ann.results) == 1


async def test_an_answer_that_is_lost_makes_nothing_twice(house: Hooked, footage: Footage) -> None:
    standin, stage = house.standin, house.stage
    async with stage.bot():
        ann = standin.user()
        standin.faults.add("webhook", times=2, drop_reply=True)
        await ann.send_text("/start")
        await standin.wait_for_call("webhook", 3)
        await ann.send_document(footage.remux)
        await ann.wait_for_result()
        await all_done(stage)
    assert greetings(ann) == 1
    assert len(jobs(stage)) == 1


async def test_repeats_and_smaller_numbers_in_any_order(house: Hooked) -> None:
    standin, stage = house.standin, house.stage
    async with stage.bot():
        ann = await greeted(standin)
        first = ann.last_update_id
        assert first is not None
        standin.restart_update_ids(1000)
        await ann.send_text("/help")
        await ann.wait_for_message("What to send")
        second = ann.last_update_id
        assert second is not None
        assert second < first
        before = len(ann.bot_messages)
        for number in (second, first, second, first):
            standin.repeat_update(number)
        await until(lambda: standin.pending_updates == [], "all of them")
        await ann.send_text("/status")
        await ann.wait_for_message("Nothing is being converted")
        assert len(ann.bot_messages) == before + 1, ann.listing()
    # And after a restart, still.
    async with stage.bot():
        standin.repeat_update(first)
        standin.repeat_update(second)
        await until(lambda: standin.pending_updates == [], "both")
        await ann.send_text("/status")
        await ann.wait_until(lambda: len(ann.bot_messages) == before + 2)
    assert greetings(ann) == 1


async def test_polling_webhook_and_back_lose_and_double_nothing(
    house: Hooked, footage: Footage
) -> None:
    standin, stage = house.standin, house.stage
    polling = Stage(standin, stage.data.parent)
    ann = standin.user()
    await ann.send_text("/start")
    async with polling.bot():
        await ann.wait_for_message("waiting for your video")
    await ann.send_text("/status")
    async with stage.bot():
        await ann.wait_for_message("Nothing is being converted")
        assert (await standin.wait_for_call("setWebhook")).params.get("drop_pending_updates") in (
            None,
            False,
        )
        # What polling had handled is known here too.
        for update in [update for update, _, _ in kept(stage)]:
            standin.repeat_update(update)
        await until(lambda: standin.pending_updates == [], "the repeats")
    sent = await ann.send_document(footage.remux)
    async with polling.bot():
        assert (await ann.wait_for_result()).reply_to == sent.id
        assert standin.hook is None
        for update in [update for update, _, _ in kept(stage)]:
            standin.repeat_update(update)
        await standin.wait_until_polled()
        await ann.send_text("/help")
        await ann.wait_for_message("What to send")
    assert greetings(ann) == 1
    assert len(jobs(stage)) == 1
    assert len([m for m in ann.bot_messages if "Nothing is being converted" in m.text]) == 1


async def test_what_came_meanwhile_is_forgotten_on_request(house: Hooked) -> None:
    standin = house.standin
    ann = standin.user()
    await ann.send_text("/start")
    async with house.stage.bot(drop_pending_updates=True):
        await ann.send_text("/help")
        await ann.wait_for_message("What to send")
        await all_done(house.stage)
    assert greetings(ann) == 0


async def test_a_webhook_that_somebody_else_takes_away_is_set_again(standin: StandIn) -> None:
    bot = make_bot(standin.token, standin.url)
    terms = Terms(PUBLIC, "", Doorman(SECRET.encode()), 40)
    staying = asyncio.create_task(stay_hooked(bot, terms, ["message"], every=0.02))
    try:
        await standin.wait_for_call("setWebhook")
        assert standin.hook is not None
        assert standin.hook.url == PUBLIC
        assert standin.hook.allowed == ["message"]
        standin.state.updates.hook = Hook("https://elsewhere.example.org")
        await standin.wait_for_call("setWebhook", 2)
        assert standin.hook.url == PUBLIC
        # Trouble on the way ends nothing.
        standin.faults.add("getWebhookInfo", times=2, status=400)
        standin.state.updates.hook = None
        await standin.wait_for_call("setWebhook", 3)
        assert not staying.done()
    finally:
        staying.cancel()
        await bot.session.close()


async def test_a_certificate_of_one_s_own(tmp_path: Path) -> None:
    """Nobody stands in front; Telegram is shown the certificate, which signed itself."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-keyout", str(key), "-out", str(cert), "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost"]
    await asyncio.to_thread(subprocess.run, made, check=True, capture_output=True)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    async with StandIn(folder=tmp_path / "own", pace=UNPACED, hooks_anywhere=True) as standin:
        stage = Stage(
            standin,
            tmp_path / "bot",
            updates="webhook",
            webhook_url=f"https://localhost:{port}/here",
            webhook_listen=f"127.0.0.1:{port}",
            webhook_cert=cert,
            webhook_key=key,
            telegram_local=True,
        )
        stage.ready = lambda seconds: served(standin, seconds)
        async with stage.bot():
            await greeted(standin)
            assert standin.hook is not None
            assert (standin.hook.certificate or b"").startswith(b"-----BEGIN CERTIFICATE-----")
        assert standin.problems == []


async def test_an_orderly_stop_in_the_middle_of_a_handler(house: Hooked) -> None:
    standin, stage = house.standin, house.stage
    held = standin.faults.add("sendMessage", delay=FOR_EVER)
    ann = standin.user()
    async with stage.program() as program:
        await ann.send_text("/start")
        await struck(held)
        assert await program.stop(signal.SIGTERM) == 0
    assert [done for _, _, done in kept(stage)] == [False]
    assert standin.pending_updates == []
    held.release()
    async with stage.bot():
        await all_done(stage)
    assert greetings(ann) >= 1


async def test_one_person_s_words_keep_their_order(house: Hooked, footage: Footage) -> None:
    standin, stage = house.standin, house.stage
    async with stage.bot():
        ann = standin.user()
        await ann.send_document(footage.fine)
        await ann.send_text("/cancel")
        await ann.wait_for_message("Stopped: 1 conversion")
    assert {row.phase for row in jobs(stage)} == {"cancelled"}


async def test_an_update_that_can_t_be_read_silences_nobody(house: Hooked) -> None:
    standin = house.standin
    async with house.stage.bot() as app:
        ann = standin.user()
        standin.inject(copy.deepcopy({"message": {"message_id": "x", "chat": {"id": ann.id}}}))
        await ann.send_text("/start")
        await ann.wait_for_message("waiting for your video")
        assert app.feed.skipped == 1
        assert standin.pending_updates == []


async def test_the_secret_is_made_for_its_owner_alone_and_kept(
    house: Hooked, standin: StandIn
) -> None:
    path = house.stage.data / "webhook-secret"
    said: list[str] = []
    for number in (1, 2):
        async with house.stage.bot(webhook_secret=None):
            call = await standin.wait_for_call("setWebhook", number)
            said.append(call.params["secret_token"])
            await greeted(standin)
    assert said[0] == said[1] == path.read_text()
    assert len(said[0]) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_secret_that_was_made_stands_in_no_log(house: Hooked) -> None:
    """What a stranger sends is told of by its names, and one may have the secret for a name."""
    path = house.stage.data / "webhook-secret"
    async with house.stage.program(webhook_secret=None) as program:
        secret = path.read_text()
        sent = json.dumps({"update_id": 7, secret: 1}).encode()
        assert await house.post(sent, {HEADER: secret}) == 200
        await until(lambda: "update skipped" in house.stage.log("bot.log"), "the word of it")
        assert await program.stop() == 0
    assert PLACEHOLDER in house.stage.log("bot.log")
    assert secret not in house.stage.log("bot.log") + program.stderr


async def test_settings_that_can_t_work_are_told_at_start(house: Hooked) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"webhook_url": None}, "needs WEBHOOK_URL"),
        ({"webhook_url": "http://bot.example.org"}, "calls https:// on the ports 443, 80, 88"),
        ({"webhook_url": "https://bot.example.org:8080"}, "calls https:// on the ports"),
        ({"webhook_networks": "telegram"}, "needs WEBHOOK_PROXIES"),
        ({"webhook_cert": "/nowhere"}, "belong together"),
        ({"webhook_cert": "/nowhere", "webhook_key": "/nowhere"}, "cannot be used"),
        ({"webhook_listen": "/nowhere/at/all"}, "cannot listen at /nowhere/at/all"),
    ]
    for wrong, told in cases:
        with pytest.raises(StartError, match=told):
            async with house.stage.bot(**wrong):
                raise AssertionError(told)
