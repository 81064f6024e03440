"""Albums as no client should send them, and people who leave in the middle of one."""

from pathlib import Path

from tests.e2e.test_albums import still, summary_of
from tests.e2e.test_menus import says
from tests.support.complaints import nothing_breaks
from tests.support.footage import Footage
from tests.support.running import jobs, remains, struck, until
from tests.support.stage import Stage


async def test_an_album_in_several_answers_and_told_of_twice_is_one(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    picture = tmp_path / "still.jpg"
    still(picture)
    standin = stage.standin
    async with stage.bot():
        ann, bob = standin.user(name="Ann"), standin.user(name="Bob")
        items = [
            ("video", footage.remux),
            ("photo", picture),
            ("video", footage.quick),
            ("photo", picture),
            ("video", footage.fine),
        ]
        with nothing_breaks():
            sent = await ann.send_album(items, split=2, caption="<b>look</b> __at__ &amp; these")
            first = standin.pending_updates[0]["update_id"]
            for number in range(first, first + len(items)):
                standin.repeat_update(number)
            await bob.send_document(footage.remux)
            await bob.wait_for_result()
            summary = await summary_of(ann, sent)
            await says(ann, summary, "ready: 3")
            for number in range(first, first + len(items)):
                standin.repeat_update(number)
            await ann.send_text("/status")
            await ann.wait_for_message("Nothing is being converted")
        assert len(ann.results) == 3
        assert "still" not in summary.text
        assert len([m for m in ann.bot_messages if "📦" in m.text]) == 1
    assert len(jobs(stage)) == 4
    assert remains(stage) == []


async def test_whoever_blocks_the_bot_amid_an_album_is_done_with(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.bot():
        ann, bob = standin.user(name="Ann"), standin.user(name="Bob")
        held = standin.faults.add("download", stall_after=1000)
        sent = await ann.send_album([footage.remux, footage.quick, footage.fine])
        await summary_of(ann, sent)
        await struck(held)
        ann.block()
        await bob.send_document(footage.remux)
        await bob.wait_for_result()
        held.release()
        await until(
            lambda: sorted(row.phase for row in jobs(stage)) == ["cancelled"] * 3 + ["done"],
            "the end of all that she asked for",
        )
        await until(lambda: remains(stage) == [], "the end of all that worked for her")
        ann.unblock()
        await ann.send_document(footage.fine)
        await ann.wait_for_result()


async def test_whoever_blocks_the_bot_while_an_album_comes_in_gets_nothing(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.bot():
        ann, bob = standin.user(name="Ann"), standin.user(name="Bob")
        await ann.send_album([footage.remux, footage.quick])
        ann.block()
        await bob.send_document(footage.remux)
        await bob.wait_for_result()
        await until(lambda: len(jobs(stage)) == 3, "the album")
        await until(
            lambda: sorted(row.phase for row in jobs(stage)) == ["cancelled"] * 2 + ["done"],
            "the end of all that she asked for",
        )
    assert remains(stage) == []


async def test_forget_while_an_album_comes_in_leaves_nothing_of_it(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        await ann.send_text("/forget")
        asked = await ann.wait_for_message(lambda m: bool(m.buttons))
        await ann.send_album([footage.remux, footage.quick])
        await ann.tap(asked, callback_data="forget")
        await ann.wait_for_message("Deleted")
        await ann.send_text("/status")
        await ann.wait_for_message("Nothing is being converted")
        assert jobs(stage) == []
    assert remains(stage) == []
