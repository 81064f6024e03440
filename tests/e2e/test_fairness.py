"""One person's slow chat is nobody else's business."""

import asyncio

from bot.dialog.draft import MOST_OPEN
from tests.e2e.test_menus import asked, says
from tests.support.footage import Footage
from tests.support.running import struck, until
from tests.support.stage import Program, Stage, greeted, reaches, status_of

# Longer than any of these tests may take: whoever waits for it is found out.
FLOODED = 300


async def test_a_flooded_chat_keeps_nobody_else_waiting(stage: Stage) -> None:
    standin = stage.standin
    async with stage.bot():
        ann, bob = await greeted(standin, name="Ann"), await greeted(standin, name="Bob")
        standin.faults.add(
            "sendMessage",
            times=None,
            status=429,
            retry_after=FLOODED,
            when=lambda call: str(call.get("chat_id")) == str(ann.id),
        )
        await ann.send_text("hello?")
        await bob.send_text("/help")
        await bob.wait_for_message("What to send", timeout=8.0)
        standin.faults.clear()


async def test_a_cancel_is_answered_although_its_chat_is_flooded(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.bot():
        ann, bob = await greeted(standin, name="Ann"), await greeted(standin, name="Bob")
        status = await status_of(ann, await ann.send_document(footage.slow))
        await reaches(ann, status, "Converting")
        standin.faults.add("editMessageText", times=None, status=429, retry_after=FLOODED)
        answer = await ann.tap(status, "✖️ Cancel", timeout=8.0)
        assert answer.text == "Stopped"
        await until(lambda: stage.leftovers() == [], "the end of all that ran")
        await bob.send_text("/help")
        await bob.wait_for_message("What to send", timeout=8.0)
        standin.faults.clear()


async def test_the_ready_of_one_holds_no_place_of_another(stage: Stage, footage: Footage) -> None:
    standin = stage.standin
    async with stage.bot(max_concurrent_conversions=1):
        ann, bob = await greeted(standin, name="Ann"), await greeted(standin, name="Bob")
        standin.faults.add(
            "sendMessage",
            times=None,
            status=429,
            retry_after=FLOODED,
            when=lambda call: "Ready" in str(call.get("text")),
        )
        await ann.send_document(footage.remux)
        await ann.wait_for_result()
        await bob.send_document(footage.remux)
        await bob.wait_for_result(timeout=15.0)
        standin.faults.clear()


async def test_a_stop_is_obeyed_while_telegram_does_not_answer(stage: Stage) -> None:
    called = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read(-1)

    silent = await asyncio.start_server(say_nothing, "127.0.0.1")
    port = silent.sockets[0].getsockname()[1]
    settings = stage.settings(telegram_api_url=f"http://127.0.0.1:{port}")
    program = await Program.spawn(stage, settings)
    try:
        await asyncio.wait_for(called.wait(), 30.0)
        assert await program.stop() == 0
    finally:
        await program.end()
        silent.close()


async def test_files_of_one_are_looked_at_one_after_the_other(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann, bob = await asked(stage), await asked(stage)
        held = stage.standin.faults.add("download", stall_after=1000)
        first = await status_of(ann, await ann.send_document(footage.quick))
        await struck(held)
        second = await status_of(ann, await ann.send_document(footage.fine))
        his = await status_of(bob, await bob.send_document(footage.fine))
        await says(bob, his, "×")
        assert "looking" in second.text
        held.release()
        for card in (first, second):
            await says(ann, card, "×")


async def test_nobody_opens_menus_without_end(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = await asked(stage)
        stage.standin.faults.add("download", times=None, stall_after=0)
        for _ in range(MOST_OPEN):
            await status_of(ann, await ann.send_document(footage.quick))
        refused = await status_of(ann, await ann.send_document(footage.quick))
        assert f"{MOST_OPEN} menus open" in refused.text
        assert len(stage.standin.faults.waiting) == 1
        stage.standin.faults.clear()
