"""Real buttons, tapped by the wrong people, twice, all at once, or while the bot is away."""

import asyncio

from bot.texts import Texts
from standin import User
from standin.state import CallbackQuery
from tests.e2e.test_menus import asked, card_of, label, offers, says, tap
from tests.support.complaints import nothing_breaks
from tests.support.footage import Footage
from tests.support.running import job_of, jobs, remains, struck, until
from tests.support.stage import Stage, greeted, reaches, status_of

EN = Texts("en")
CANCEL = EN("button-cancel")
PEOPLE = 60


async def answered(user: User, *taps: CallbackQuery) -> None:
    """Wait for the answer to each."""
    await user.wait_until(lambda: all(tap.answer is not None for tap in taps), timeout=30.0)


async def test_sixty_people_tap_at_once_and_each_is_heard(stage: Stage, footage: Footage) -> None:
    standin = stage.standin
    async with stage.bot():
        people = [standin.user(name=f"P{number}") for number in range(PEOPLE)]
        held = standin.faults.add("download", times=None, stall_after=1000)
        sent = [await person.send_document(footage.quick) for person in people]
        statuses = [
            await status_of(person, one, timeout=60.0)
            for person, one in zip(people, sent, strict=True)
        ]
        with nothing_breaks():
            answers = await asyncio.gather(
                *(p.tap(s, CANCEL, timeout=60.0) for p, s in zip(people, statuses, strict=True))
            )
        assert {answer.text for answer in answers} == {EN("tap-cancelled")}
        for person, status in zip(people, statuses, strict=True):
            await reaches(person, status, "stopped")
        standin.faults.waiting.remove(held)
        bob = standin.user(name="Bob")
        await bob.send_document(footage.remux)
        await bob.wait_for_result()
    phases = [row.phase for row in jobs(stage)]
    assert sorted(phases) == ["cancelled"] * PEOPLE + ["done"]
    assert remains(stage) == []


async def test_taps_while_the_bot_is_away_do_what_they_say_when_it_is_back(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    held = standin.faults.add("download", times=None, stall_after=1000)
    async with stage.bot():
        ann, bob = await greeted(standin, name="Ann"), await asked(stage)
        status = await status_of(ann, await ann.send_document(footage.quick))
        await struck(held)
        card = await status_of(bob, await bob.send_document(footage.quick))
        await offers(bob, card, "Convert")
    cancel = ann.tap_only(status, CANCEL)
    again = ann.tap_only(status, CANCEL)
    closed = bob.tap_only(card, label(card, "Close"))
    standin.faults.clear()
    async with stage.bot():
        await answered(ann, cancel, again, closed)
        assert cancel.answer is not None
        assert again.answer is not None
        said = {cancel.answer["text"], again.answer["text"]}
        # Recovered and taken up at once, it may be over before the first tap is read.
        assert said <= {EN("tap-cancelled"), EN("tap-too-late"), EN("tap-on-its-way")}
        await bob.wait_until(lambda: card not in bob.bot_messages)
        await until(lambda: job_of(stage, ann.id).phase in {"cancelled", "done"}, "an end")
        stopped = job_of(stage, ann.id).phase == "cancelled"
        assert stopped == (EN("tap-cancelled") in said)
    assert remains(stage) == []


async def test_in_a_group_nobody_touches_what_is_another_s(stage: Stage, footage: Footage) -> None:
    standin = stage.standin
    async with stage.bot():
        ann, bob = standin.user(name="Ann"), standin.user(name="Bob")
        group = standin.group([ann, bob])
        hers, his = group.member(ann), group.member(bob)
        await hers.send_video(footage.remux)
        result = await hers.wait_for_result()
        private = await greeted(standin, name="Cid")
        await private.send_document(footage.remux)
        his_own = await private.wait_for_result()
        [own_delete] = [b.callback_data for b in his_own.buttons if "elete" in b.text] or [None]
        held = standin.faults.add("download", times=None, stall_after=1000)
        sent = await hers.send_video(footage.quick)
        status = await hers.wait_for_message(lambda m: m.reply_to == sent.id)
        await struck(held)
        album = await hers.send_album([footage.fine, footage.remux])
        summary = await hers.wait_for_message(
            lambda m: m.reply_to in {one.id for one in album} and "📦" in m.text
        )
        await says(hers, summary, "1. ")
        before = {m.id: (m.text, m.caption, m.buttons) for m in (status, result, summary)}
        with nothing_breaks():
            for message in (status, result, summary):
                for button in message.buttons:
                    if button.callback_data:
                        answer = await his.tap(message, callback_data=button.callback_data)
                        assert answer.text == EN("tap-not-yours"), button
                # What is another's is not changed by data that is one's own, or nobody's.
                for data in (own_delete, "s:ask", "s:p.format", "forget", "job:cancel:" + "0" * 16):
                    if data is not None:
                        await his.tap(message, callback_data=data)
        assert {m.id: (m.text, m.caption, m.buttons) for m in (status, result, summary)} == before
        assert not result.deleted
        assert [row.phase for row in jobs(stage)].count("cancelled") == 0
        standin.faults.waiting.remove(held)
        held.release()
        await until(lambda: {row.phase for row in jobs(stage)} == {"done"}, "the end of all")


async def test_buttons_tapped_twice_do_it_once(stage: Stage, footage: Footage) -> None:
    standin = stage.standin
    async with stage.bot():
        ann = await greeted(standin, name="Ann")
        broken = standin.faults.add("download", times=None, status=404)
        status = await status_of(ann, await ann.send_document(footage.quick))
        await ann.wait_for_message(
            lambda m: m.id == status.id and any("Try again" in b.text for b in m.buttons),
            timeout=60.0,
        )
        standin.faults.waiting.remove(broken)
        with nothing_breaks():
            retry = label(status, "Try again")
            first, second = ann.tap_only(status, retry), ann.tap_only(status, retry)
            await answered(ann, first, second)
        result = await ann.wait_for_result()
        more = [b for b in result.buttons if b.callback_data]
        assert more
        await twice(ann, "Other", stage)
        assert len(ann.results) == 1


async def twice(user: User, words: str, stage: Stage) -> None:
    """Tap a button of the last result twice; each tap is answered and nothing breaks."""
    [result] = user.results
    button = label(result, words)
    with nothing_breaks():
        first, second = user.tap_only(result, button), user.tap_only(result, button)
        await answered(user, first, second)
    assert len(jobs(stage)) == 1


async def test_help_tapped_again_and_again_makes_no_flood(stage: Stage) -> None:
    async with stage.bot():
        ann, bob = await greeted(stage.standin, name="Ann"), await greeted(stage.standin)
        hello = ann.bot_messages[-1]
        answers = await asyncio.gather(
            *(ann.tap(hello, label(hello, "Help"), timeout=60.0) for _ in range(40))
        )
        assert {answer.text for answer in answers} == {""}
        assert 1 <= sum("What to send" in m.text for m in ann.bot_messages) < 20
        await bob.send_text("/help")
        await bob.wait_for_message("What to send")
        card = bob.bot_messages[0]
        assert await tap(bob, card, "Status") == ""
        await bob.wait_for_message(EN("nothing-running"))


async def test_a_card_that_its_person_deleted_does_no_harm(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = await asked(stage)
        card = await card_of(ann, await ann.send_document(footage.quick))
        [convert] = [b.callback_data for b in card.buttons if "Convert" in b.text]
        ann.delete(card)
        with nothing_breaks():
            # Their client still shows it for a moment.
            await ann.tap(card, callback_data=convert)
            result = await ann.wait_for_result()
        assert result.id != card.id
        await says(ann, await ann.wait_for_message("Ready"), "Ready")
