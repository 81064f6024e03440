"""Telegram errs, falls silent, refuses: every job still ends in one visible result or in one clear
message, and the bot knows when to stop."""

import asyncio
import itertools
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiogram import Dispatcher

from bot.jobs.showing.pace import Pace
from bot.telegram.ways.pending import Pending
from bot.telegram.ways.polling import Poller, PollingError
from bot.telegram.wire.session import make_bot
from standin import CallRecord, Fault, FaultOptions, Person, SeenMessage, StandIn, User
from tests.support.footage import Footage
from tests.support.mail import mailroom
from tests.support.running import job_of, remains, struck, until
from tests.support.stage import FAST, Stage, greeted, reaches, status_of

FAULTS: dict[str, FaultOptions] = {
    "too many requests": {"status": 429, "retry_after": 1},
    "server error": {"status": 500},
    "gateway's page": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "half an answer": {"truncate": 20},
    "no answer": {"drop_reply": True},
}
AT_START = ("deleteWebhook", "setMyCommands", "getUpdates")
OF_A_JOB = ("sendMessage", "editMessageText", "editMessageMedia", "getFile")
FLOOD = 300


@pytest.mark.parametrize("name", FAULTS)
async def test_one_fault_of_each_method_costs_nobody_anything(
    stage: Stage, footage: Footage, name: str
) -> None:
    standin, fault = stage.standin, FAULTS[name]
    added = [standin.faults.add(method, **fault) for method in AT_START]
    async with stage.bot(max_concurrent_conversions=len(OF_A_JOB)):
        users = [standin.user(name=method) for method in OF_A_JOB]
        added += [_strike(standin, m, user, fault) for m, user in zip(OF_A_JOB, users, strict=True)]
        sent = [await user.send_document(footage.remux) for user in users]
        for user, file in zip(users, sent, strict=True):
            await user.wait_for_result()
            await user.wait_for_message("Ready")
            assert user.results[0].reply_to == file.id
        assert [len(user.results) for user in users] == [1] * len(users), standin.listing()
        assert [one.method for one in added if not one.spent] == []
        for key in ("commands/default/", "commands/default/ru"):
            await until(partial(_has, standin, key), f"the commands of {key}")
    assert remains(stage) == []


@pytest.mark.parametrize("name", FAULTS)
async def test_a_tap_does_what_it_says_even_if_its_answer_is_lost(
    stage: Stage, footage: Footage, name: str
) -> None:
    standin, fault = stage.standin, FAULTS[name]
    async with stage.bot():
        user = await greeted(standin)
        standin.faults.add("answerCallbackQuery", **fault)
        user.tap_only(user.bot_messages[0], "Status")
        await user.wait_for_message("Nothing is being converted")
        stalled = standin.faults.add("download", stall_after=1000)
        status = await status_of(user, await user.send_document(footage.remux))
        await struck(stalled)
        standin.faults.add("answerCallbackQuery", **fault)
        user.tap_only(status, "Cancel")
        await reaches(user, status, "stopped")
        await standin.wait_for_call("answerCallbackQuery", 2)
    assert standin.faults.waiting == []
    assert standin.count("answerCallbackQuery") == 2, "nothing else was said of it"
    assert user.bot_messages[-1] == status


async def test_an_upload_cut_in_the_middle_is_made_again(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        cut = stage.standin.faults.add("editMessageMedia", reset_after=50_000)
        user, status = await _one_sends(stage, footage)
        assert (await user.wait_for_result()).id == status.id
        assert cut.spent
    assert remains(stage) == []


async def test_a_long_flood_wait_is_obeyed_by_the_next_attempt(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        stage.standin.faults.add("editMessageMedia", status=429, retry_after=FLOOD)
        user, status = await _one_sends(stage, footage)
        await reaches(user, status, "trying again in")
        told = re.search(r"trying again in ([\d,]+) s", status.text)
        assert told is not None
        asked = int(told[1].replace(",", ""))
        assert FLOOD <= asked <= FLOOD + 2, "as long as was asked for, and not all at once then"
        assert any("output" in name for name in stage.leftovers()), "the result waits too"
        await user.tap(status, "Cancel")
        await reaches(user, status, "stopped")
        assert user.bot_messages == [status]
        assert remains(stage) == []


async def test_a_result_that_telegram_finds_too_large_is_explained(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        stage.standin.faults.add("editMessageMedia", status=413)
        user, status = await _one_sends(stage, footage)
        await reaches(user, status, "The result is larger than Telegram lets bots send.")
        assert user.bot_messages == [status], user.listing()
        assert remains(stage) == []
        assert user.bot_messages[-1].buttons == [], "it would be as large once more"


async def test_a_user_who_blocks_the_bot_is_forgotten(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        stalled = stage.standin.faults.add("download", stall_after=1000)
        user, _ = await _one_sends(stage, footage)
        await struck(stalled)
        user.block()
        stalled.release()
        await until(lambda: job_of(stage, user.id).phase == "cancelled", "the end of the job")
        assert job_of(stage, user.id).error_code == "blocked"
        await until(lambda: remains(stage) == [], "the end of all that worked for it")
        assert user.results == []
        other, status = await _one_sends(stage, footage)
        assert (await other.wait_for_result()).id == status.id


async def test_a_result_finds_its_way_when_the_status_message_was_deleted(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        stalled = stage.standin.faults.add("download", stall_after=1000)
        user, status = await _one_sends(stage, footage)
        await struck(stalled)
        user.delete(status)
        stalled.release()
        result = await user.wait_for_result()
        assert result.reply_to == status.reply_to
        ready = await user.wait_for_message("Ready")
        assert user.bot_messages == [result, ready]


async def test_a_result_sent_anew_whose_receipt_is_lost_is_never_sent_twice(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        stalled = stage.standin.faults.add("download", stall_after=1000)
        user, status = await _one_sends(stage, footage)
        await struck(stalled)
        stage.standin.faults.add("sendVideo", drop_reply=True)
        user.delete(status)
        stalled.release()
        result = await user.wait_for_result()
        told = await user.wait_for_message("maybe the result arrived, maybe not")
        assert user.bot_messages == [result, told]
        assert [button.text for button in told.buttons] == ["📤 Send again", "📋 Copy №"]
        await until(lambda: job_of(stage, user.id).phase == "failed", "the end of the job")


async def test_no_message_is_edited_faster_than_the_pace(stage: Stage, footage: Footage) -> None:
    pace = Pace(private=1.2, group=2.0)
    async with stage.bot(pace=pace):
        user = stage.standin.user()
        member = stage.standin.group([user]).member(user)
        shown = [await _drips(stage, person, footage, seconds=4.5) for person in (user, member)]
        for person in (user, member):
            await person.wait_for_result()
    for message, least in zip(shown, (pace.private, pace.group), strict=True):
        moments = [version.time for version in message.history[:-1]]  # the last is the result
        gaps = [after - before for before, after in itertools.pairwise(moments)]
        assert len(gaps) >= 2, "or there was nothing to see"
        assert min(gaps) >= least
    assert (Pace().private, Pace().group) == (5.0, 10.0)


async def test_an_edit_waits_as_long_as_telegram_says(stage: Stage, footage: Footage) -> None:
    async with stage.bot(pace=FAST):
        flood = stage.standin.faults.add("editMessageText", status=429, retry_after=1)
        user = stage.standin.user()
        await _drips(stage, user, footage, seconds=2.5)
        await user.wait_for_result()
    assert flood.spent
    edits = [call for call in stage.standin.calls if call.method == "editMessageText"]
    [refused] = [call for call in edits if call.status == 429]
    later = [call for call in edits if call.time > refused.time]
    assert later, "or there was nothing to see"
    assert later[0].time >= _end(refused) + 1


async def test_a_second_poller_is_borne_for_a_while(standin: StandIn, tmp_path: Path) -> None:
    bot = make_bot(standin.token, standin.url)
    async with mailroom(bot, Dispatcher(), tmp_path / "inbox.db") as mail:
        poller = Poller(bot, mail, timeout=5, limit=100, first_pause=0.01, pending=Pending(False))
        polling = asyncio.create_task(poller.run())
        try:
            standin.faults.add("getUpdates", times=3, status=409)
            await standin.wait_for_call("getUpdates", 3)
            await standin.wait_until_polled()
            standin.faults.add("getUpdates", times=None, status=409)
            standin.interrupt_poll(409)
            with pytest.raises(PollingError, match="another program polls with this token"):
                await asyncio.wait_for(polling, 10.0)
        finally:
            polling.cancel()
            await bot.session.close()


def _has(standin: StandIn, key: str) -> bool:
    return bool(standin.state.profile.get(key))


def _strike(standin: StandIn, method: str, user: User, fault: FaultOptions) -> Fault:
    """Hit this method's next call about this user; files belong to nobody."""
    if method == "getFile":
        return standin.faults.add(method, **fault)
    aimed: FaultOptions = {**fault, "when": _about(user)}
    return standin.faults.add(method, **aimed)


def _about(user: User) -> Callable[[dict[str, Any]], bool]:
    return lambda call: call.get("chat_id") == user.id


async def _one_sends(stage: Stage, footage: Footage) -> tuple[User, SeenMessage]:
    user = stage.standin.user()
    return user, await status_of(user, await user.send_document(footage.remux))


async def _drips(stage: Stage, person: Person, footage: Footage, *, seconds: float) -> SeenMessage:
    """A file that takes so long to come and tells of its progress all the while."""
    speed = footage.remux.stat().st_size / seconds
    drip = stage.standin.faults.add("download", bytes_per_second=speed)
    sent = await person.send_video(footage.remux)
    await struck(drip)
    return await person.wait_for_message(lambda m: m.reply_to == sent.id)


def _end(call: CallRecord) -> float:
    return call.time + call.seconds
