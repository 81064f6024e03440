"""Several videos made into one: from what is sent to what is seen."""

from pathlib import Path

import pytest

from bot.texts import Texts
from standin import SeenMessage, User
from tests.e2e.test_extras import EN, LANGUAGES, convert, newest, somebody
from tests.e2e.test_menus import becomes, card_of, offers, says, tap
from tests.support import clips, eyes, outputs
from tests.support.running import jobs, remains, struck, until
from tests.support.stage import Stage


def film(folder: Path, colour: str, *, size: str = "320x240", rate: int = 25) -> Path:
    """Two seconds of one colour, called by it."""
    path = folder / f"{colour}.mp4"
    picture = ("-f", "lavfi", "-i", f"color=c={colour}:s={size}:r={rate}:d=2")
    sound = ("-f", "lavfi", "-i", "sine=440:r=48000:d=2")
    clips.ffmpeg(*picture, *sound, *clips.H264, *clips.AAC, *clips.FIRST, str(path))
    return path


@pytest.fixture
def red(tmp_path: Path) -> Path:
    return film(tmp_path, "red")


@pytest.fixture
def lime(tmp_path: Path) -> Path:
    return film(tmp_path, "lime")


@pytest.fixture
def blue(tmp_path: Path) -> Path:
    return film(tmp_path, "blue", size="160x240", rate=10)


async def join_page(user: User, texts: Texts, first: Path) -> SeenMessage:
    """The page on which videos are put in order, with one so far."""
    card = await card_of(user, await user.send_video(first), texts("plan-nothing"))
    await tap(user, card, texts("menu-more"))
    await offers(user, card, texts("menu-join"))
    await tap(user, card, texts("menu-join"))
    await offers(user, card, texts("join-done"))
    return card


async def done(user: User, texts: Texts, card: SeenMessage) -> None:
    """Leave it."""
    await tap(user, card, texts("join-done"))
    await offers(user, card, texts("menu-convert"))


def seen(path: Path, count: int) -> list[str]:
    """The colour in the midst of every two seconds."""
    return [eyes.colours(path, at=1.0 + 2.05 * number)[0] for number in range(count)]


@LANGUAGES
async def test_videos_that_are_sent_while_the_page_is_open_become_one(
    stage: Stage, texts: Texts, red: Path, lime: Path, blue: Path
) -> None:
    async with somebody(stage, texts) as user:
        await join_page(user, texts, red)
        await newest(user, await user.send_video(lime), "2. lime.mp4")
        card = await newest(user, await user.send_document(blue), "3. blue.mp4")
        assert "1. red.mp4 · 0:02" in card.text
        assert texts("join-line", count=3) in card.text
        await done(user, texts, card)
        assert texts("join-line", count=3) in card.text
        result = await convert(user, texts, card)
        assert seen(result.file_path, 3) == ["red", "lime", "blue"]
        assert texts("note-joined", length="0:06") in result.caption
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "the end")
        # What comes from now on stands for itself.
        alone = await user.send_video(lime)
        card = await user.wait_for_message(lambda m: m.from_bot and m.reply_to == alone.id)
        await says(user, card, texts("plan-nothing"))
    assert remains(stage) == []


@LANGUAGES
async def test_parts_are_moved_and_taken_off(
    stage: Stage, texts: Texts, red: Path, lime: Path, blue: Path
) -> None:
    async with somebody(stage, texts) as user:
        await join_page(user, texts, red)
        await newest(user, await user.send_video(lime), "2. lime.mp4")
        card = await newest(user, await user.send_video(blue), "3. blue.mp4")
        for number, name in ((3, "blue"), (2, "blue")):
            await tap(user, card, f"{number}. {name}.mp4")
            await offers(user, card, texts("join-up"))
            await tap(user, card, texts("join-up"))
            await offers(user, card, f"{number - 1}. {name}.mp4")
        await tap(user, card, "2. red.mp4")
        await offers(user, card, texts("join-off"))
        await tap(user, card, texts("join-off"))
        await offers(user, card, "2. lime.mp4")
        assert not any("red" in button.text for button in card.buttons)
        # The page is still open.
        card = await newest(user, await user.send_video(red), "3. red.mp4")
        await done(user, texts, card)
        await says(user, card, "160×240")
        result = await convert(user, texts, card)
        assert seen(result.file_path, 3) == ["blue", "lime", "red"]
        assert outputs.read(result.file_path).video["width"] == 160


@LANGUAGES
async def test_an_album_is_joined_in_its_order(
    stage: Stage, texts: Texts, red: Path, lime: Path
) -> None:
    async with somebody(stage, texts) as user:
        sent = await user.send_album([red, lime])
        ids = {message.id for message in sent}
        card = await user.wait_for_message(lambda m: m.from_bot and m.reply_to in ids)
        await tap(user, card, texts("join-album"))
        await says(user, card, texts("join-line", count=2))
        await says(user, card, "H.264")
        await tap(user, card, texts("menu-format"))
        await offers(user, card, "MKV")
        await tap(user, card, "MKV")
        result = await becomes(user, card, "document")
        assert seen(result.file_path, 2) == ["red", "lime"]


async def test_an_album_sent_while_the_page_is_open_follows(
    stage: Stage, red: Path, lime: Path, blue: Path
) -> None:
    async with somebody(stage) as user:
        await join_page(user, EN, red)
        sent = await user.send_album([lime, blue])
        card = await newest(user, sent[-1], "3. blue.mp4")
        assert "2. lime.mp4" in card.text
        await done(user, EN, card)
        result = await convert(user, EN, card)
        assert seen(result.file_path, 3) == ["red", "lime", "blue"]


async def test_a_restart_while_parts_are_collected(
    stage: Stage, red: Path, lime: Path, blue: Path
) -> None:
    async with somebody(stage) as user:
        old = await join_page(user, EN, red)
        await newest(user, await user.send_video(lime), "2. lime.mp4")
        await user.wait_for(lambda: old.deleted or None)
    async with stage.bot():
        card = await newest(user, await user.send_video(blue), "3. blue.mp4")
        await done(user, EN, card)
        result = await convert(user, EN, card)
        assert seen(result.file_path, 3) == ["red", "lime", "blue"]
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"], "the end")
        await tap(user, result, EN("button-other"))
        again = await newest(user, result, EN("join-line", count=3))
        assert again.id != card.id


@LANGUAGES
async def test_a_part_that_is_no_video_is_named_and_nothing_is_lost(
    stage: Stage, texts: Texts, red: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.mp4"
    notes.write_text("nothing to be seen here\n" * 99)
    async with somebody(stage, texts) as user:
        await join_page(user, texts, red)
        card = await newest(user, await user.send_document(notes), "2. notes.mp4")
        await done(user, texts, card)
        await tap(user, card, texts("menu-convert"))
        why = texts("join-trouble", part="2", name="notes.mp4", cause=texts("error-text"))
        await says(user, card, why)
        await offers(user, card, texts("button-other"))
        await tap(user, card, texts("button-other"))
        again = await newest(user, card, texts("join-line", count=2))
        await tap(user, again, texts("menu-join"))
        await offers(user, again, "2. notes.mp4")
        await tap(user, again, "2. notes.mp4")
        await offers(user, again, texts("join-off"))
        await tap(user, again, texts("join-off"))
        await user.wait_for(lambda: "notes.mp4" not in again.text or None)
        await done(user, texts, again)
        await convert(user, texts, again)
    assert remains(stage) == []


@LANGUAGES
async def test_a_part_that_is_gone_is_named(
    stage: Stage, texts: Texts, red: Path, lime: Path
) -> None:
    async with somebody(stage, texts) as user:
        await join_page(user, texts, red)
        sent = await user.send_video(lime)
        card = await newest(user, sent, "2. lime.mp4")
        await done(user, texts, card)
        stage.standin.faults.add("getFile", status=400, description="Bad Request: file not there")
        await tap(user, card, texts("menu-convert"))
        await says(user, card, "lime.mp4")
        assert texts("join-trouble", part="2", name="lime.mp4", cause="").split(":")[0] in card.text


@LANGUAGES
async def test_the_bounds_are_said(
    stage: Stage, texts: Texts, red: Path, lime: Path, tmp_path: Path
) -> None:
    song = tmp_path / "song.mp3"
    clips.ffmpeg("-f", "lavfi", "-i", "sine=440:d=1", str(song))
    async with somebody(stage, texts) as user:
        await join_page(user, texts, red)
        sent = await user.send_audio(song)
        assert (await newest(user, sent, texts("join-no-video"))).kind == "text"
        for number in range(2, 11):
            await newest(user, await user.send_video(lime), f"{number}. lime.mp4")
        sent = await user.send_video(lime)
        await newest(user, sent, texts("join-too-many", most=10))
        assert jobs(stage) == []


@pytest.mark.parametrize("command", ["/start", "/cancel"])
async def test_a_command_ends_the_collecting(
    stage: Stage, command: str, red: Path, lime: Path
) -> None:
    async with somebody(stage) as user:
        card = await join_page(user, EN, red)
        sent = await user.send_text(command)
        await user.wait_for_message(lambda m: m.from_bot and m.id > sent.id)
        await card_of(user, await user.send_video(lime), EN("plan-nothing"))
        assert "lime" not in card.text


async def test_cancelled_while_it_is_joined(stage: Stage, red: Path, lime: Path) -> None:
    async with somebody(stage) as user:
        await join_page(user, EN, red)
        card = await newest(user, await user.send_video(lime), "2. lime.mp4")
        await done(user, EN, card)
        held = stage.standin.faults.add("download", stall_after=1000)
        await tap(user, card, EN("menu-convert"))
        await struck(held)
        await offers(user, card, EN("button-cancel"))
        await tap(user, card, EN("button-cancel"))
        await until(lambda: [row.phase for row in jobs(stage)] == ["cancelled"], "the end")
        held.release()
    assert remains(stage) == []
