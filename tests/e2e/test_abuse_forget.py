"""/forget at the worst moment: nothing of a person stays, and nothing that runs is hurt by it."""

import sqlite3
from contextlib import closing

from standin import User
from tests.support.complaints import nothing_breaks
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, jobs, remains, struck, until
from tests.support.stage import Stage, reaches, status_of


def rows(stage: Stage) -> dict[str, int]:
    """How many rows each table of people's has."""
    tables = [
        *("jobs", "results", "batches", "drafts", "gatherings", "conversations", "people"),
        *("timeline", "records", "conversions"),
    ]
    with closing(sqlite3.connect(f"file:{stage.data / 'jobs.sqlite3'}?mode=ro", uri=True)) as db:
        counts = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}  # noqa: S608
    return {table: count for table, count in counts.items() if count}


async def forgets(user: User) -> None:
    """Say /forget and mean it."""
    asked = await user.wait_for_message(
        lambda m: any(b.callback_data == "forget" for b in m.buttons),
        after=await user.send_text("/forget"),
    )
    await user.tap(asked, callback_data="forget")
    await user.wait_until(lambda: asked.text.startswith("🗑 Deleted"), timeout=30.0)


async def test_while_a_result_leaves(stage: Stage, footage: Footage) -> None:
    standin = stage.standin
    async with stage.bot():
        ann, bob = standin.user(name="Ann"), standin.user(name="Bob")
        held = standin.faults.add("editMessageMedia", delay=FOR_EVER)
        with nothing_breaks():
            status = await status_of(ann, await ann.send_document(footage.remux))
            await struck(held)
            await ann.send_document(footage.quick)
            await until(lambda: len(jobs(stage)) == 2, "the second file")
            await forgets(ann)
            assert rows(stage) == {}
            held.release()
            assert (await ann.wait_for_result()).id == status.id
            await bob.send_document(footage.remux)
            await bob.wait_for_result()
            # What she asks for next is as new.
            await ann.send_document(footage.fine)
            await ann.wait_for_result()
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"] * 2, "the end of all")
        assert {row.user_id for row in jobs(stage)} == {str(ann.id), str(bob.id)}
    assert remains(stage) == []


async def test_while_it_converts_and_a_menu_is_open(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = stage.standin.user()
        status = await status_of(ann, await ann.send_document(footage.slow))
        await reaches(ann, status, "Converting")
        with nothing_breaks():
            await forgets(ann)
            await ann.wait_until(lambda: "stopped" in status.text)
            assert rows(stage) == {}
            await until(lambda: remains(stage) == [], "the end of all that ran")
