"""Somebody who sends hundreds of files: the queue's bound holds, and others are served as ever."""

from structlog.testing import capture_logs

from tests.support.footage import Footage
from tests.support.running import jobs, remains, until
from tests.support.stage import Stage, greeted, status_of

FLOOD = 500


async def test_hundreds_of_files_of_one_keep_nobody_else_waiting(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.bot(max_queued_per_user=5):
        ann, bob = standin.user(name="Ann"), await greeted(standin, name="Bob")
        held = standin.faults.add("download", stall_after=1000)
        clips = (footage.quick, footage.remux, footage.fine)
        sent = [await ann.send_document(clips[number % 3]) for number in range(FLOOD)]
        await bob.send_document(footage.remux)
        await bob.wait_for_result(timeout=60.0)
        await bob.send_text("/help")
        await bob.wait_for_message("What to send")
        await status_of(ann, sent[0], timeout=60.0)
        await until(lambda: standin.pending_updates == [], "the end of all updates", seconds=120.0)
        mine = [row for row in jobs(stage) if row.user_id == str(ann.id)]
        assert (
            sum(row.phase not in {"done", "failed"} for row in mine) <= 6
        )  # five, and one at work
        held.release()
        await ann.send_text("/cancel")
        await until(
            lambda: all(row.phase in {"done", "cancelled"} for row in jobs(stage)),
            "the end of all",
            seconds=120.0,
        )
    assert remains(stage) == []


async def test_cancelling_and_sending_in_a_loop_uses_the_quota_up(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(quota_jobs_per_hour=5):
        ann, bob = await greeted(stage.standin, name="Ann"), stage.standin.user(name="Bob")
        stage.standin.faults.add("download", times=None, stall_after=1000)
        with capture_logs() as log:
            for _ in range(5):
                status = await status_of(ann, await ann.send_document(footage.quick))
                await ann.tap(status, "✖️ Cancel")
            refused = await status_of(ann, await ann.send_document(footage.quick))
        assert refused.text.startswith("⏳")
        assert [entry["event"] for entry in log].count("job accepted") == 5
        stage.standin.faults.clear()
        await bob.send_document(footage.remux)
        await bob.wait_for_result()
    assert remains(stage) == []
