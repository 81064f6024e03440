"""The same file and the same wish again, by anybody: answered at once by what Telegram has."""

import sqlite3
from pathlib import Path

import pytest

from standin import SeenMessage, StandIn, User
from tests.support import outputs
from tests.support.footage import Footage
from tests.support.harm import cut_off
from tests.support.running import jobs, until
from tests.support.stage import Stage

READY = "⚡ It was ready already: here it is at once"
ANY = ("video", "animation", "audio", "document", "voice", "video_note")


@pytest.fixture
def stage(standin: StandIn, tmp_path: Path) -> Stage:
    """Where results are given again, as they are by themselves."""
    return Stage(standin, tmp_path / "bot", reuse_results=True)


def converted(stage: Stage) -> int:
    """How many files were fetched to be converted."""
    return stage.standin.count("download")


def remembered(stage: Stage) -> list[tuple[str, str]]:
    """Whose results the bot knows, and what Telegram calls each."""
    with sqlite3.connect(f"file:{stage.data / 'jobs.sqlite3'}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT user_id, file_id FROM results ORDER BY at").fetchall()
    db.close()
    return [(str(user), str(file_id)) for user, file_id in rows]


def seen(message: SeenMessage) -> tuple[object, ...]:
    """What a person sees of a file, but for words."""
    file = message.media
    assert file is not None
    assert file.thumbnail is None or file.thumbnail.path.is_file()
    return message.kind, file.path, file.file_name, file.width, file.duration, file.thumbnail


async def done(stage: Stage) -> None:
    """Until every job has ended well."""
    await until(lambda: {row.phase for row in jobs(stage)} == {"done"}, "the end of every job")


async def result(stage: Stage, user: User, sent: SeenMessage) -> SeenMessage:
    """What comes of a file, once its job has ended and it is remembered."""
    found = await user.wait_for_message(
        lambda m: m.kind in ANY and m.reply_to == sent.id, timeout=60
    )
    await done(stage)
    return found


async def forgets(user: User) -> None:
    """Delete everything about oneself."""
    sent = await user.send_text("/forget")
    asked = await user.wait_for_message("Shall I delete everything", after=sent)
    await user.tap(asked, "delete everything")
    await user.wait_for(lambda: ("1 entry" in asked.text) or None)


async def test_the_same_again_is_there_at_once_with_all_that_belongs_to_it(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        first = await result(stage, user, await user.send_document(footage.quick))
        assert "Re-encoded on CPU" in first.text
        again = await user.send_document(footage.quick)
        second = await result(stage, user, again)
        assert second.text.startswith(f"✅ quick.avi\n{READY} · ")
        assert seen(second) == seen(first)
        assert [b.text for b in second.buttons] == [b.text for b in first.buttons]
        assert converted(stage) == 1
        assert next(m for m in user.bot_messages if m.reply_to == again.id) == second
        await user.wait_until(lambda: again.reactions == ["👌"])
    assert stage.leftovers() == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("mp4", "video"),
        ("animation", "animation"),
        ("gif", "document"),
        ("mp3", "audio"),
        ("circle", "video_note"),
        ("voice", "voice"),
    ],
)
async def test_another_person_gets_it_in_their_own_words(
    words: str, kind: str, stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann, boris = stage.standin.user(lang="en"), stage.standin.user(lang="ru", name="Boris")
        wish = f"/convert {words}"
        await result(stage, ann, await ann.send_document(footage.quick, caption=wish))
        sent = await boris.send_document(footage.quick, caption=wish)
        given = await result(stage, boris, sent)
        assert converted(stage) == 1
        assert given.kind == kind
        assert given.file_path == stage.standin.state.files.get(remembered(stage)[0][1]).path
        told = next(m for m in boris.bot_messages if "quick.avi" in m.text)
        assert told.text.startswith("✅ quick.avi\n⚡ Уже было готово")
        assert not any("Ready" in m.text or "Sending" in m.text for m in boris.bot_messages)
        assert [user for user, _ in remembered(stage)] == [str(ann.id), str(boris.id)]


@pytest.mark.parametrize(
    ("wish", "kind", "at_once"),
    [
        (None, "video", False),
        ("/convert mp3", "audio", False),
        ("/convert gif", "document", False),
        ("/convert circle", "video_note", True),
        ("/convert voice", "voice", True),
    ],
)
async def test_nobody_sees_what_another_person_calls_the_file(
    wish: str | None, kind: str, at_once: bool, stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann, bob = stage.standin.user(lang="en"), stage.standin.user(lang="en", name="Bob")
        for user, name in ((ann, "my secret.avi"), (bob, "film.avi")):
            sent = await user.send_document(footage.quick, file_name=name, caption=wish or "")
            given = await result(stage, user, sent)
            assert given.kind == kind
        assert given.media is not None
        assert (given.media.file_name or "film").startswith("film")
        assert not any("secret" in text for m in bob.bot_messages for text in m.texts)
        assert any("film.avi" in m.text for m in bob.bot_messages)
        assert any(READY in m.text for m in bob.bot_messages) is at_once
        assert converted(stage) == (1 if at_once else 2)


async def test_other_wishes_are_converted_and_a_plain_file_is_one(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        sent = await user.send_document(footage.quick)
        video = await result(stage, user, sent)
        await user.tap(video, "As a file")
        file = await user.wait_for_result(kinds=("document",))
        assert READY not in file.text
        await done(stage)
        again = await result(stage, user, await user.send_document(footage.quick))
        await user.tap(again, "As a file")
        plain = await user.wait_for_message(lambda m: m.kind == "document" and m.id > again.id)
        assert READY in plain.text
        assert seen(plain) == seen(file)
        small = await user.send_document(footage.quick, caption="/convert 120p")
        assert READY not in (await result(stage, user, small)).text


async def test_what_telegram_refuses_is_made_anew_and_forgotten(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann, bob = stage.standin.user(lang="en"), stage.standin.user(lang="en", name="Bob")
        for wish in ("", "/convert circle"):
            first = await result(stage, ann, await ann.send_document(footage.quick, caption=wish))
            assert first.media is not None
            stage.standin.lose_file(first.media.file_id)
            sent = await bob.send_document(footage.quick, caption=wish)
            anew = await result(stage, bob, sent)
            assert outputs.read(anew.file_path).video["codec_name"] == "h264"
            assert not any(READY in m.text for m in bob.bot_messages)
            assert len([m for m in bob.bot_messages if m.media and m.reply_to == sent.id]) == 1
            files = [file for _, file in remembered(stage)]
            assert first.media.file_id not in files
            assert anew.media is not None
            assert files[-1] == anew.media.file_id


async def test_whoever_takes_no_voices_gets_a_sound_and_others_are_not_the_worse_for_it(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann, shy, bob = (stage.standin.user(lang="en") for _ in range(3))
        shy.forbid_voices()
        kinds = []
        for user in (ann, shy, bob):
            sent = await user.send_document(footage.quick, caption="/convert voice")
            kinds.append((await result(stage, user, sent)).kind)
        assert kinds == ["voice", "audio", "voice"]
        assert converted(stage) == 2
        assert any(READY in m.text for m in bob.bot_messages)


async def test_the_last_owners_forget_is_the_end_of_it(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann, bob, eve = (stage.standin.user(lang="en") for _ in range(3))
        for user in (ann, bob):
            await result(stage, user, await user.send_document(footage.remux))
        await forgets(ann)
        assert [user for user, _ in remembered(stage)] == [str(bob.id)]
        assert READY in (await result(stage, eve, await eve.send_document(footage.remux))).text
        await forgets(bob)
        await forgets(eve)
        assert remembered(stage) == []
        anew = await result(stage, ann, await ann.send_document(footage.remux))
        assert READY not in anew.text
        assert converted(stage) == 2


async def test_what_lacks_something_is_made_anew(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    harmed = cut_off(footage.remux, tmp_path, 0.5)
    async with stage.bot():
        user = stage.standin.user(lang="en")
        for _ in range(2):
            given = await result(stage, user, await user.send_document(harmed))
            assert "The file is damaged" in given.text
        assert converted(stage) == 2


async def test_a_menus_card_becomes_it_too(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann, bob = stage.standin.user(lang="en"), stage.standin.user(lang="en", name="Bob")
        await result(stage, ann, await ann.send_document(footage.remux))
        await bob.send_text("/settings")
        settings = await bob.wait_for_message("Settings")
        await bob.tap(settings, "ask me first")
        await bob.wait_for(lambda: any("☑️ ask" in b.text for b in settings.buttons) or None)
        sent = await bob.send_document(footage.remux)
        card = await bob.wait_for_message(after=sent)
        await bob.wait_for(lambda: any("Convert" in b.text for b in card.buttons) or None)
        await bob.wait_for(lambda: ("without re-encoding" in card.text) or None)
        await bob.tap(card, "Convert")
        given = await result(stage, bob, sent)
        assert given == card
        assert READY in given.text
    assert stage.leftovers() == []
    assert list((stage.data / "kept").iterdir()) == []


async def test_a_group_gets_it_too_and_a_deleted_status_message_is_no_harm(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann, bob = stage.standin.user(lang="en"), stage.standin.user(lang="en", name="Bob")
        group = stage.standin.group([ann, bob])
        await result(stage, ann, await ann.send_document(footage.remux))
        member = group.member(bob)
        stuck = stage.standin.faults.add("editMessageMedia", delay=600.0)
        sent = await member.send_video(footage.remux)
        status = await member.wait_for_message(lambda m: m.reply_to == sent.id)
        await until(lambda: stuck.used > 0, "the edit")
        member.delete(status)
        stuck.release()
        given = await member.wait_for_message(lambda m: m.kind == "video" and m != status)
        assert READY in given.text
        assert given.reply_to == sent.id
        await done(stage)
        assert converted(stage) == 1


async def test_an_operator_may_have_everything_made_anew(stage: Stage, footage: Footage) -> None:
    async with stage.bot(reuse_results=False):
        user = stage.standin.user(lang="en")
        for _ in range(2):
            given = await result(stage, user, await user.send_document(footage.remux))
            assert READY not in given.text
        assert converted(stage) == 2


async def test_a_lost_answer_shows_no_second_result(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        await result(stage, user, await user.send_document(footage.remux))
        stage.standin.faults.add("editMessageMedia", drop_reply=True)
        stage.standin.faults.add("editMessageMedia", status=429, retry_after=1)
        sent = await user.send_document(footage.remux)
        given = await result(stage, user, sent)
        assert READY in given.text
        assert [m for m in user.bot_messages if m.media and m.reply_to == sent.id] == [given]
        assert converted(stage) == 1
        assert len(remembered(stage)) == 2


async def test_quotas_count_what_was_ready_too(stage: Stage, footage: Footage) -> None:
    async with stage.bot(quota_jobs_per_day=2):
        user = stage.standin.user(lang="en")
        for _ in range(2):
            await result(stage, user, await user.send_document(footage.remux))
        sent = await user.send_document(footage.remux)
        told = await user.wait_for_message(lambda m: "👆 Ready" not in m.text, after=sent)
        assert told.media is None
        assert len(jobs(stage)) == 2


async def test_it_outlives_a_restart(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user(lang="en")
    async with stage.bot():
        await result(stage, user, await user.send_document(footage.remux))
    async with stage.bot():
        assert READY in (await result(stage, user, await user.send_document(footage.remux))).text
        assert converted(stage) == 1
