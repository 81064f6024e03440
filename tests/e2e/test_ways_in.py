"""The ways in which a video reaches the bot besides being sent to it."""

from pathlib import Path

from standin import Quality
from tests.e2e.test_albums import still
from tests.e2e.test_menus import offers, tap
from tests.support.footage import Footage
from tests.support.running import jobs
from tests.support.stage import Stage


async def test_a_live_photo_is_a_short_video(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    picture = tmp_path / "still.jpg"
    still(picture)
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        sent = await ann.send_live_photo(footage.remux, picture)
        assert (await ann.wait_for_result()).reply_to == sent.id


async def test_a_post_of_a_channel_is_converted_where_the_bot_is_asked(
    stage: Stage, footage: Footage
) -> None:
    channel = stage.standin.channel("News")
    async with stage.bot():
        await channel.send_video(footage.remux, caption="Look at this!")
        asked = await channel.send_video(footage.quick, caption="/convert mp3")
        song = await channel.wait_for_message(lambda m: m.from_bot and m.kind == "audio")
        assert song.reply_to == asked.id
        assert [row.user_id for row in jobs(stage)] == [str(channel.id)]


async def test_in_a_group_the_bot_is_called_by_its_name(stage: Stage, footage: Footage) -> None:
    ann, bob = stage.standin.user(lang="en"), stage.standin.user(lang="en")
    group = stage.standin.group([ann, bob])
    name = f"@{stage.standin.state.bot.username}"
    async with stage.bot():
        sent = await group.member(ann).send_document(footage.quick, mime_type="application/x-any")
        await group.member(bob).send_text(f"thanks {name}, you are great")
        await group.member(bob).send_text(f"{name} mp3 please", reply_to=sent)
        result = await group.member(bob).wait_for_result()
        assert result.kind == "video", "words that say nothing are no reason to refuse"
        await group.member(bob).send_text(f"{name} MP3", reply_to=sent)
        song = await group.member(bob).wait_for_message(lambda m: m.kind == "audio")
        assert song.from_bot
        told = [m for m in group.member(bob).bot_messages if m.kind == "text"]
        assert told == [], group.member(bob).listing()


async def test_a_name_alone_is_told_what_to_do(stage: Stage) -> None:
    ann = stage.standin.user(lang="en")
    member = stage.standin.group([ann]).member(ann)
    async with stage.bot():
        await member.send_text(f"@{stage.standin.state.bot.username}")
        await member.wait_for_message("/convert")


async def test_of_a_video_that_is_too_large_a_smaller_copy_is_offered(
    stage: Stage, footage: Footage
) -> None:
    large, small = footage.slow.stat().st_size, footage.fine
    assert small.stat().st_size < 1_000_000 < large
    async with stage.bot(max_input_bytes=1_000_000):
        ann = stage.standin.user(lang="en")
        copies = [Quality(footage.slow, width=1920, height=1080), Quality(small)]
        sent = await ann.send_video(footage.slow, file_name="film.mkv", qualities=copies)
        card = await ann.wait_for_message(lambda m: m.reply_to == sent.id)
        assert "film (240p).mkv" in card.text
        assert "smaller copy" in card.text
        await offers(ann, card, "Convert")
        await tap(ann, card, "Convert")
        await ann.wait_for_result()
        await ann.send_video(footage.slow, file_name="other.mkv", qualities=copies[:1])
        await ann.wait_for_message("this bot takes 1 MB at most")
