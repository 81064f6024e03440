"""What the bot says: commands, buttons, whatever is no video, groups, forged taps, captions."""

import re
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.telegram.routers.start import COMMANDS
from bot.texts import Texts
from standin import Person, SeenMessage, User
from tests.support import junk
from tests.support.footage import Footage
from tests.support.open_house import open_house
from tests.support.stage import Stage, reaches, status_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

EN, RU = Texts("en"), Texts("ru")
LANGUAGES = pytest.mark.parametrize(("lang", "texts"), [("en", EN), ("ru", RU), ("kk", RU)])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@dataclass(frozen=True, slots=True)
class Clips:
    """Of `sound` only the sound must be re-encoded; `tall` is upright, stored on its side."""

    sound: Path
    tall: Path


@pytest.fixture(scope="module")
def clips(footage: Footage, tmp_path_factory: pytest.TempPathFactory) -> Clips:
    folder = tmp_path_factory.mktemp("clips")
    made = Clips(folder / "sound.mov", folder / "tall.mov")
    _ffmpeg("-i", footage.fine, "-c:v", "copy", "-c:a", "pcm_s16le", made.sound)
    flat = folder / "flat.mov"
    picture = "testsrc2=size=320x180:rate=25:duration=2"
    _ffmpeg("-f", "lavfi", "-i", picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", flat)
    _ffmpeg("-i", flat, "-metadata:s:v:0", "rotate=90", "-c", "copy", made.tall)
    return made


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)


async def answer(person: Person, sent: SeenMessage) -> SeenMessage:
    """The first thing that the bot says after a message."""
    return await person.wait_for_message(after=sent)


async def done(user: User, sent: SeenMessage) -> SeenMessage:
    """The result of a file, once its job is over."""
    status = await status_of(user, sent)
    await user.wait_for_message(lambda m: m.text.endswith("Ready"), after=status, timeout=40)
    return status


async def test_the_commands_are_registered_in_both_languages(stage: Stage) -> None:
    # Nothing waits for them at start.
    await stage.standin.wait_for_call("setMyCommands", 5)
    calls = [c.params for c in stage.standin.calls if c.method == "setMyCommands"]
    told = {call.get("language_code"): call["commands"] for call in calls}
    assert set(told) == {None, "ru", "uk", "be", "kk"}
    for code, listed in told.items():
        texts = RU if code else EN
        assert {one["command"]: one["description"] for one in listed} == {
            name: texts(f"command-{name}") for name in COMMANDS
        }


@LANGUAGES
async def test_start_help_status_and_cancel_answer_with_buttons_in_the_persons_language(
    stage: Stage, lang: str, texts: Texts
) -> None:
    user = stage.standin.user(lang=lang)
    start = await answer(user, await user.send_text("/start"))
    assert [b.text for b in start.buttons] == [texts("button-help"), texts("button-status")]
    assert texts("start").partition("\n")[0] in start.text
    help_ = await answer(user, await user.send_text("/help"))
    assert "20" in help_.text
    assert "50" in help_.text
    assert [b.text for b in help_.buttons] == [texts("button-status")]
    for command in ("/status", "/cancel"):
        told = await answer(user, await user.send_text(command))
        assert told.text == texts("nothing-running")
    for button, start_of_answer in [
        ("button-help", help_.text[:10]),
        ("button-status", texts("nothing-running")),
    ]:
        last = user.messages[-1]
        await user.tap(start, texts(button))
        told = await user.wait_for_message(after=last)
        assert told.text.startswith(start_of_answer)


async def test_a_video_without_start_is_converted(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    await user.send_video(footage.remux)
    await user.wait_for_result()


@LANGUAGES
async def test_whatever_is_no_file_gets_one_friendly_line(
    stage: Stage, footage: Footage, tmp_path: Path, lang: str, texts: Texts
) -> None:
    user = stage.standin.user(lang=lang)
    picture = junk.make("jpeg", tmp_path)
    sent = [
        await user.send_text("hello?"),
        await user.send_text("/unknown"),
        await user.send_sticker(picture),
        await user.send_contact(),
        await user.send_location(),
    ]
    await user.wait_until(lambda: len(user.bot_messages) == len(sent))
    assert {m.text for m in user.bot_messages} == {texts("send-video")}
    told = await answer(user, await user.send_photo(picture))
    assert told.text == texts("photo-instead")


async def test_other_bots_are_not_listened_to(stage: Stage) -> None:
    user = stage.standin.user()
    robot = {"id": 777, "is_bot": True, "first_name": "Robot"}
    chat = {"id": user.id, "type": "private", "first_name": "User"}
    message = {"message_id": 10**6, "date": 1, "chat": chat, "from": robot, "text": "/start"}
    stage.standin.inject({"message": message})
    await answer(user, await user.send_text("/status"))
    assert [m.text for m in user.bot_messages] == [EN("nothing-running")]


async def test_an_edited_message_is_no_new_job(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    sent = await user.send_document(footage.remux)
    await done(user, sent)
    before = len(user.bot_messages)
    await user.edit(sent, caption="look!")
    told = await answer(user, await user.send_text("/status"))
    assert told.text == EN("nothing-running")
    assert len(user.bot_messages) == before + 1


async def test_the_same_update_twice_is_one_job(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    sent = await user.send_document(footage.remux)
    update = user.last_update_id
    assert update is not None
    await done(user, sent)
    before = len(user.bot_messages)
    stage.standin.repeat_update(update)
    await answer(user, await user.send_text("/status"))
    assert len(user.bot_messages) == before + 1


async def test_in_a_group_only_videos_are_taken_and_nobody_is_lectured(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    owner = stage.standin.user(name="Owner")
    group = stage.standin.group([owner])
    member = group.member(owner)
    await member.send_text("nice weather")
    await member.send_photo(junk.make("jpeg", tmp_path))
    await member.send_document(junk.make("pdf", tmp_path), mime_type="application/pdf")
    await member.send_audio(junk.make("audio", tmp_path))
    sent = await member.send_document(footage.remux, mime_type="video/x-matroska")
    result = await group.wait_for_result()
    assert result.reply_to == sent.id
    await group.wait_until(lambda: sent.reactions == ["👌"], what="the mark that it is done")
    assert {m.reply_to for m in group.bot_messages} == {sent.id}


async def test_marks_show_that_a_file_was_taken_and_done(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user(lang="en")
    stalled = stage.standin.faults.add("download", stall_after=1000)
    sent = await user.send_document(footage.quick)
    await user.wait_until(lambda: sent.reactions == ["👀"], what="the first mark")
    stalled.release()
    await user.wait_for_result()
    await user.wait_until(lambda: sent.reactions == ["👌"], what="the last mark")
    await user.wait_for_message("Ready")


async def test_a_chat_without_reactions_misses_nothing(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user(lang="en")
    stage.standin.faults.add(
        "setMessageReaction", times=2, status=400, description="Bad Request: REACTION_INVALID"
    )
    await user.send_document(footage.remux)
    await user.wait_for_result()
    await user.wait_for_message("Ready")


async def test_in_a_group_only_the_owner_may_cancel(stage: Stage, footage: Footage) -> None:
    owner, stranger = stage.standin.user(name="Owner"), stage.standin.user(name="Stranger")
    group = stage.standin.group([owner, stranger])
    fault = stage.standin.faults.add("download", stall_after=1000)
    sent = await group.member(owner).send_video(footage.quick)
    status = await group.wait_for_message(lambda m: m.reply_to == sent.id)
    await group.wait_for_message(lambda m: m.id == status.id and "Downloading" in m.text)
    refusal = await group.member(stranger).tap(status, "Cancel")
    assert (refusal.text, refusal.show_alert) == (EN("tap-not-yours"), True)
    fault.release()
    assert (await group.wait_for_result()).id == status.id


@pytest.mark.parametrize(
    "data",
    [
        "job:cancel:0000000000000000",
        "job:cancel:" + "f" * 53,
        "job:cancel:' OR 1=1 --",
        "job:retry:\u202e\u0000",
        "job:explode:1",
        "job:cancel",
        "job:cancel:1:2",
        "menu:nothing",
        "v0|cancel|17",
        ":",
        "🎬" * 60,
        "x" * 5000,
    ],
)
async def test_a_forged_or_old_button_is_answered(stage: Stage, data: str) -> None:
    user = stage.standin.user()
    start = await answer(user, await user.send_text("/start"))
    told = await user.tap(start, callback_data=data)
    assert told.text in {EN("tap-too-late"), EN("tap-unknown")}


async def test_a_message_keeps_its_buttons_after_a_forged_tap_on_it(stage: Stage) -> None:
    user = stage.standin.user()
    start = await answer(user, await user.send_text("/start"))
    await user.tap(start, callback_data="job:cancel:0000000000000000")
    await answer(user, await user.send_text("/status"))
    assert start.text


async def test_over_20_mb_is_said_before_any_download(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    before = stage.standin.count("getFile")
    sent = await user.send_document(footage.quick, file_size=20 * 1024 * 1024 + 1)
    told = await answer(user, sent)
    assert told.reply_to == sent.id
    assert "21 MB" in told.text
    assert "20 MB at most" in told.text
    assert "TELEGRAM_API_URL" in told.text
    assert stage.standin.count("getFile") == before
    await answer(user, await user.send_text("/status"))
    assert user.bot_messages[-1].text == EN("nothing-running")


async def test_captions_say_what_was_done(stage: Stage, footage: Footage, clips: Clips) -> None:
    user = stage.standin.user()
    remuxed = await done(user, await user.send_document(footage.remux, file_name="a & <b>.mkv"))
    assert re.match(r"✅ a & <b>\.mkv\nRemuxed in \d+ s, nothing", remuxed.caption)
    encoded = await done(user, await user.send_document(footage.quick, file_name="b.avi"))
    assert encoded.caption.startswith("✅ b.avi\nRe-encoded on CPU in ")
    assert " → " in encoded.caption
    sound = await done(user, await user.send_document(clips.sound, file_name="c.mov"))
    assert sound.caption.startswith("✅ c.mov\nOnly the sound re-encoded, in ")


async def test_a_result_says_its_size_shape_and_length(stage: Stage, clips: Clips) -> None:
    user = stage.standin.user()
    sent = await user.send_document(clips.tall)
    result = await done(user, sent)
    video = result.video
    assert (video.width, video.height, video.duration) == (180, 320, 2)
    assert video.supports_streaming
    assert video.file_name == "tall.mp4"
    assert video.thumbnail is not None
    assert (video.thumbnail.width, video.thumbnail.height) == (180, 320)
    assert video.thumbnail.path.read_bytes().startswith(b"\xff\xd8\xff")
    assert user.bot_messages[-1].reply_to == sent.id
    assert user.bot_messages[-1].text == EN("ready")


async def test_try_again_works_after_a_failure(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("getFile", status=400, description="Bad Request: wrong file_id")
    sent = await user.send_document(footage.remux)
    status = await status_of(user, sent)
    failed = await reaches(user, status, EN("error-file_gone"))
    assert [b.text for b in failed.buttons] == [EN("button-retry"), EN("button-trace")]
    assert failed.text.endswith(f"№ {failed.buttons[1].copy_text}")
    stranger = stage.standin.user(name="Stranger")
    assert (await stranger.tap(failed, "Try again")).show_alert
    old = failed.buttons[0].callback_data
    assert (await user.tap(failed, "Try again")).text == EN("tap-retry")
    result = await user.wait_for_result()
    assert result.id == status.id
    await user.wait_for_message("Ready")
    assert (await user.tap(result, callback_data=old)).text == EN("tap-too-late")
    assert len(user.results) == 1


async def test_a_web_page_instead_of_updates_ends_nothing(stage: Stage) -> None:
    user = stage.standin.user()
    stage.standin.faults.add("getUpdates", status=502, body="<html>Bad Gateway</html>")
    for command in ("/status", "/help"):
        await answer(user, await user.send_text(command))
