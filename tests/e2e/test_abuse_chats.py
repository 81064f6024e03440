"""Groups, channels and other doors, used as nobody meant them to be."""

from typing import Any

from tests.support.complaints import nothing_breaks
from tests.support.footage import Footage
from tests.support.running import jobs, remains, struck, until
from tests.support.stage import Stage, greeted, status_of

STRANGE: list[dict[str, Any]] = [
    {"telepathy": {"from": {"id": 100001}, "thought": "convert"}},
    {"poll": {"id": "1", "question": "?"}},
    {"message": {"message_id": 1}},
    {"callback_query": {"id": "1", "data": "x"}},
    {"edited_message": None},
    {"message": []},
    {"inline_query": {"id": "1"}},
    {"message_reaction": {"chat": {"id": 1, "type": "private"}, "message_id": 1}},
]


async def test_a_bot_that_is_thrown_out_of_a_group_amid_a_job_is_done_with_it(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.bot():
        ann, bob = standin.user(name="Ann"), standin.user(name="Bob")
        group = standin.group([ann])
        member = group.member(ann)
        held = standin.faults.add("download", stall_after=1000)
        sent = await member.send_video(footage.remux)
        await member.wait_for_message(lambda m: m.reply_to == sent.id)
        await struck(held)
        await member.send_video(footage.quick)
        standin.state.chats[group.id].blocked = True
        held.release()
        await bob.send_document(footage.remux)
        await bob.wait_for_result()
        await until(
            lambda: sorted(row.phase for row in jobs(stage)) == ["cancelled", "cancelled", "done"],
            "the end of all that was asked for there",
        )
        await ann.send_document(footage.fine)
        await ann.wait_for_result()
    assert remains(stage) == []


async def test_edits_repeats_and_forwards_make_nothing_twice(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    async with stage.bot():
        ann = standin.user(name="Ann")
        sent = await ann.send_video(footage.remux, caption="one")
        number = ann.last_update_id
        assert number is not None
        result = await ann.wait_for_result()
        await until(lambda: all(row.phase == "done" for row in jobs(stage)), "the job's end")
        with nothing_breaks():
            await ann.edit(sent, caption="/convert mp3")
            await ann.edit(sent, caption="<b>two</b>")
            for _ in range(5):
                standin.repeat_update(number)
            await ann.send_text("/status")
            await ann.wait_for_message("Nothing is being converted")
        assert len(jobs(stage)) == 1
        # Whoever sends the same again while it is worked on is pointed to it.
        held = standin.faults.add("download", stall_after=1000)
        status = await status_of(ann, await ann.forward(result))
        await struck(held)
        for _ in range(3):
            again = await ann.forward(result)
            told = await ann.wait_for_message(
                lambda m: m.reply_to == status.id, after=again, timeout=30.0
            )
            assert told.kind == "text"
        held.release()
        await ann.wait_for_result()
        assert len(jobs(stage)) == 2


async def test_other_bots_and_ourselves_are_not_answered(stage: Stage, footage: Footage) -> None:
    standin = stage.standin
    async with stage.bot():
        ann = standin.user(name="Ann")
        group = standin.group([ann])
        member = group.member(ann)
        me = standin.state.bot.as_json()
        for changed in ({"from": {"id": 5, "is_bot": True, "first_name": "B"}}, {"via_bot": me}):
            await member.send_video(footage.remux)
            update = standin.pending_updates[-1]
            update["message"].update(changed)
        channel = standin.channel()
        post = await channel.send_video(footage.quick)
        group.discuss(post)
        sent = await group.speaking_as(channel).send_video(footage.fine)
        with nothing_breaks():
            result = await member.wait_for_result()
            assert result.reply_to == sent.id
            await ann.send_text("/help")
            await ann.wait_for_message("What to send")
    assert len(jobs(stage)) == 1


async def test_strange_updates_and_long_inline_queries_silence_nobody(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    standin.inline_mode = True
    async with stage.bot():
        ann = await greeted(standin, name="Ann")
        for update in STRANGE:
            standin.inject(dict(update))
        for words in ("x" * 256, "🎬" * 128, "\u0000\u202e", "%", "' OR 1=1 --", "_" * 256):
            answer = await ann.inline(words)
            assert answer.results == []
        await ann.send_document(footage.remux)
        await ann.wait_for_result()
    assert remains(stage) == []
