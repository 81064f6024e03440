"""Files that are sent together: one question, one message that tells of all, a result for each."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from standin import SeenMessage, User
from tests.e2e.test_menus import asked, label, offers, says, tap
from tests.support import outputs
from tests.support.footage import Footage
from tests.support.running import jobs, remains, struck, until
from tests.support.stage import Stage


async def summary_of(user: User, sent: list[SeenMessage], words: str = "📦") -> SeenMessage:
    """The one message that tells of an album."""
    ids = {message.id for message in sent}
    return await user.wait_for_message(
        lambda m: m.from_bot and m.reply_to in ids and words in m.text and m.kind == "text"
    )


async def album_of(user: User, count: int) -> list[SeenMessage]:
    """The results once they are one album."""

    def find() -> list[SeenMessage] | None:
        found = [m for m in user.bot_messages if m.album is not None]
        return found if len(found) == count else None

    return await user.wait_for(find)


async def test_an_album_is_converted_at_once_and_told_of_in_one_message(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        sent = await ann.send_album([footage.remux, footage.quick, footage.fine])
        summary = await summary_of(ann, sent)
        await says(ann, summary, "ready: 3")
        assert summary.text.count("✅") == 3
        album = await album_of(ann, 3)
        assert [m.caption.split()[1] for m in album] == ["remux.mkv", "quick.avi", "fine.mp4"]
        await ann.wait_for(lambda: ann.results == album or None)
        await offers(ann, summary, "Other settings")
        assert len(summary.buttons) == 1
        others = [m for m in ann.bot_messages if m.kind == "text"]
        assert others == [summary], ann.listing()
        await until(lambda: {row.phase for row in jobs(stage)} == {"done"}, "the end of all")
    assert remains(stage) == []


async def test_one_choice_for_all_in_two_taps(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = await asked(stage)
        sent = await ann.send_album([footage.remux, footage.quick])
        card = await summary_of(ann, sent)
        assert "2 files" in card.text
        assert "1. remux.mkv" in card.text
        assert not any("Trim" in b.text for b in card.buttons)
        await tap(ann, card, "Format")
        await offers(ann, card, "MP3")
        await tap(ann, card, "MP3")
        await says(ann, card, "ready: 2")
        assert {m.kind for m in await album_of(ann, 2)} == {"audio"}


async def test_one_of_them_is_stopped_and_the_others_go_on(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        held = stage.standin.faults.add("download", stall_after=1000)
        sent = await ann.send_album([footage.remux, footage.quick, footage.fine])
        summary = await summary_of(ann, sent)
        await struck(held)
        assert await tap(ann, summary, "✖️ 2") == "Stopped"
        held.release()
        await says(ann, summary, "ready: 2")
        assert "2. __" not in summary.text
        assert "✖️ stopped" in summary.text
        assert len(await album_of(ann, 2)) == 2


async def test_all_of_them_are_stopped(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann, eve = stage.standin.user(lang="en"), stage.standin.user(lang="en")
        held = stage.standin.faults.add("download", stall_after=1000)
        sent = await ann.send_album([footage.remux, footage.quick])
        summary = await summary_of(ann, sent)
        await struck(held)
        refused = await eve.tap(summary, label(summary, "Cancel all"))
        assert refused.show_alert
        assert await tap(ann, summary, "Cancel all") == "Stopped"
        await ann.wait_for(lambda: summary.text.count("✖️ stopped") == 2 or None)
        assert ann.results == []
    assert remains(stage) == []


async def test_an_album_is_stopped_to_be_made_otherwise(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        held = stage.standin.faults.add("download", stall_after=1000)
        sent = await ann.send_album([footage.remux, footage.quick])
        summary = await summary_of(ann, sent)
        await struck(held)
        await tap(ann, summary, "Change")
        card = await summary_of(ann, sent, "A tap converts")
        await tap(ann, card, "MP3")
        await says(ann, card, "ready: 2")
        assert {m.kind for m in await album_of(ann, 2)} == {"audio"}


async def test_more_than_the_queue_holds_is_said_before_anything_starts(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot(max_queued_per_user=1):
        ann = stage.standin.user(lang="en")
        sent = await ann.send_album([footage.remux, footage.quick, footage.fine])
        card = await summary_of(ann, sent, "room for 2 of these 3")
        assert jobs(stage) == []
        await tap(ann, card, "first 2")
        await says(ann, card, "ready: 2")
        assert len(await album_of(ann, 2)) == 2


@pytest.mark.parametrize("videos", [0, 1])
async def test_pictures_beside_videos_are_passed_over(
    stage: Stage, footage: Footage, tmp_path: Path, videos: int
) -> None:
    picture = tmp_path / "picture.jpg"
    still(picture)
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        items = [("photo", picture), ("photo", picture), *([("video", footage.remux)] * videos)]
        await ann.send_album(items)
        if videos:
            await ann.wait_for_result()
        else:
            await ann.wait_for_message("That is a picture")
        await ann.send_text("/help")
        await ann.wait_for_message("What to send")
        told = [m for m in ann.bot_messages if "That is a picture" in m.text]
        assert len(told) == (0 if videos else 1)


async def test_a_bot_that_dies_while_an_album_comes_in_forgets_none_of_it(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        sent = await ann.send_album([footage.remux, footage.quick])
        # Taken, but most likely not whole yet.
        await until(lambda: not stage.standin.pending_updates, "the bot to take both")
    async with stage.bot():
        summary = await summary_of(ann, sent)
        await says(ann, summary, "ready: 2")
        assert len(await album_of(ann, 2)) == 2


async def test_a_bad_file_of_an_album_costs_the_others_nothing(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("No video at all.\n" * 100, encoding="utf-8")
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        sent = await ann.send_album([("document", footage.remux), ("document", words)])
        summary = await summary_of(ann, sent)
        await says(ann, summary, "ready: 1")
        await says(ann, summary, "❌")
        await offers(ann, summary, "Other settings")
        assert len(ann.results) == 1


async def test_all_of_them_again_in_another_form(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        sent = await ann.send_album([footage.remux, footage.fine])
        summary = await summary_of(ann, sent)
        await offers(ann, summary, "Other settings")
        await tap(ann, summary, "Other settings")
        card = await summary_of(ann, sent, " MB")
        await tap(ann, card, "Format")
        await offers(ann, card, "MP3")
        await tap(ann, card, "MP3")
        await says(ann, card, "ready: 2")


@pytest.mark.parametrize("status", [429, 500])
async def test_an_album_that_is_not_taken_leaves_the_single_results(
    stage: Stage, footage: Footage, status: int
) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        fault = stage.standin.faults.add("sendMediaGroup", status=status)
        sent = await ann.send_album([footage.remux, footage.fine])
        summary = await summary_of(ann, sent)
        await says(ann, summary, "ready: 2")
        await struck(fault)
        if status == 429:  # nothing was sent for sure: it is tried again
            await ann.wait_for(lambda: ann.results == _united(ann) or None)
        assert len(ann.results) == 2
    assert len(_united(ann)) == (2 if status == 429 else 0)


def _united(user: User) -> list[SeenMessage]:
    return [m for m in user.bot_messages if m.album is not None]


async def test_two_albums_of_two_people_stay_apart(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann, bob = stage.standin.user(lang="en"), stage.standin.user(lang="ru")
        hers, his = await asyncio.gather(
            ann.send_album([footage.remux, footage.quick]),
            bob.send_album([footage.remux, footage.quick]),
        )
        one, other = await summary_of(ann, hers), await summary_of(bob, his)
        await says(ann, one, "ready: 2")
        await says(bob, other, "готово: 2")


async def test_a_long_film_becomes_round_notes_in_parts(
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
        assert "long.mp4 0:00–1:00" in card.text
        assert "long.mp4 1:00–1:02" in card.text
        notes = [m for m in ann.bot_messages if m.kind == "video_note"]
        assert sorted(round(outputs.read(note.file_path).duration) for note in notes) == [2, 60]


def _long(path: Path) -> None:
    grey = ["-f", "lavfi", "-i", "color=gray:size=64x64:rate=5:duration=62"]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *grey, "-pix_fmt", "yuv420p", str(path)], check=True
    )


def still(path: Path) -> None:
    grey = ["-f", "lavfi", "-i", "color=gray:size=64x64", "-frames:v", "1"]
    _ffmpeg(*grey, str(path))


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)
