"""No update, person, file or failed write keeps anybody else from being served."""

import asyncio
import copy
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from standin import StandIn
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, job_of, jobs, remains, struck, until
from tests.support.stage import Stage, reaches, status_of

# Of what a newer or an older server, or somebody's bug, may write: nothing that can be parsed.
UNREADABLE: list[dict[str, Any]] = [
    {"message": {"message_id": "seven", "date": 1, "chat": {"id": 5, "type": "private"}}},
    {"message": {"message_id": 7, "date": 1}},
    {"message": []},
    {"callback_query": {"id": 7, "from": {"id": 5}, "chat_instance": None}},
]


async def alter(stage: Stage, statement: str) -> None:
    """Change the job database as somebody else would."""
    # In a thread: the bot in this process may have to end a transaction first.
    await asyncio.to_thread(_alter, stage, statement)


def _alter(stage: Stage, statement: str) -> None:
    path = stage.data / "jobs.sqlite3"
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        # A transaction that reads first and locks later may find that it read something old.
        db.execute("BEGIN IMMEDIATE")
        db.execute(statement)
        db.execute("COMMIT")


@pytest.mark.parametrize("unreadable", UNREADABLE)
async def test_an_update_that_can_t_be_read_silences_nobody(
    stage: Stage, footage: Footage, unreadable: dict[str, Any]
) -> None:
    standin = stage.standin
    ann = standin.user()
    standin.inject(copy.deepcopy(unreadable))
    sent = await ann.send_document(footage.remux)
    async with stage.bot() as app:
        assert (await ann.wait_for_result()).reply_to == sent.id
        # It is confirmed like any other: the next process doesn't meet it again.
        await until(lambda: standin.pending_updates == [], "the end of all updates")
        assert app.feed.skipped == 1
    assert len(ann.results) == 1
    assert remains(stage) == []


async def test_the_operator_hears_of_it_without_a_word_of_what_was_written(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "what nobody else should read"
    stage.standin.inject(
        {"message": {"message_id": 7, "date": 1, "text": secret, "chat": {"id": "x"}}}
    )
    async with stage.bot() as app:
        await until(lambda: app.feed.skipped == 1, "the skipped update")
    printed = "".join(capsys.readouterr())
    assert "update skipped" in printed
    assert "message.chat" in printed
    assert secret not in printed


async def test_a_file_and_then_cancel_in_one_batch_is_cancelled(
    stage: Stage, footage: Footage
) -> None:
    ann, ira = stage.standin.user(), stage.standin.user()
    await ann.send_document(footage.fine)
    await ann.send_text("/cancel")
    await ira.send_document(footage.remux)
    async with stage.bot():
        await ann.wait_for_message("Stopped: 1 conversion")
        await ira.wait_for_result()
    assert {row.phase for row in jobs(stage)} == {"cancelled", "done"}
    assert ann.results == []
    assert remains(stage) == []


async def test_cancel_and_then_a_file_in_one_batch_is_converted(
    stage: Stage, footage: Footage
) -> None:
    ann = stage.standin.user()
    await ann.send_text("/cancel")
    sent = await ann.send_document(footage.remux)
    async with stage.bot():
        assert (await ann.wait_for_result()).reply_to == sent.id
    assert len(jobs(stage)) == 1


@pytest.mark.parametrize("caption", ["/start my holiday", "/cancel", "/status", "/help me"])
async def test_a_caption_that_begins_with_a_command_is_a_caption(
    stage: Stage, footage: Footage, caption: str
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        sent = await ann.send_video(footage.remux, caption=caption)
        assert (await ann.wait_for_result()).reply_to == sent.id


async def test_a_group_hears_nothing_of_what_was_sent_in_private(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        member = stage.standin.group([ann]).member(ann)
        stalled = stage.standin.faults.add("download", stall_after=1000)
        status = await status_of(ann, await ann.send_document(footage.remux, file_name="diary.mkv"))
        await struck(stalled)
        await member.send_text("/status")
        told = await member.wait_for_message("Nothing is being converted")
        assert "diary" not in told.text
        await member.send_text("/cancel")
        await member.wait_until(lambda: len(member.bot_messages) == 2)
        await ann.send_text("/status")
        await ann.wait_for_message("diary.mkv")
        assert status.id in {m.id for m in ann.bot_messages}
        stalled.release()
        await ann.wait_for_result()
    assert remains(stage) == []


async def test_an_anonymous_administrator_is_served_and_may_cancel(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    ann = standin.user()
    member = standin.group([ann]).member(ann)
    sent = await member.send_video(footage.remux)
    [update] = standin.pending_updates
    # Telegram shows the group itself as the sender, and a bot of its own in the person's place.
    message = update["message"]
    message["sender_chat"] = message["chat"]
    message["from"] = {
        "id": 1087968824,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    async with stage.bot():
        result = await member.wait_for_result()
        assert result.reply_to == sent.id
    [row] = jobs(stage)
    assert row.user_id == str(message["chat"]["id"])


async def test_a_storage_that_fails_at_a_job_s_end_costs_nobody_a_result(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        held = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER)
        await ann.send_document(footage.remux)
        await struck(held)
        # That it is about to leave us is written down before it does.
        await until(lambda: bool(job_of(stage, ann.id).leaving), "the last of the result")
        await alter(stage, "ALTER TABLE jobs RENAME TO gone")
        held.release()
        await ann.wait_for_result()
        await alter(stage, "ALTER TABLE gone RENAME TO jobs")
        await until(lambda: job_of(stage, ann.id).phase == "done", "the outcome")
        again = await ann.send_document(footage.quick)
        await ann.wait_for_message(lambda m: m.reply_to == again.id and m.from_bot)
        await ann.wait_until(lambda: len(ann.results) == 2)
    assert {row.phase for row in jobs(stage)} == {"done"}
    assert remains(stage) == []


async def test_a_storage_that_fails_between_two_phases_fails_no_job(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        stalled = stage.standin.faults.add("download", stall_after=1000)
        await status_of(ann, await ann.send_document(footage.remux))
        await struck(stalled)
        await alter(stage, "ALTER TABLE jobs RENAME TO gone")
        stalled.release()
        await until(lambda: any("input" in name for name in stage.leftovers()), "the download")
        await alter(stage, "ALTER TABLE gone RENAME TO jobs")
        await ann.wait_for_result()
    [row] = jobs(stage)
    assert (row.phase, row.failures) == ("done", 0)


async def test_a_running_job_hears_that_it_was_taken_from_it(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        stalled = stage.standin.faults.add("download", stall_after=1000)
        await status_of(ann, await ann.send_document(footage.fine))
        await struck(stalled)
        assert remains(stage) != []
        await alter(stage, "UPDATE jobs SET phase = 'cancelled', line = NULL")
        await until(lambda: remains(stage) == [], "the end of the attempt")


async def test_a_row_that_runs_with_nobody_who_holds_it_is_found(
    stage: Stage, footage: Footage
) -> None:
    ann = stage.standin.user()
    async with stage.bot(max_queued_per_user=5):
        await ann.send_document(footage.remux)
        await ann.wait_for_result()
        await alter(
            stage,
            "UPDATE jobs SET phase = 'converting', line = 1, holder = 'nobody',"
            " lease_until = '2020-01-01 00:00:00.000000', status_message_id = NULL",
        )
        await ann.wait_until(lambda: len(ann.results) == 2, timeout=40.0)
    [row] = jobs(stage)
    assert (row.phase, row.failures) == ("done", 0)


async def test_a_failed_upload_is_made_again_and_nothing_else(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.bot():
        ann = standin.user()
        standin.faults.add("editMessageMedia", times=2, status=502)
        sent = await ann.send_document(footage.remux)
        assert (await ann.wait_for_result()).reply_to == sent.id
    assert standin.count("getFile") == 1, "it was not fetched, so not converted, again"
    assert standin.count("editMessageMedia") == 3
    [row] = jobs(stage)
    assert (row.phase, row.failures) == ("done", 0)


async def test_a_slow_upload_keeps_nobody_waiting(stage: Stage, footage: Footage) -> None:
    async with stage.bot(max_concurrent_conversions=1):
        ann, ira = stage.standin.user(), stage.standin.user()
        held = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER)
        await ann.send_document(footage.remux)
        await struck(held)
        await ira.send_document(footage.remux)
        await ira.wait_for_result()
        assert ann.results == []
        held.release()
        await ann.wait_for_result()


@pytest.mark.parametrize("way", ["blocks", "goes"])
async def test_whoever_blocks_the_bot_is_done_with_at_once(
    stage: Stage, footage: Footage, way: str
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        stalled = stage.standin.faults.add("download", stall_after=1000)
        for clip in (footage.remux, footage.quick, footage.medium):
            await status_of(ann, await ann.send_document(clip))
        await struck(stalled)
        if way == "blocks":
            ann.block()
        else:
            stage.standin.forget(ann)
        before = len(stage.standin.calls)
        stalled.release()
        await until(
            lambda: {row.phase for row in jobs(stage)} == {"cancelled"}, "the end of all her jobs"
        )
        await until(lambda: remains(stage) == [], "the end of all that worked for her")
        later = [call for call in stage.standin.calls[before:] if call.status in {400, 403}]
        assert len(later) <= 3, "she is left alone"
    assert {row.error_code for row in jobs(stage)} == {"blocked"}


async def test_a_chat_that_goes_while_its_result_is_sent_is_no_fault_of_anybody(
    stage: Stage, footage: Footage, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        sent = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER)
        await ann.send_document(footage.remux)
        await struck(sent)
        stage.standin.forget(ann)
        sent.release()
        await until(lambda: job_of(stage, ann.id).phase == "cancelled", "the end of the job")
        await until(lambda: remains(stage) == [], "the end of all that worked for it")
        assert job_of(stage, ann.id).error_code == "blocked"
        # What a person wrote who is not there to be answered.
        stage.standin.inject({"message": hello(ann.id)})
        await until(lambda: stage.standin.pending_updates == [], "the end of all updates")
        ira = stage.standin.user(user_id=100_777)
        await ira.send_document(footage.quick)
        await ira.wait_for_result()
    said = capsys.readouterr().out
    assert "nobody is in the chat any more" in said
    assert "Traceback" not in said
    assert "[error" not in said


def hello(person: int) -> dict[str, Any]:
    """/start of somebody, as the server tells it."""
    account = {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Ann"}
    marks = [{"type": "bot_command", "offset": 0, "length": 6}]
    words = {"text": "/start", "entities": marks}
    return {"message_id": 99, "date": 1, "from": account, "chat": chat, **words}


async def test_what_has_left_can_t_be_stopped_and_nobody_says_so(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        held = stage.standin.faults.add("editMessageMedia", delay=FOR_EVER)
        status = await status_of(ann, await ann.send_document(footage.remux))
        await struck(held)
        answer = await ann.tap(status, "Cancel")
        assert answer.text is not None
        assert "on its way" in answer.text
        held.release()
        assert (await ann.wait_for_result()).id == status.id
    assert not any("stopped" in text for text in status.texts)


async def test_an_operator_s_own_limit_is_not_called_telegram_s(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(max_input_bytes=100_000):
        ann = stage.standin.user()
        await ann.send_document(footage.medium)
        told = await ann.wait_for_message(lambda m: m.from_bot)
        assert "this bot takes 0.1 MB at most" in told.text


async def test_two_jobs_of_one_person_are_not_a_full_house(stage: Stage, footage: Footage) -> None:
    async with stage.bot(max_concurrent_conversions=1):
        ann = stage.standin.user()
        stalled = stage.standin.faults.add("download", stall_after=1000)
        await ann.send_document(footage.remux)
        await struck(stalled)
        waiting = await status_of(ann, await ann.send_document(footage.quick))
        await reaches(ann, waiting, "You already have a conversion running")
        assert not any("All places" in text for text in waiting.texts)
        stalled.release()
        await ann.wait_until(lambda: len(ann.results) == 2)


@pytest.fixture
def stage(standin: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A stage on the host's ffmpeg; some of what these tests send is no update at all."""
    return Stage(standin, tmp_path_factory.mktemp("bot"))
