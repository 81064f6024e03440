"""What a person wants every time: captions and names of their own, no sound."""

import pytest

from standin import User
from tests.e2e.test_menus import offers, sets
from tests.support.footage import Footage
from tests.support.stage import Stage


async def types(user: User, page: str, words: str, *, expect: str) -> None:
    """Open a page of /settings and type something there; wait for the answer."""
    await sets(user, page, "Type it")
    sent = await user.send_text(words)
    await user.wait_for_message(lambda m: expect in m.text, after=sent)


async def test_a_caption_of_one_s_own(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann, bob = stage.standin.user(lang="en"), stage.standin.user(lang="en")
        await types(ann, "Caption", "📼 {name}, {length}, {format}", expect="Settings")
        await ann.send_document(footage.remux)
        result = await ann.wait_for_result()
        assert result.caption == "📼 remux.mkv, 2 s, 🎬 MP4"
        await bob.send_document(footage.remux)
        assert "Remuxed" in (await bob.wait_for_result()).caption


async def test_no_caption_at_all(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        settings = await sets(ann, "Caption", "no caption")
        await offers(ann, settings, "Caption: no caption")
        await ann.send_document(footage.remux)
        assert (await ann.wait_for_result()).caption == ""


async def test_a_name_of_one_s_own(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        await types(ann, "Name", "{name} (small)", expect="Settings")
        await ann.send_document(footage.remux)
        result = await ann.wait_for_result()
        assert result.video.file_name == "remux (small).mp4"


@pytest.mark.parametrize(
    ("page", "words", "told"),
    [
        ("Caption", "{title}", "I don't know “title”"),
        ("Caption", "\u200b", "not-understood"),
        ("Name", "always the same", "not-understood"),
    ],
)
async def test_what_makes_no_template_is_said_and_may_be_typed_again(
    stage: Stage, footage: Footage, page: str, words: str, told: str
) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        expect = "✏️ Write what" if told == "not-understood" else told
        await types(ann, page, words, expect=expect)
        sent = await ann.send_text("{name}!")
        await ann.wait_for_message(lambda m: "Settings" in m.text, after=sent)
        await ann.send_document(footage.remux)
        result = await ann.wait_for_result()
        assert "remux.mkv!" in result.caption or result.video.file_name == "remux!.mp4"


async def test_in_a_group_nobody_s_own_caption_is_shown(stage: Stage, footage: Footage) -> None:
    async with stage.bot():
        ann = stage.standin.user(lang="en")
        await types(ann, "Caption", "mine", expect="Settings")
        member = stage.standin.group([ann]).member(ann)
        await member.send_video(footage.remux)
        assert "Remuxed" in (await member.wait_for_result()).caption
