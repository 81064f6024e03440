"""Formats by a command: under a file, as an answer to somebody's, by a link; what Telegram says."""

from bot.texts import Texts
from standin import Person, SeenMessage
from tests.support import outputs
from tests.support.footage import Footage
from tests.support.running import jobs, until
from tests.support.stage import Stage


async def becomes(person: Person, film: SeenMessage, kind: str) -> SeenMessage:
    """What the bot makes of a message's file, of this kind."""
    return await person.wait_for(
        lambda: next(
            (m for m in person.bot_messages if m.kind == kind and m.reply_to == film.id), None
        )
    )


async def test_anybodys_video_in_a_group_is_made_into_what_an_answer_says(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        owner, other = stage.standin.user(lang="en"), stage.standin.user(lang="ru")
        group = stage.standin.group([owner, other])
        film = await group.member(owner).send_document(footage.quick, mime_type="text/plain")
        await group.member(other).send_text("/convert mp3", reply_to=film)
        song = await becomes(group.member(other), film, "audio")
        assert "Звук" in song.text, "whoever asks is answered in their language"
        await group.member(owner).send_text("/convert gif", reply_to=film)
        gif = await becomes(group.member(owner), film, "document")
        assert outputs.read(gif.file_path).form["format_name"] == "gif"
        assert {row.user_id for row in jobs(stage)} == {str(owner.id), str(other.id)}


async def test_under_a_file_of_ones_own(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        sent = await user.send_video(footage.quick, caption="/convert mp4 120p mute")
        result = await becomes(user, sent, "video")
        made = outputs.read(result.file_path)
        assert min(made.size) == 120
        assert made.of("audio") == []


async def test_what_is_not_understood_is_explained(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        for words, told in (
            ("/convert", "Answer a video with /convert"),
            ("/convert mp3", "Answer a video with /convert"),
            ("/convert exe", "I don't know “exe”"),
            ("/convert mp3 720p", "means nothing for mp3"),
        ):
            answer = await user.wait_for_message(after=await user.send_text(words))
            assert told in answer.text
        assert jobs(stage) == []


async def test_a_command_that_comes_twice_makes_one_job(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        film = await user.send_document(footage.remux)
        await user.wait_for_result()
        stage.standin.faults.add("getUpdates", drop_reply=True)
        await user.send_text("/convert mp3", reply_to=film)
        await becomes(user, film, "audio")
        await until(lambda: [r.phase for r in jobs(stage)] == ["done", "done"], "both ends")


async def test_a_link_promises_a_format_for_the_next_file(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = stage.standin.user(lang="en")
        hello = await user.wait_for_message(after=await user.send_text("/start mp3"))
        assert hello.text == "👋 Send me a video, and I will make it 🎵 MP3."
    async with stage.bot():
        await becomes(user, await user.send_document(footage.quick), "audio")
        await becomes(user, await user.send_document(footage.remux), "video")
        await user.send_text("/start no-such-format")
        await user.wait_for_message("👋 Hi!")


async def test_telegram_shows_what_the_bot_is_in_both_languages(stage: Stage) -> None:
    async with stage.bot():
        for method, key, field in (
            ("setMyShortDescription", "about-short", "short_description"),
            ("setMyDescription", "about-long", "description"),
        ):
            await stage.standin.wait_for_call(method, 5)
            calls = [c.params for c in stage.standin.calls if c.method == method]
            told = {call.get("language_code"): call[field] for call in calls}
            assert set(told) == {None, "ru", "uk", "be", "kk"}
            assert told[None] == Texts("en")(key)
            assert told["ru"] == Texts("ru")(key)
            assert max(map(len, told.values())) <= (120 if key == "about-short" else 512)
