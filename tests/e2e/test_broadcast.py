"""What an admin says to everybody: asked first, once to each, whatever happens in between."""

import signal
from pathlib import Path

import pytest

from standin import SeenMessage, User
from standin.people import Person
from tests.support.footage import Footage
from tests.support.running import FOR_EVER, jobs, struck, until
from tests.support.stage import Stage

WORDS = "Maintenance tonight <at 10> & more"


async def customers(stage: Stage, footage: Footage, count: int) -> list[User]:
    """People whom the bot has converted something for."""
    people = [stage.standin.user(name=f"Customer {number}") for number in range(count)]
    for user in people:
        await user.send_document(footage.fine)
    for user in people:
        await user.wait_for_result()
        await user.wait_for_message("Ready")
    # What is on its way can't be forgotten yet.
    await until(lambda: {row.phase for row in jobs(stage)} <= {"done"}, "the end of all")
    return people


async def asked(
    admin: User, words: str, answer: str, reply_to: SeenMessage | None = None
) -> SeenMessage:
    """The bot's question about a broadcast."""
    sent = await (
        admin.send_text(words) if reply_to is None else admin.send_text(words, reply_to=reply_to)
    )
    return await admin.wait_for_message(lambda m: answer in m.text, after=sent)


async def reported(admin: User, report: SeenMessage, words: str) -> None:
    await admin.wait_until(lambda: words in report.text, what=words, timeout=30.0)


def heard(user: Person, words: str = WORDS) -> int:
    return sum(words in message.text for message in user.bot_messages)


async def test_words_go_to_everybody_who_is_there(stage: Stage, footage: Footage) -> None:
    admin = stage.standin.user()
    passer_by = stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        await asked(admin, f"/broadcast {WORDS}", "Nobody would get it")
        await asked(admin, "/broadcast", "Answer a message of yours")
        ann, blocker, forgetful, banned = await customers(stage, footage, 4)
        await passer_by.send_text("/start")
        group = stage.standin.group([ann, passer_by])
        await group.member(passer_by).send_document(footage.fine)
        await group.member(passer_by).wait_for_result()
        ask = await forgetful.wait_for_message(after=await forgetful.send_text("/forget"))
        await forgetful.tap(ask, "delete everything")
        await forgetful.wait_until(lambda: "Deleted" in ask.text, what="nothing is left")
        await admin.send_text(f"/ban {banned.id}")
        await admin.wait_for_message("is banned")
        question = await asked(admin, f"/broadcast {WORDS}", "2 people would get this")
        assert [heard(user) for user in (ann, blocker)] == [0, 0], "nothing before it is asked for"
        blocker.block()
        await admin.tap(question, "Send to 2")
        await reported(admin, question, "Sent: 1 of 2\nblocked the bot: 1")
        assert question.buttons == []
        told = [heard(user) for user in (ann, blocker, forgetful, banned, passer_by)]
        assert told == [1, 0, 0, 0, 0]
        assert heard(group.member(ann)) == 0
        assert (await admin.tap(question, callback_data=_again(question, admin))).text == (
            "This one is over already"
        )
        assert heard(ann) == 1


def _again(question: SeenMessage, admin: User) -> str:
    """What the button to send said before it was gone."""
    first = question.history[0].reply_markup
    assert first is not None
    return str(first["inline_keyboard"][0][0]["callback_data"])


async def test_a_message_of_any_kind_goes_as_it_is(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    admin = stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        [ann] = await customers(stage, footage, 1)
        sticker = tmp_path / "sticker.webp"
        sticker.write_bytes(b"RIFF\0\0\0\0WEBPVP8 " + bytes(100))
        message = await admin.send_sticker(sticker)
        question = await asked(admin, "/broadcast", "1 person would get this", message)
        await admin.tap(question, "Don't send")
        await admin.wait_until(lambda: question.deleted, what="the question is gone")
        question = await asked(admin, "/broadcast", "1 person would get this", message)
        await admin.tap(question, "Send to 1")
        await reported(admin, question, "Sent: 1 of 1")
        assert [m.kind for m in ann.bot_messages].count("sticker") == 1


async def test_a_message_that_is_gone_goes_to_nobody(stage: Stage, footage: Footage) -> None:
    admin = stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        await customers(stage, footage, 2)
        message = await admin.send_text("oh no")
        question = await asked(admin, "/broadcast", "2 people", message)
        admin.delete(message)
        await admin.tap(question, "Send to 2")
        await reported(
            admin, question, "The message is gone, so nobody else gets it: 0 of 2 got it"
        )


@pytest.mark.parametrize("trouble", ["wait", "lost reply", "gateway"])
async def test_trouble_on_the_way_tells_nobody_twice(
    stage: Stage, footage: Footage, trouble: str
) -> None:
    admin = stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        people = await customers(stage, footage, 3)
        question = await asked(admin, f"/broadcast {WORDS}", "3 people would get this")
        faults = stage.standin.faults
        if trouble == "wait":
            faults.add("sendMessage", status=429, retry_after=1, skip=1, when=_says)
        elif trouble == "lost reply":
            faults.add("sendMessage", drop_reply=True, skip=1, when=_says)
        else:
            faults.add("sendMessage", status=502, skip=1, when=_says)
        await admin.tap(question, "Send to 3")
        if trouble == "wait":
            await reported(admin, question, "Sent: 3 of 3")
        else:
            await reported(admin, question, "Sent: 2 of 3\nperhaps got it, perhaps not: 1")
        expected = [1, 0, 1] if trouble == "gateway" else [1, 1, 1]
        assert [heard(user) for user in people] == expected


def _says(call: dict[str, object]) -> bool:
    return str(call.get("text", "")).startswith("Maintenance")


async def test_it_can_be_stopped_and_delays_nobody_s_work(stage: Stage, footage: Footage) -> None:
    admin = stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        people = await customers(stage, footage, 3)
        question = await asked(admin, f"/broadcast {WORDS}", "3 people would get this")
        hold = stage.standin.faults.add("sendMessage", delay=FOR_EVER, skip=1, when=_says)
        await admin.tap(question, "Send to 3")
        await struck(hold)
        await admin.wait_until(lambda: "Sending: 1 of 3" in question.text, what="progress")
        await people[0].send_document(footage.quick)
        await people[0].wait_for_result()
        await admin.tap(question, "Stop")
        hold.release()
        await reported(admin, question, "Stopped: 2 of 3 got it")
        assert [heard(user) for user in people] == [1, 1, 0]


async def test_a_killed_bot_goes_on_and_tells_nobody_twice(stage: Stage, footage: Footage) -> None:
    admin = stage.standin.user()
    async with stage.program(admins=(str(admin.id),)) as program:
        people = await customers(stage, footage, 4)
        question = await asked(admin, f"/broadcast {WORDS}", "4 people would get this")
        hold = stage.standin.faults.add("sendMessage", delay=FOR_EVER, skip=2, when=_says)
        await admin.tap(question, "Send to 4")
        await struck(hold)
        await program.stop(signal.SIGKILL)
    hold.release()
    async with stage.program(admins=(str(admin.id),)) as program:
        await reported(admin, question, "Sent: 3 of 4\nperhaps got it, perhaps not: 1")
        assert [heard(user) for user in people] in ([1, 1, 0, 1], [1, 1, 1, 1])
        assert await program.stop() == 0
    assert "began a broadcast" in stage.log()


async def test_a_stopped_bot_goes_on_where_it_was(stage: Stage, footage: Footage) -> None:
    admin = stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        people = await customers(stage, footage, 3)
        question = await asked(admin, f"/broadcast {WORDS}", "3 people would get this")
        later = stage.standin.faults.add(
            "sendMessage", status=429, retry_after=600, skip=1, when=_says
        )
        await admin.tap(question, "Send to 3")
        await struck(later)
        await reported(admin, question, "Sending: 1 of 3")
    async with stage.bot(admins=(str(admin.id),)):
        await reported(admin, question, "Sent: 3 of 3")
        assert [heard(user) for user in people] == [1, 1, 1]
