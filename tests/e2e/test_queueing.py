"""Who waits for whom, what is refused, and what is the same file."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import open_app
from bot.conversions import limits_of
from bot.texts import Texts
from standin import SeenMessage, StandIn, User
from tests.support.footage import Footage
from tests.support.running import struck
from tests.support.stage import FAST, Stage, greeted, reaches, status_of

EN = Texts("en")


async def held(stage: Stage, user: User, path: Path) -> SeenMessage:
    """The status message of a file whose download stands still."""
    stage.standin.faults.add("download", stall_after=1000)
    status = await status_of(user, await user.send_document(path))
    return await reaches(user, status, "Downloading")


def copies(source: Path, folder: Path, count: int) -> list[Path]:
    """So many different files that hold the same."""
    made = [folder / f"copy{number}{source.suffix}" for number in range(count)]
    for path in made:
        shutil.copyfile(source, path)
    return made


async def test_two_users_at_once_do_not_wait_for_each_other(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann, ira = stage.standin.user(name="Ann"), stage.standin.user(lang="ru", name="Ira")
        first = await held(stage, ann, footage.quick)
        await ira.send_document(footage.quick)
        assert "Пережато" in (await ira.wait_for_result()).caption
        assert ann.results == []
        stage.standin.faults.clear()
        assert (await ann.wait_for_result()).id == first.id


async def test_with_all_places_taken_the_fourth_waits_and_then_runs(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        users = [stage.standin.user(name=f"User {number}") for number in range(5)]
        first = [await held(stage, user, footage.remux) for user in users[:3]]
        fourth = await status_of(users[3], await users[3].send_document(footage.remux))
        fifth = await status_of(users[4], await users[4].send_document(footage.remux))
        for user, waiting, place in [(users[3], fourth, 1), (users[4], fifth, 2)]:
            await reaches(user, waiting, f"place in the queue: {place}")
            assert "All places are taken" in waiting.text
        await users[0].tap(first[0], "Cancel")
        assert (await users[3].wait_for_result()).id == fourth.id
        assert (await users[4].wait_for_result()).id == fifth.id
        assert users[1].results == users[2].results == []
        stage.standin.faults.clear()
        for user in users[1:3]:
            await user.wait_for_result()
    assert stage.leftovers() == []


async def test_one_slot_is_one_at_a_time(stage: Stage, footage: Footage) -> None:
    async with stage.bot(max_concurrent_conversions=1) as app:
        ann, ira = stage.standin.user(), stage.standin.user()
        await held(stage, ann, footage.remux)
        waiting = await status_of(ira, await ira.send_document(footage.remux))
        await reaches(ira, waiting, "All places are taken")
        assert app.worker.running == 1
        assert app.worker.active_users == {str(ann.id)}
        stage.standin.faults.clear()
        await ann.wait_for_result()
        await ira.wait_for_result()


async def test_files_of_one_user_wait_in_order_up_to_the_limit(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    paths = copies(footage.remux, tmp_path, 7)
    async with stage.bot():
        user = stage.standin.user()
        first = await held(stage, user, paths[0])
        waiting = []
        for number, path in enumerate(paths[1:6], 1):
            status = await status_of(user, await user.send_document(path))
            await reaches(user, status, f"place in the queue: {number}")
            assert "You already have a conversion running" in status.text
            waiting.append(status)
        refused = await status_of(user, await user.send_document(paths[6]))
        assert "5 more in the queue" in refused.text
        assert refused.buttons == []
        await user.tap(waiting[1], "Cancel")
        await reaches(user, waiting[4], "place in the queue: 4")
        late = await status_of(user, await user.send_document(paths[6]))
        await reaches(user, late, "place in the queue: 5")
        stage.standin.faults.clear()
        for status in (first, waiting[0], *waiting[2:], late):
            assert (await user.wait_for_result()).id == status.id
    assert stage.leftovers() == []


async def test_without_a_queue_a_second_file_is_refused(stage: Stage, footage: Footage) -> None:
    async with stage.bot(max_queued_per_user=0):
        user = stage.standin.user(lang="ru")
        stage.standin.faults.add("download", stall_after=1000)
        first = await status_of(user, await user.send_document(footage.quick))
        refused = await status_of(user, await user.send_document(footage.remux))
        assert refused.text.startswith("⏳ У вас уже идет конвертация видео, а я беру по одному")
        stage.standin.faults.clear()
        assert (await user.wait_for_result()).id == first.id
        await user.wait_for_message("Готово")
        await user.send_document(footage.remux)
        await user.wait_for_result()


async def test_the_same_file_again_is_pointed_to_the_message_that_works_on_it(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        user, other = stage.standin.user(), stage.standin.user()
        sent = await user.send_document(footage.remux)
        # The status message is there before the second comes: it is what is pointed to.
        stage.standin.faults.add("download", stall_after=1000)
        first = await status_of(user, sent)
        again = await user.forward(sent)
        told = await user.wait_for_message(EN("already-here"), after=again)
        assert told.reply_to == first.id
        await other.send_document(footage.remux)
        await other.wait_for_result()
        stage.standin.faults.clear()
        assert (await user.wait_for_result()).id == first.id
        await user.wait_for_message("Ready")
        assert len(user.results) == 1
        once_more = await user.forward(sent)
        status = await status_of(user, once_more)
        assert (await user.wait_for_result()).id == status.id


@pytest.mark.parametrize("limit", [40_000, 20_000])
async def test_an_output_over_the_limit_is_foreseen_and_said(
    stage: Stage, footage: Footage, limit: int
) -> None:
    settings = stage.settings()
    limits = replace(limits_of(settings), max_output_bytes=limit)
    stop = asyncio.Event()
    async with open_app(settings, pace=FAST, limits=limits) as app:
        serving = asyncio.create_task(app.run(stop))
        try:
            await _squeezed(stage.standin, footage, limit)
        finally:
            stop.set()
            await serving
    assert stage.leftovers() == []


async def _squeezed(standin: StandIn, footage: Footage, limit: int) -> None:
    user = standin.user()
    status = await status_of(user, await user.send_document(footage.quick), timeout=30.0)
    if limit == 20_000:
        await reaches(user, status, "The result doesn't fit")
        assert "Send a shorter piece." in status.text
        assert user.results == []
        return
    result = await user.wait_for_result()
    assert any("making it smaller" in text for text in result.texts)
    assert EN("note-shrunk") in result.caption or EN("note-slowed") in result.caption
    assert result.video.size <= limit


async def test_what_others_conversions_may_have_slowed_down_can_be_tried_again(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(conversion_timeout=1):
        user = stage.standin.user()
        status = await status_of(user, await user.send_document(footage.slow))
        told = await reaches(user, status, "It takes longer than 1 s")
        assert [button.text for button in told.buttons] == ["🔁 Try again", "📋 Copy №"]
        assert user.bot_messages == [status]


async def test_whoever_waits_hears_for_how_long(stage: Stage, footage: Footage) -> None:
    """Roughly, and only once this machine has shown how fast it is."""
    async with stage.bot(max_concurrent_conversions=1):
        ann, bob = await greeted(stage.standin), await greeted(stage.standin, name="Bob")
        stalled = stage.standin.faults.add("download", stall_after=1000)
        first = await status_of(ann, await ann.send_document(footage.remux))
        await struck(stalled)
        waiting = await status_of(bob, await bob.send_document(footage.remux))
        await reaches(bob, waiting, "place in the queue: 1")
        assert "about" not in waiting.text
        stalled.release()
        await bob.wait_for_result()
        assert first.kind == "video"

        stalled = stage.standin.faults.add("download", stall_after=1000)
        await ann.send_document(footage.quick)
        await struck(stalled)
        waiting = await status_of(bob, await bob.send_document(footage.quick))
        await reaches(bob, waiting, "place in the queue: 1 · starts in about ")
        stalled.release()
        await bob.wait_until(lambda: len(bob.results) == 2)


async def test_progress_says_how_it_is_done(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = await greeted(stage.standin)
        status = await status_of(ann, await ann.send_document(footage.slow))
        await reaches(ann, status, "re-encoded · CPU")
        await ann.tap(status, "✖️ Cancel")
