"""Where features meet: albums with settings, with Delete, with Cancel, with a full queue."""

from pathlib import Path

from tests.e2e.test_albums import _long, album_of, summary_of
from tests.e2e.test_menus import asked, offers, says, sets, tap
from tests.e2e.test_settings import types
from tests.support.footage import Footage
from tests.support.running import struck
from tests.support.stage import Stage


async def test_an_album_of_results_comes_as_its_person_wants_it(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        await types(ann, "Caption", "📼 {name}", expect="Settings")
        await sets(ann, "no sound when it is ready")
        await ann.send_album([footage.remux, footage.fine])
        album = await album_of(ann, 2)
        assert [m.caption for m in album] == ["📼 remux.mkv", "📼 fine.mp4"]
        sent = [call for call in stage.standin.calls if call.method == "sendMediaGroup"]
        assert sent[-1].params.get("disable_notification") is True


async def test_a_result_that_was_deleted_comes_in_no_album(stage: Stage, footage: Footage) -> None:
    async with stage.bot(max_concurrent_conversions=1):
        ann = stage.standin.user(lang="en")
        held = stage.standin.faults.add("download", skip=2, stall_after=1000)
        await ann.send_album([footage.remux, footage.quick, footage.fine])
        await ann.wait_for(lambda: len(ann.results) == 2 or None)
        first = ann.results[0]
        assert await tap(ann, first, "Delete") is not None
        await struck(held)
        held.release()
        album = await album_of(ann, 2)
        assert [m.caption.split()[1] for m in album] == ["quick.avi", "fine.mp4"]


async def test_the_last_one_is_stopped_and_the_others_come_together(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(max_concurrent_conversions=1):
        ann = stage.standin.user(lang="en")
        held = stage.standin.faults.add("download", skip=2, stall_after=1000)
        sent = await ann.send_album([footage.remux, footage.quick, footage.fine])
        summary = await summary_of(ann, sent)
        await ann.wait_for(lambda: len(ann.results) == 2 or None)
        await struck(held)
        await tap(ann, summary, "✖️ 3")
        assert len(await album_of(ann, 2)) == 2


async def test_what_the_queue_refused_twice_is_still_there(stage: Stage, footage: Footage) -> None:
    async with stage.bot(max_queued_per_user=1):
        ann = stage.standin.user(lang="en")
        sent = await ann.send_album([footage.remux, footage.quick, footage.fine])
        card = await summary_of(ann, sent, "room for 2 of these 3")
        held = stage.standin.faults.add("download", stall_after=1000)
        await ann.send_document(footage.medium)
        await struck(held)
        await tap(ann, card, "first 2")
        await says(ann, card, "room for 1 of these 3")
        held.release()


async def test_all_of_a_film_again_that_came_in_parts(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    long = tmp_path / "long.mp4"
    _long(long)
    async with stage.bot():
        ann = await asked(stage)
        sent = await ann.send_document(long)
        card = await ann.wait_for_message(after=sent)
        await says(ann, card, "×")
        await tap(ann, card, "Format")
        await offers(ann, card, "Round × 2")
        await tap(ann, card, "Round × 2")
        await says(ann, card, "ready: 2")
        await offers(ann, card, "Other settings")
        await tap(ann, card, "Other settings")
        await ann.wait_for_message(lambda m: m.id > card.id and "0:00–1:02" in m.text)
