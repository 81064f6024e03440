"""What a person in the chat sees when all goes well."""

import pytest

from standin import SeenMessage
from tests.support.footage import Footage
from tests.support.stage import Stage, greeted, reaches, status_of

KINDS = ["document", "video", "animation", "video_note"]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_message_with_a_video_comes_back_playable(
    stage: Stage, footage: Footage, kind: str
) -> None:
    async with stage.bot():
        user = await greeted(stage.standin)
        sent = await user.send_file(kind, footage.quick)
        result = await user.wait_for_result()
        _is_right(result, sent)
    assert stage.leftovers() == []


@pytest.mark.parametrize(
    ("lang", "words"), [("ru", "Пережато"), ("uk", "Пережато"), ("en", "Re-encoded"), ("de", "Re")]
)
async def test_the_chat_speaks_the_language_of_the_person(
    stage: Stage, footage: Footage, lang: str, words: str
) -> None:
    async with stage.bot():
        user = await greeted(stage.standin, lang=lang)
        await user.send_document(footage.quick)
        result = await user.wait_for_result()
        assert words in result.caption


async def test_one_message_goes_through_all_phases_and_becomes_the_result(
    stage: Stage, footage: Footage
) -> None:
    async with stage.bot():
        user = await greeted(stage.standin)
        sent = await user.send_document(footage.quick, file_name="holiday.avi")
        status = await status_of(user, sent)
        result = await user.wait_for_result()
        assert result.id == status.id
        assert result.video.file_name == "holiday.mp4"
        assert "holiday.avi" in result.caption
        assert any("Converting" in text for text in result.texts)
        assert [b.text for b in result.buttons] == [
            *("⚙️ Other settings", "🗜 Smaller", "📄 As a file", "🗑 Delete")
        ]
        await user.wait_for_message("Ready")


async def test_a_second_file_waits_and_then_runs(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        user = await greeted(stage.standin)
        first = await user.send_document(footage.slow)
        await reaches(user, await status_of(user, first), "Converting")
        second = await user.send_document(footage.quick)
        waiting = await status_of(user, second)
        await reaches(user, waiting, "You already have a conversion running")
        await user.tap(await status_of(user, first), "✖️ Cancel")
        result = await user.wait_for_result()
        assert result.id == waiting.id


def _is_right(result: SeenMessage, sent: SeenMessage) -> None:
    assert result.reply_to == sent.id
    video = result.video
    assert (video.width, video.height, video.duration) == (320, 240, 2)
    assert video.supports_streaming
    assert video.thumbnail is not None
    assert (video.thumbnail.width, video.thumbnail.height) == (320, 240)
