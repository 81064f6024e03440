"""Menus: what a person sees and taps from a file to the result they chose."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.telegram.showing.screens import DraftTap
from standin import Person, SeenMessage, User
from tests.support import outputs
from tests.support.footage import Footage
from tests.support.running import jobs, remains, running, struck, until
from tests.support.stage import Stage


def label(message: SeenMessage, words: str) -> str:
    """What stands on the one button with these words."""
    [found] = [b.text for b in message.buttons if words in b.text]
    return found


async def tap(user: Person, message: SeenMessage, words: str) -> str:
    """Tap a button by a part of its label; what the bot says over the chat."""
    return (await user.tap(message, label(message, words))).text


async def says(user: Person, message: SeenMessage, words: str) -> None:
    """Wait until the message holds these words."""
    await user.wait_for(lambda: (words in message.text) or None)


async def offers(user: Person, message: SeenMessage, words: str) -> None:
    """Wait until the message has such a button."""
    await user.wait_for(lambda: any(words in b.text for b in message.buttons) or None)


async def becomes(user: Person, message: SeenMessage, kind: str) -> SeenMessage:
    """Wait until the message is of this kind."""
    return await user.wait_for(lambda: message if message.kind == kind else None)


async def sets(user: User, *taps: str) -> SeenMessage:
    """Change something in /settings: taps one after the other."""
    sent = await user.send_text("/settings")
    settings = await user.wait_for_message(after=sent)
    for words in taps:
        await offers(user, settings, words)
        await tap(user, settings, words)
    return settings


async def asked(stage: Stage) -> User:
    """Somebody who wants to be asked first."""
    user = stage.standin.user(lang="en")
    settings = await sets(user, "ask me first")
    await offers(user, settings, "☑️ ask me first")
    return user


@asynccontextmanager
async def someone_who_is_asked(stage: Stage) -> AsyncIterator[User]:
    async with stage.bot():
        yield await asked(stage)


async def card_of(user: Person, sent: SeenMessage, words: str = "re-encod") -> SeenMessage:
    """The card of a file, once somebody has looked at it."""
    card = await user.wait_for_message(after=sent)
    await says(user, card, words)
    return card


async def result_of(user: User, path: Path) -> SeenMessage:
    """Send a file that is converted at once, and wait for what comes of it."""
    await user.send_document(path)
    return await user.wait_for_result()


async def ended(stage: Stage, *phases: str) -> None:
    """Wait until the jobs ended so."""
    found = "jobs that are " + ", ".join(phases)
    await until(lambda: sorted(row.phase for row in jobs(stage)) == sorted(phases), found)


# --- from a file to a result


async def test_a_card_says_what_it_is_and_any_format_is_two_taps_away(
    stage: Stage, footage: Footage
) -> None:
    async with someone_who_is_asked(stage) as user:
        sent = await user.send_document(footage.quick, file_name="holiday.avi")
        card = await card_of(user, sent)
        assert card.reply_to == sent.id
        assert card.text.splitlines()[:3] == [
            "🎬 holiday.avi",
            "MPEG-4 · 320×240 · 25 fps · 2 s · 0.1 MB",
            "→ 🎬 MP4",
        ]
        await tap(user, card, "Format…")
        await offers(user, card, "MP3")
        await tap(user, card, "MP3")
        await becomes(user, card, "audio")
        assert outputs.read(card.file_path).form["format_name"] == "mp3"
        assert stage.standin.count("getFile") == 1, "it was downloaded once"
        await ended(stage, "done")
    assert remains(stage) == []
    assert list((stage.data / "kept").iterdir()) == []


async def test_a_running_job_is_stopped_and_made_into_something_else(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        sent = await user.send_document(footage.slow)
        status = await user.wait_for_message(after=sent)
        await says(user, status, "Converting")
        await tap(user, status, "Change…")
        await offers(user, status, "Picture")
        assert running(stage) == []
        await says(user, status, "re-encod")
        await tap(user, status, "Picture")
        await becomes(user, status, "document")
        assert outputs.read(status.file_path).video["codec_name"] == "mjpeg"
        assert user.bot_messages[:1] == [status]
        assert stage.standin.count("getFile") == 1, "what was here already stays"
        await ended(stage, "cancelled", "done")


async def test_what_is_typed_is_taken_and_what_can_not_be_read_may_be_typed_again(
    stage: Stage, footage: Footage
) -> None:
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_document(footage.quick))
        await tap(user, card, "Trim…")
        await offers(user, card, "From")
        await tap(user, card, "From")
        await says(user, card, "Send the part as a message")
        nonsense = await user.send_text("the nice part")
        answer = await user.wait_for_message(after=nonsense)
        assert "can't read that" in answer.text
        typed = await user.send_text("0:00.5-0:01.5")
        moved = await user.wait_for_message(after=typed)
        assert "✂️ 0:00.5–0:01.5" in moved.text
        # The menu comes along.
        await user.wait_for(lambda: (card not in user.bot_messages) or None)
        await tap(user, moved, "Convert")
        await becomes(user, moved, "video")
        assert outputs.read(moved.file_path).duration == pytest.approx(1.0, abs=0.1)
        await user.send_text("0:00-0:01")
        await user.wait_for_message("Send me a video")


async def test_smaller_to_a_size_that_was_typed(stage: Stage, footage: Footage) -> None:
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_document(footage.medium))
        await tap(user, card, "Smaller…")
        await offers(user, card, "Another size")
        await tap(user, card, "Another size")
        await says(user, card, "12 MB")
        moved = await user.wait_for_message(after=await user.send_text("500 KB"))
        assert "size: 0.5 MB" in moved.text
        await tap(user, moved, "Convert")
        await becomes(user, moved, "video")
        assert moved.file_path.stat().st_size <= 500_000


async def test_a_restart_in_the_middle_of_a_menu_loses_nothing(
    stage: Stage, footage: Footage
) -> None:
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_document(footage.quick))
        await tap(user, card, "More…")
        await offers(user, card, "speed")
        await tap(user, card, "speed")
        await offers(user, card, "Type it")
        await tap(user, card, "Type it")
        await says(user, card, "a number from 0.5 to 2")
    async with stage.bot():
        moved = await user.wait_for_message(after=await user.send_text("1.6"))
        assert "speed: 1.6×" in moved.text
        await tap(user, moved, "Convert")
        await becomes(user, moved, "video")
        assert outputs.read(moved.file_path).duration == pytest.approx(2 / 1.6, abs=0.15)


async def test_a_file_that_nobody_had_looked_at_yet_is_looked_at_after_a_restart(
    stage: Stage, footage: Footage
) -> None:
    async with someone_who_is_asked(stage) as user:
        stalled = stage.standin.faults.add("download", stall_after=1000)
        sent = await user.send_document(footage.quick)
        card = await user.wait_for_message(after=sent)
        await struck(stalled)
        assert "looking at it" in card.text
    assert remains(stage) == []
    async with stage.bot():
        await says(user, card, "re-encod")


# --- under a result


async def test_the_same_again_in_other_forms(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        result = await result_of(user, footage.quick)
        said = [b.text for b in result.buttons]
        assert said == ["⚙️ Other settings", "🗜 Smaller", "📄 As a file", "🗑 Delete"]
        await tap(user, result, "As a file")
        file = await user.wait_for(
            lambda: next((m for m in user.bot_messages if m.kind == "document"), None)
        )
        assert file.reply_to == result.reply_to
        assert [b.text for b in file.buttons] == ["⚙️ Other settings", "🗜 Smaller", "🗑 Delete"]
        await tap(user, file, "Other settings")
        card = await user.wait_for(
            lambda: next((m for m in user.bot_messages if m.text.startswith("🎬")), None)
        )
        assert "as a file" in card.text
        assert await tap(user, result, "Delete") == "Deleted"
        assert result not in user.bot_messages


async def test_the_history_has_it_all_and_forget_forgets_it(stage: Stage, footage: Footage) -> None:
    async with someone_who_is_asked(stage) as user:
        await sets(user, "ask me first")
        await user.send_document(footage.remux, file_name="one.mkv")
        await user.wait_for_result()
        await ended(stage, "done")
        await user.send_text("/history")
        history = await user.wait_for_message("1. one.mkv → 🎬 MP4: done")
        await tap(user, history, "one.mkv")
        card = await user.wait_for(
            lambda: next((m for m in user.bot_messages if m.text.startswith("🎬")), None)
        )
        await says(user, card, "without re-encoding")
        await user.send_text("/forget")
        ask = await user.wait_for_message("Shall I delete everything")
        await tap(user, ask, "delete everything")
        await says(user, ask, "1 entry of your list, 1 menu, your settings")
        assert jobs(stage) == []
        await user.send_text("/history")
        await user.wait_for_message("Nothing yet. Send me a video 🎬")
        assert (await user.tap(card, label(card, "Convert"))).show_alert
        await user.send_text("/privacy")
        await user.wait_for_message("15 minutes at most")


async def test_settings_hold_for_every_file(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        settings = await sets(user, "Format:", "MP3", "Language:", "Русский")
        await offers(user, settings, "Формат: 🎵 MP3")
        status = await user.wait_for_message(after=await user.send_document(footage.quick))
        await becomes(user, status, "audio")
        assert "Звук" in status.text


async def test_sound_alone_is_offered_what_can_be_made_of_it(
    stage: Stage, tmp_path: Path, footage: Footage
) -> None:
    song = tmp_path / "song.wav"
    await _ffmpeg("-i", footage.quick, "-vn", song)
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_audio(song), "There is only sound")
        await tap(user, card, "Format…")
        await offers(user, card, "FLAC")
        assert not [b for b in card.buttons if "MP4" in b.text]
        await tap(user, card, "Voice")
        voice = await user.wait_for(
            lambda: next((m for m in user.bot_messages if m.kind == "voice"), None)
        )
        assert outputs.read(voice.file_path).form["format_name"] == "ogg"


# --- what goes wrong


async def test_somebody_elses_menu_refuses(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        owner, other = await asked(stage), stage.standin.user(lang="en")
        group = stage.standin.group([owner, other])
        sent = await group.member(owner).send_video(footage.quick)
        card = await card_of(group.member(owner), sent)
        answer = await group.member(other).tap(card, label(card, "Convert"))
        assert (answer.text, answer.show_alert) == ("This isn't your video", True)
        assert jobs(stage) == []


async def test_two_taps_on_convert_make_one_job(stage: Stage, footage: Footage) -> None:
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_document(footage.medium))
        button = label(card, "Convert")
        for _ in range(3):
            user.tap_only(card, button)
        await becomes(user, card, "video")
        assert len(jobs(stage)) == 1
        assert [m for m in user.bot_messages if m.kind == "video"] == [card]


async def test_a_menu_that_is_gone_or_forged_says_so(stage: Stage, footage: Footage) -> None:
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_document(footage.quick))
        [data] = [b.callback_data for b in card.buttons if "Convert" in b.text]
        assert data is not None
        mine = DraftTap.unpack(data)
        for draft, action, words in (
            ("0000000000", "go", "out of date"),
            (mine.draft_id, "go.target=exe", "takes"),
            (mine.draft_id, "s.height=-1", "takes"),
            (mine.draft_id, "rm -rf", "out of date"),
            ("../../etc", "go", "out of date"),
        ):
            forged = f"d:{draft}:{action}"
            answer = await user.tap(card, callback_data=forged)
            assert words in answer.text
        await tap(user, card, "Close")
        await user.wait_for(lambda: (card not in user.bot_messages) or None)
        assert jobs(stage) == []


async def test_a_deleted_card_comes_anew(stage: Stage, footage: Footage) -> None:
    async with someone_who_is_asked(stage) as user:
        stalled = stage.standin.faults.add("download", stall_after=1000)
        card = await user.wait_for_message(after=await user.send_document(footage.quick))
        await struck(stalled)
        user.delete(card)
        stalled.release()
        await user.wait_for(
            lambda: next((m for m in user.bot_messages if "re-encod" in m.text), None)
        )


async def test_a_file_that_is_no_video_says_so_in_its_card(stage: Stage, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a video\n" * 100)
    async with someone_who_is_asked(stage) as user:
        await card_of(user, await user.send_document(text), "⚠️ This is a text, not a video.")


async def test_quick_taps_become_one_edit(stage: Stage, footage: Footage) -> None:
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_document(footage.quick))
        await tap(user, card, "More…")
        await offers(user, card, "mirror")
        mirror = next(b for b in card.buttons if b.text == "mirror")
        before = len(card.history)
        for _ in range(9):
            user.tap_only(card, mirror.text)
        await offers(user, card, "☑️ mirror")
        await until(lambda: stage.standin.count("answerCallbackQuery") >= 11, "the answers")
        assert len(card.history) - before <= 5


async def _ffmpeg(*arguments: str | Path) -> None:
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(*argv)
    assert await process.wait() == 0


# --- what a reviewer broke


async def test_a_card_that_telegram_would_not_take_is_shown_once_it_does(
    stage: Stage, footage: Footage
) -> None:
    async with someone_who_is_asked(stage) as user:
        broken = stage.standin.faults.add("sendMessage", times=None, status=502, body="<html>")
        await user.send_document(footage.quick)
        await struck(broken)
        await until(lambda: broken.used >= 3, "some tries")
    stage.standin.faults.clear()
    async with stage.bot():
        await user.wait_for_message(lambda m: "re-encod" in m.text, timeout=60)


async def test_a_late_tap_takes_no_living_buttons_away(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        status = await user.wait_for_message(after=await user.send_document(footage.medium))
        [cancel] = [b.callback_data for b in status.buttons if "Cancel" in b.text]
        assert cancel is not None
        await becomes(user, status, "video")
        await ended(stage, "done")
        late = await user.tap(status, callback_data=cancel)
        assert late.text == "This one is over already"
        twice = [await tap(user, status, "As a file") for _ in range(2)]
        assert twice == ["It will come as a file", "It is on its way already"]
        assert len(status.buttons) == 4
        await user.wait_for(
            lambda: next((m for m in user.bot_messages if m.kind == "document"), None)
        )


async def test_changing_twice_leaves_the_menu_alive(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        status = await user.wait_for_message(after=await user.send_document(footage.slow))
        [change] = [b.callback_data for b in status.buttons if "Change" in b.text]
        assert change is not None
        await says(user, status, "Converting")
        await user.tap(status, callback_data=change)
        await offers(user, status, "Picture")
        await user.tap(status, callback_data=change)
        await tap(user, status, "Picture")
        await becomes(user, status, "document")


async def test_forgetting_takes_menus_and_kept_files_away(stage: Stage, footage: Footage) -> None:
    async with someone_who_is_asked(stage) as user:
        card = await card_of(user, await user.send_document(footage.quick))
        [kept] = (stage.data / "kept").iterdir()  # of the one process that runs
        assert len(names(kept)) == 1
        ask = await user.wait_for_message(after=await user.send_text("/forget"))
        await tap(user, ask, "delete everything")
        await user.wait_for(lambda: (card not in user.bot_messages) or None)
        assert names(kept) == []


async def test_a_menu_that_is_closed_and_a_job_that_is_done_keep_no_file(
    stage: Stage, footage: Footage
) -> None:
    async with someone_who_is_asked(stage) as user:
        [kept] = (stage.data / "kept").iterdir()  # of the one process that runs
        card = await card_of(user, await user.send_document(footage.quick))
        await tap(user, card, "Close")
        await user.wait_for(lambda: (card not in user.bot_messages) or None)
        assert names(kept) == []
        card = await card_of(user, await user.send_document(footage.remux), "without re-encoding")
        await tap(user, card, "Convert")
        await becomes(user, card, "video")
        await ended(stage, "done")
        assert names(kept) == []


async def test_in_a_group_talk_is_no_value(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        owner = await asked(stage)
        group = stage.standin.group([owner])
        member = group.member(owner)
        card = await card_of(member, await member.send_video(footage.quick))
        await tap(member, card, "Trim…")
        await offers(member, card, "From")
        await tap(member, card, "From")
        await says(member, card, "Send the part")
        await member.send_text("10")
        await member.send_text("0:00.5-0:01.5", reply_to=card)
        moved = await member.wait_for_message("✂️ 0:00.5")
        assert not [m for m in member.bot_messages if "can't read" in m.text]
        assert "0:10" not in moved.text


async def test_a_link_s_promise_ends_with_the_file_that_is_taken(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(max_queued_per_user=0):
        user = stage.standin.user(lang="en")
        slow = await user.wait_for_message(after=await user.send_document(footage.slow))
        await user.send_text("/start mp3")
        await user.wait_for_message("🎵 MP3")
        await user.send_document(footage.quick)
        await user.wait_for_message("You already have a conversion running")
        await tap(user, slow, "Cancel")
        await says(user, slow, "stopped")
        await user.send_document(footage.quick)
        await user.wait_for(lambda: next((m for m in user.bot_messages if m.kind == "audio"), None))


async def test_many_looks_are_no_reason_to_stay(stage: Stage, footage: Footage) -> None:
    """A bot that is stopped in the middle of them ends, and leaves nothing."""
    for pause in (0.0, 0.3, 0.6):
        async with stage.bot():
            user = await asked(stage)
            for _ in range(6):
                await user.send_document(footage.quick)
            await until(lambda: stage.standin.count("getFile") > 0, "a look")
            await asyncio.sleep(pause)
        assert remains(stage) == []


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())
