"""What there is no room for, of everybody's together: a full queue, a full disk."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from standin import SeenMessage, User
from tests.support.footage import Footage
from tests.support.running import job_of, jobs, remains, until
from tests.support.stage import Stage, greeted, reaches, status_of

# More than any disk has.
NEVER = 1 << 60


async def held(stage: Stage, user: User, path: Path) -> SeenMessage:
    """The status message of a file whose download stands still."""
    stage.standin.faults.add("download", stall_after=1000)
    status = await status_of(user, await user.send_document(path))
    return await reaches(user, status, "Downloading")


async def answer_to(user: User, sent: SeenMessage, words: str) -> SeenMessage:
    return await user.wait_for_message(
        lambda m: m.from_bot and m.reply_to == sent.id and words in m.text
    )


async def test_a_full_queue_says_when_to_come_back(stage: Stage, footage: Footage) -> None:
    async with stage.bot(max_concurrent_conversions=1, max_queued=1):
        ann, bob, ira = [await greeted(stage.standin, lang) for lang in ("en", "en", "ru")]
        # Something is known of its speed.
        first = await status_of(ann, await ann.send_document(footage.remux))
        await ann.wait_for_message(lambda m: m.id == first.id and m.media is not None)
        running = await held(stage, ann, footage.quick)
        waiting = await status_of(bob, await bob.send_document(footage.remux))
        await reaches(bob, waiting, "place in the queue: 1")
        sent = await ira.send_document(footage.remux)
        await answer_to(ira, sent, "слишком много файлов. Пришлите этот ещё раз примерно через")
        assert [row.user_id for row in jobs(stage)].count(str(ira.id)) == 0
        await ann.tap(running, "Cancel")
        await bob.wait_for_result()
        stage.standin.faults.clear()
        again = await status_of(ira, await ira.send_document(footage.remux))
        assert (await ira.wait_for_result()).id == again.id
    assert remains(stage) == []


async def test_an_album_that_is_too_much_for_the_queue_begins_with_what_there_is_room_for(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(max_concurrent_conversions=1, max_queued=2):
        ann, bob = await greeted(stage.standin), await greeted(stage.standin)
        running = await held(stage, ann, footage.quick)
        await bob.send_album([footage.remux, footage.quick, footage.fine])
        menu = await bob.wait_for_message(lambda m: "room for 2 of these 3 files" in m.text)
        assert "Too many files are waiting for this bot right now. Try again later." in menu.text
        await bob.tap(menu, "Convert the first 2")
        await until(lambda: [r.user_id for r in jobs(stage)].count(str(bob.id)) == 2, "two jobs")
        await ann.tap(running, "Cancel")
        stage.standin.faults.clear()
        await until(
            lambda: all(r.phase == "done" for r in jobs(stage) if r.user_id == str(bob.id)),
            "the results",
        )


async def test_a_full_disk_is_told_before_anything_is_accepted(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(min_free_bytes=NEVER):
        ann = await greeted(stage.standin)
        sent = await ann.send_document(footage.remux)
        await answer_to(ann, sent, "The bot's disk is full at the moment")
        assert jobs(stage) == []
    async with stage.bot():
        status = await status_of(ann, await ann.send_document(footage.remux))
        assert (await ann.wait_for_result()).id == status.id


async def test_a_disk_that_filled_up_since_keeps_a_job_waiting(
    stage: Stage, footage: Footage
) -> None:
    """It was accepted while there was room, and goes on by itself once there is some again."""
    ann = stage.standin.user()
    async with stage.bot():
        status = await held(stage, ann, footage.remux)
    stage.standin.faults.clear()
    async with stage.bot(min_free_bytes=NEVER):
        await reaches(ann, status, "Your file isn't lost: I try again by myself in")
        await until(lambda: job_of(stage, ann.id).phase == "queued", "the job back in the queue")
        assert job_of(stage, ann.id).failures == 1
        assert remains(stage) == []
    async with stage.bot():
        result = await ann.wait_for_result(timeout=60.0)
        assert result.id == status.id
    assert remains(stage) == []


async def test_what_was_measured_before_a_restart_tells_who_waits_how_long(
    stage: Stage, footage: Footage
) -> None:
    ann, bob = stage.standin.user(), stage.standin.user()
    async with stage.program(max_concurrent_conversions=1) as program:
        await ann.send_document(footage.remux)
        await ann.wait_for_result()
        await until(lambda: job_of(stage, ann.id).phase == "done", "the end of the first")
        await program.stop()
    async with stage.program(max_concurrent_conversions=1):
        running = await held(stage, ann, footage.quick)
        waiting = await status_of(bob, await bob.send_document(footage.remux))
        await reaches(bob, waiting, "place in the queue: 1 · starts in about ")
        await ann.tap(running, "Cancel")
        stage.standin.faults.clear()
        await bob.wait_for_result()
        await until(lambda: "start estimated" in stage.log(), "the estimate's error in the log")
    [line] = [line for line in stage.log().splitlines() if "start estimated" in line]
    assert "expected=" in line
    assert "actual=" in line
    assert job_of(stage, bob.id).id in line


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=24m", "none", str(folder)]
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_real_disk_fills_up_and_is_emptied(
    stage: Stage, footage: Footage, small_disk: Path
) -> None:
    ann, bob = stage.standin.user(), stage.standin.user()
    stage.data = small_disk / "data"
    ballast = small_disk / "ballast"
    async with stage.bot(min_free_bytes=0, max_concurrent_conversions=1):
        status = await held(stage, ann, footage.remux)
        # One is promised 17 MB, a second one would be too much.
        sent = await bob.send_document(footage.quick)
        await answer_to(bob, sent, "The bot's disk is full at the moment")
    stage.standin.faults.clear()
    _fill(ballast, leaving=4 * 1024 * 1024)
    async with stage.bot(min_free_bytes=0, max_concurrent_conversions=1):
        await reaches(ann, status, "The bot's disk is full at the moment")
        ballast.unlink()
        result = await ann.wait_for_result(timeout=60.0)
        assert result.id == status.id
        again = await status_of(bob, await bob.send_document(footage.quick))
        assert (await bob.wait_for_result()).id == again.id
    assert remains(stage) == []


def _fill(path: Path, *, leaving: int) -> None:
    """A file of all that is free, but for so many bytes."""
    disk = os.statvfs(path.parent)
    size = disk.f_bavail * disk.f_frsize - leaving
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
